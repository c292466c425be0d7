"""The HTTP API of churn: scores of customers, and the alerts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from sqlmodel import Session

from ml_insights.churn import queries
from ml_insights.churn.answers import (
    AlertChange,
    AlertList,
    AlertWithHistory,
    BatchAnswer,
    CustomersAsked,
    NotScoredAnswer,
    ScoredAnswer,
)
from ml_insights.churn.errors import NoScoresYet
from ml_insights.churn.facts import AlertFilter, ScoreFact, Show
from ml_insights.churn.service import answering, changing
from ml_insights.churn.sheets import scores_sheet
from ml_insights.churn.tables import AlertStatus
from ml_insights.commerce.queries import active_dataset
from ml_insights.commerce.tables import Dataset
from ml_insights.core.access import Area
from ml_insights.core.api import caller_for
from ml_insights.core.database import reading, transaction
from ml_insights.core.exports import FILE, AskedForm, answer
from ml_insights.core.identity import Caller
from ml_insights.core.paging import LARGEST, Offset, RowNumber
from ml_insights.core.problems import language_of
from ml_insights.core.sheets import Form

router = APIRouter(prefix="/ml", tags=["churn"])
Reader = Annotated[Caller, Depends(caller_for(Area.CHURN))]
Worker = Annotated[Caller, Depends(caller_for(Area.CHURN_WORK, scope="write"))]
MISSING: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such customer or alert."},
    409: {"description": "Nobody has been scored yet."},
}


@router.post(
    "/predict/churn/{customer_id}",
    summary="How likely one customer is to leave, why, and what a contact would earn",
    response_model=ScoredAnswer | NotScoredAnswer,
    responses=MISSING,
)
async def predict_churn(
    request: Request,
    caller: Reader,
    customer_id: Annotated[str, Path(max_length=200, examples=["C0042"])],
) -> ScoredAnswer | NotScoredAnswer:
    """From the newest scores: probability of no purchase within the horizon, calibrated, with its reasons."""
    return await asyncio.to_thread(answering.one, customer_id, language_of(request))


@router.post("/predict/churn", summary="The same of many customers", responses={409: MISSING[409]})
async def predict_churn_batch(request: Request, caller: Reader, asked: CustomersAsked) -> BatchAnswer:
    """One answer per id, in the order asked; an id that nobody has is answered as unknown."""
    found = await asyncio.to_thread(answering.many, asked.customer_ids, language_of(request))
    return BatchAnswer(answers=found)


@router.get("/churn/alerts", summary="Alerts, those with most revenue at risk first")
async def list_alerts(
    request: Request,
    caller: Reader,
    show: Annotated[Show, Query(description="To do, overdue, snoozed, closed, or all.")] = "todo",
    status: AlertStatus | None = None,
    owner_id: Annotated[
        int | None, Query(description="A user's number; 0 for alerts without an owner.", ge=0, le=LARGEST)
    ] = None,
    search: Annotated[str, Query(max_length=200, description="Words of a customer's name or id.")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Offset = 0,
) -> AlertList:
    """Who is to be contacted, why, by whom and until when."""
    wanted = AlertFilter(show, status, owner_id, search)
    return await asyncio.to_thread(_list, wanted, limit, offset, language_of(request))


@router.get("/churn/alerts/{alert_id}", summary="One alert with its history", responses={404: MISSING[404]})
async def get_alert(request: Request, caller: Reader, alert_id: RowNumber) -> AlertWithHistory:
    """Everything that was done to it, the newest first."""
    return await asyncio.to_thread(_one, alert_id, language_of(request))


@router.patch(
    "/churn/alerts/{alert_id}",
    summary="Work an alert: contact, retain, lose, dismiss, reopen, give, date, snooze, note",
    responses={
        404: {"description": "No such alert."},
        409: {"description": "That is not possible from its present status, or somebody has changed it meanwhile."},
        422: {"description": "A day, an owner or a reason cannot be used."},
    },
)
async def change_alert(request: Request, caller: Worker, alert_id: RowNumber, change: AlertChange) -> AlertWithHistory:
    """All of it or nothing; each step is an event of the history, a change of status a decision in the ledger."""
    return await asyncio.to_thread(_change, alert_id, change, caller.actor, language_of(request))


@router.get("/churn/customers.csv", summary="Every scored customer as a file", responses={409: MISSING[409], **FILE})
async def customers_file(
    request: Request,
    caller: Reader,
    search: Annotated[str, Query(max_length=200)] = "",
    sort: str = "at_risk",
    descending: bool = True,
    least: Annotated[float | None, Query(description="Only those with at least so much revenue at risk.")] = None,
    form: AskedForm = Form.CSV,
) -> Response:
    """In the order asked for; written as it is read, whatever their number."""
    await asyncio.to_thread(_check_scored)
    sheet = scores_sheet(_every(search, sort, descending, least))
    return await asyncio.to_thread(answer, sheet, form, language_of(request))


def _list(wanted: AlertFilter, limit: int, offset: int, language: str) -> AlertList:
    with reading() as session:
        found, total = queries.alert_page(session, active_dataset(session), wanted, limit=limit, offset=offset)
    return AlertList(total=total, alerts=[answering.alert(alert, language) for alert in found])


def _one(alert_id: int, language: str) -> AlertWithHistory:
    with reading() as session:
        return _with_history(session, active_dataset(session), alert_id, language)


def _change(alert_id: int, change: AlertChange, actor: str, language: str) -> AlertWithHistory:
    with transaction() as session:
        dataset = active_dataset(session)
        version, given = change.version, change.model_fields_set
        if change.status is not None:
            moved = changing.move(
                session, dataset, alert_id, change.status, actor,
                version=version, reason=change.reason, note=change.note,
            )  # fmt: skip
            version = moved.version
        elif change.note:
            changing.add_note(session, dataset, alert_id, change.note, actor)
        if "owner_id" in given:
            version = changing.assign(session, dataset, alert_id, change.owner_id, actor, version=version).version
        if change.due_on is not None:
            version = changing.set_due(session, dataset, alert_id, change.due_on, actor, version=version).version
        if change.snoozed_until is not None:
            changing.snooze(session, dataset, alert_id, change.snoozed_until, actor, version=version)
        elif "snoozed_until" in given:
            changing.wake(session, dataset, alert_id, actor, version=version)
        return _with_history(session, dataset, alert_id, language)


def _with_history(session: Session, dataset: Dataset, alert_id: int, language: str) -> AlertWithHistory:
    alert = queries.alert(session, dataset, alert_id)
    return answering.with_history(alert, queries.events_of(session, alert_id), language)


def _check_scored() -> None:
    with reading() as session:
        if queries.current_release(session, active_dataset(session)) is None:
            raise NoScoresYet


def _every(search: str, sort: str, descending: bool, least: float | None) -> Iterator[ScoreFact]:
    with reading() as session:
        release = queries.current_release(session, active_dataset(session))
        if release is not None:
            yield from queries.every_score(session, release, search, sort, descending, least)
