"""What is in production, of every model: since when, why, how old, how right, and where one click goes back to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from ml_insights.capabilities import capabilities
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.capability import ModelSpec
from ml_insights.core.company import company
from ml_insights.ledger import queries as ledger
from ml_insights.registry import queries as registered
from ml_insights.registry.facts import VersionFact
from ml_insights.retraining import queries
from ml_insights.retraining.facts import LastDecision, ProductionFact, RunFact
from ml_insights.retraining.policy import STALE, last_reason
from ml_insights.retraining.service.activation import fallback
from ml_insights.retraining.service.models import trainer_of
from ml_insights.retraining.tables import StepName, StepStatus

LATELY = timedelta(weeks=4)
"""How far back live accuracy looks."""


def production(session: Session, dataset: str, language: str) -> list[ProductionFact]:
    """Every model of the product, the lowest capability first."""
    specs = [spec for capability in capabilities() for spec in capability.models]
    runs = queries.recent_runs(session, dataset)
    return [_of_model(session, spec, dataset, runs, language) for spec in specs]


def _of_model(session: Session, spec: ModelSpec, dataset: str, runs: list[RunFact], language: str) -> ProductionFact:
    champion = registered.champion(session, spec.name, dataset)
    age = _age(champion) if champion else None
    return ProductionFact(
        name=spec.name,
        title=spec.title,
        dataset=dataset,
        champion=champion,
        fallback=fallback(session, spec.name, dataset),
        age=age,
        overdue=age is not None and age > STALE,
        live=_live(session, spec.name, dataset),
        last=_last(runs, spec.name, language),
        retrainable=spec.trainer is not None,
    )


def _age(champion: VersionFact) -> timedelta:
    ended = datetime.combine(date.fromisoformat(champion.training_end), datetime.min.time(), company().zone)
    return clock.now() - ended


def _live(session: Session, model: str, dataset: str) -> Mapping[str, Any]:
    since = (clock.now() - LATELY).date()
    found = ledger.accuracy_since(session, Dataset(dataset), model, since, purpose="live")
    return {name: value for name, value in asdict(found).items() if value is not None} if found else {}


def _last(runs: list[RunFact], model: str, language: str) -> LastDecision | None:
    for run in runs:
        steps = run.of_model(model)
        if not steps or not steps[StepName.PUBLISH].over:
            continue
        published = steps[StepName.PUBLISH].result
        failed = next((step.error_in(language) for step in steps.values() if step.status == StepStatus.FAILED), "")
        promoted, reason = bool(published.get("promoted")), last_reason(steps, trainer_of(model).metric, language)
        return LastDecision(run.id, run.started_at, promoted, reason, failed, run.unused(model, language))
    return None
