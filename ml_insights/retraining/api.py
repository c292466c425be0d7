"""The HTTP API of models: what is in production, their versions, promotion, and the reports of retraining."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.api import caller_for
from ml_insights.core.database import reading, transaction
from ml_insights.core.i18n import gettext
from ml_insights.core.identity import Caller
from ml_insights.core.paging import RowNumber
from ml_insights.core.problems import language_of
from ml_insights.registry import queries as registry
from ml_insights.registry.facts import VersionFact
from ml_insights.retraining import queries
from ml_insights.retraining.facts import ProductionFact, ReportFact
from ml_insights.retraining.service import activation
from ml_insights.retraining.service import report as reporting
from ml_insights.retraining.service.models import spec_of
from ml_insights.retraining.service.production import production

router = APIRouter(prefix="/ml", tags=["models"])
Reader = Annotated[Caller, Depends(caller_for(Area.MODELS))]
Manager = Annotated[Caller, Depends(caller_for(Area.MODELS_MANAGE, "write"))]
ModelName = Annotated[str, Path(description="A name of the list, e.g. `demand`.", max_length=100)]


class VersionAnswer(BaseModel):
    """A version. `metrics` are its scores on the hold-out; those of the naive method there begin with
    `naive_`, those of its own backtest with `backtest_`. `horizon` is how many days ahead it looks, where the data or a
    setting say so."""

    version: str
    status: str
    recipe: str
    metrics: dict[str, Any]
    training_start: str
    training_end: str
    trained_at: datetime
    deployed_at: datetime | None
    promoted_by: str | None
    reason: str
    data_version: str
    report: str | None
    horizon: int | None
    digest: str
    libraries: dict[str, Any]
    feature_schema: dict[str, Any]


class ModelAnswer(BaseModel):
    """What is in production of one model. `live` is the accuracy of predictions that matured in the last four weeks."""

    name: str
    title: str
    demo: bool
    champion: VersionAnswer | None
    fallback: str | None
    age_days: float | None
    overdue: bool
    live: dict[str, Any]
    last_run: int | None
    last_promoted: bool | None
    last_reason: str


class Promotion(BaseModel):
    """Which version is to answer, and why."""

    version: str = Field(max_length=20, examples=["3"])
    reason: str = Field(min_length=3, max_length=500, examples=["It was right about the holidays."])


class ReportAnswer(BaseModel):
    """A run of retraining in a few words, in the language of `Accept-Language`. `asked` is "" where it is not known."""

    run: int
    kind: str
    status: str
    at: datetime
    title: str
    headline: str
    asked: str


class WholeReport(ReportAnswer):
    """`markdown` is the whole report, its charts inside as PNG. One of an older release keeps its own language."""

    markdown: str


@router.get("/models", summary="Models, and what of each is in production")
async def list_models(request: Request, caller: Reader) -> list[ModelAnswer]:
    """Since when, why, how old its data is, how right it has been, and the version that a rollback goes to."""
    return await asyncio.to_thread(_models, language_of(request))


@router.get("/models/{name}/versions", summary="Versions of a model, newest first")
async def list_versions(
    request: Request, name: ModelName, caller: Reader, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[VersionAnswer]:
    """Those that were refused as well; `reason` says why."""
    return await asyncio.to_thread(_versions, name, limit, language_of(request))


@router.post(
    "/models/{name}/promote",
    summary="Put a version of a model to use",
    responses={404: {"description": "No such model or version."}, 409: {"description": "It cannot be loaded."}},
)
async def promote(request: Request, name: ModelName, wanted: Promotion, caller: Manager) -> VersionAnswer:
    """Its predictions about the present are computed and published with it, so this may take a minute."""
    return await asyncio.to_thread(_promote, name, wanted, caller.actor, language_of(request))


@router.get("/reports", summary="Reports of retraining, newest first")
async def list_reports(
    request: Request, caller: Reader, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> list[ReportAnswer]:
    """What became of each model, who asked for the run, and how it ended."""
    return await asyncio.to_thread(_reports, limit, language_of(request))


@router.get("/reports/{run}", summary="A report of retraining", responses={404: {"description": "No such report."}})
async def read_report(request: Request, run: RowNumber, caller: Reader) -> WholeReport:
    """What happened, why, every score, the data and the time."""
    return await asyncio.to_thread(_report, run, language_of(request))


def _reports(limit: int, language: str) -> list[ReportAnswer]:
    with reading() as session:
        found, _ = queries.reports(session, active_dataset(session).value, limit)
    return [ReportAnswer(**_in_words(one, language)) for one in found]


def _report(run: int, language: str) -> WholeReport:
    with reading() as session:
        found = queries.report(session, run)
    return WholeReport(**_in_words(found, language), markdown=reporting.compose(found, language))


def _in_words(report: ReportFact, language: str) -> dict[str, Any]:
    run = report.run
    return {
        "run": run.id,
        "kind": run.kind.value,
        "status": run.status.value,
        "at": report.created_at,
        "title": reporting.title(run, language),
        "headline": reporting.headline(run, language),
        "asked": reporting.asked(run, language),
    }


def _models(language: str) -> list[ModelAnswer]:
    with reading() as session:
        return [_model(fact, language) for fact in production(session, active_dataset(session).value, language)]


def _versions(name: str, limit: int, language: str) -> list[VersionAnswer]:
    spec_of(name)
    with reading() as session:
        found = registry.versions(session, name, active_dataset(session).value, limit)
    return [_version(one, language) for one in found]


def _promote(name: str, wanted: Promotion, by: str, language: str) -> VersionAnswer:
    with reading() as session:
        dataset = active_dataset(session).value
    change = activation.promotion(name, wanted.version, dataset)
    with transaction() as session:
        return _version(change.write(session, by, wanted.reason), language)


def _model(fact: ProductionFact, language: str) -> ModelAnswer:
    return ModelAnswer(
        name=fact.name,
        title=gettext(fact.title, language),
        demo=fact.dataset == "demo",
        champion=_version(fact.champion, language) if fact.champion else None,
        fallback=fact.fallback.version if fact.fallback else None,
        age_days=round(fact.age.total_seconds() / 86_400, 1) if fact.age is not None else None,
        overdue=fact.overdue,
        live={key: value for key, value in fact.live.items() if key != "week"},
        last_run=fact.last.run_id if fact.last else None,
        last_promoted=fact.last.promoted if fact.last else None,
        last_reason=(fact.last.failed or fact.last.unused or fact.last.reason) if fact.last else "",
    )


def _version(one: VersionFact, language: str) -> VersionAnswer:
    told = {name: getattr(one, name) for name in VersionAnswer.model_fields if name != "reason"}
    return VersionAnswer(**told, reason=one.why.told(language))
