"""The HTTP API of purchases to come: who buys, when, what and how much; and the week's list."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BeforeValidator

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.api import caller_for
from ml_insights.core.database import reading, transaction
from ml_insights.core.exports import FILE, AskedForm, answer
from ml_insights.core.identity import Caller
from ml_insights.core.paging import Offset
from ml_insights.core.problems import language_of
from ml_insights.core.sheets import Form
from ml_insights.propensity import queries
from ml_insights.propensity.answers import (
    BatchAnswer,
    CustomersAsked,
    MarkChange,
    PurchaseAnswer,
    PurchaseList,
    WeekList,
)
from ml_insights.propensity.facts import ScoreFact
from ml_insights.propensity.service import answering, listing
from ml_insights.propensity.sheets import everybody_sheet


def _whole(value: Any) -> Any:
    """An address holds text."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


router = APIRouter(prefix="/ml", tags=["propensity"])
Reader = Annotated[Caller, Depends(caller_for(Area.PROPENSITY))]
Worker = Annotated[Caller, Depends(caller_for(Area.PROPENSITY, scope="write"))]
CustomerId = Annotated[str, Path(max_length=200, examples=["C0042"])]
Days = Annotated[
    Literal[7, 30], BeforeValidator(_whole), Query(description="Within how many days the purchase is to come.")
]
MISSING: dict[int | str, dict[str, Any]] = {
    404: {"description": "No customer with a purchase has this id."},
    409: {"description": "Nobody's chances have been computed yet."},
}


@router.get("/predict/purchases", summary="Likely buyers, the likeliest first", responses={409: MISSING[409]})
async def predict_purchases(
    request: Request,
    caller: Reader,
    days: Days = 7,
    search: Annotated[str, Query(max_length=200, description="Words of a customer's name or id.")] = "",
    least: Annotated[float, Query(ge=0, le=1, description="The lowest probability that is wanted.")] = 0.0,
    limit: Annotated[int, Query(ge=1, le=500)] = 30,
    offset: Offset = 0,
) -> PurchaseList:
    """Calibrated probability, day, basket, products and lifetime value of each customer, with reasons."""
    return await asyncio.to_thread(answering.ranked, days, search, limit, offset, least, language_of(request))


@router.post("/predict/purchases", summary="The same of customers asked for by id", responses={409: MISSING[409]})
async def predict_purchases_batch(request: Request, caller: Reader, asked: CustomersAsked) -> BatchAnswer:
    """One answer per id, in the order asked; an id that nobody has is answered as unknown."""
    found = await asyncio.to_thread(answering.many, asked.customer_ids, asked.days, language_of(request))
    return BatchAnswer(answers=found)


@router.get("/predict/purchases/{customer_id}", summary="The next purchase of one customer", responses=MISSING)
async def predict_purchase(request: Request, caller: Reader, customer_id: CustomerId, days: Days = 7) -> PurchaseAnswer:
    """Whether, when, what and how much; and what the customer is worth."""
    return await asyncio.to_thread(answering.one, customer_id, days, language_of(request))


@router.get("/propensity/list", summary="This week's list of likely buyers", responses={409: MISSING[409]})
async def week_list(request: Request, caller: Reader) -> WeekList:
    """The best thirty by expected revenue, and what has been noted about each."""
    return await asyncio.to_thread(answering.week, language_of(request))


@router.patch(
    "/propensity/list/{customer_id}",
    summary="Note what became of a customer of the list",
    responses={
        404: {"description": "Not on this week's list."},
        409: {"description": "Somebody was faster, who is named, or nobody's chances have been computed yet."},
    },
)
async def mark_customer(request: Request, caller: Worker, customer_id: CustomerId, change: MarkChange) -> WeekList:
    """Called, ordered, not interested, or open again; a decision in the ledger."""
    await asyncio.to_thread(_mark, customer_id, change, caller.actor)
    return await asyncio.to_thread(answering.week, language_of(request))


@router.get(
    "/propensity/customers.csv", summary="Every scored customer as a file", responses={409: MISSING[409], **FILE}
)
async def customers_file(
    request: Request,
    caller: Reader,
    search: Annotated[str, Query(max_length=200)] = "",
    sort: str = "revenue_7",
    descending: bool = True,
    form: AskedForm = Form.CSV,
) -> Response:
    """In the order asked for; written as it is read, whatever their number."""
    await asyncio.to_thread(_check)
    sheet = everybody_sheet(_every(search, sort, descending))
    return await asyncio.to_thread(answer, sheet, form, language_of(request))


def _mark(customer_id: str, change: MarkChange, actor: str) -> None:
    with transaction() as session:
        dataset = active_dataset(session)
        listing.mark(session, dataset, customer_id, change.mark, change.note, actor, seen=change.version)


def _check() -> None:
    with reading() as session:
        answering.present(session, active_dataset(session))


def _every(search: str, sort: str, descending: bool) -> Iterator[ScoreFact]:
    with reading() as session:
        release = answering.present(session, active_dataset(session))
        yield from queries.every_score(session, release, search, sort, descending)
