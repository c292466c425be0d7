"""The HTTP API of prices."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.api import caller_for
from ml_insights.core.database import reading, transaction
from ml_insights.core.identity import Caller
from ml_insights.core.paging import Offset
from ml_insights.core.problems import language_of
from ml_insights.pricing.answers import (
    DecisionWritten,
    NotEnoughVariationAnswer,
    PriceAnswer,
    PriceAsked,
    PriceDecided,
    PriceList,
    PricesAnswer,
    PricesAsked,
)
from ml_insights.pricing.queries import Wanted
from ml_insights.pricing.service import answering

router = APIRouter(prefix="/ml", tags=["prices"])
Reader = Annotated[Caller, Depends(caller_for(Area.PRICING))]
Decider = Annotated[Caller, Depends(caller_for(Area.PRICING_DECIDE, scope="write"))]
Shown = Literal["all", "worth", "unknown", "approved", "scheduled", "applied"]
SortColumn = Literal["label", "price", "elasticity", "suggested", "profit_change"]
NONE_YET: dict[int | str, dict[str, Any]] = {409: {"description": "No prices have been computed yet."}}


@router.post(
    "/predict/price",
    summary="What a price of a product would bring, and which one is suggested",
    responses={
        **NONE_YET,
        404: {"description": "No such product with recent sales; `suggestions` names the closest ones."},
        422: {"description": "The price is far from any that was seen, or no number above 0."},
    },
)
async def predict_price(request: Request, asked: PriceAsked, caller: Reader) -> PriceAnswer | NotEnoughVariationAnswer:
    """Expected quantity, revenue and profit a week with intervals; too little price variation is said, not guessed."""
    answers = await asyncio.to_thread(_predict, asked, language_of(request))
    kind = PriceAnswer if answers["status"] == "answered" else NotEnoughVariationAnswer
    return kind(**answers)


@router.post("/predict/prices", summary="Several prices at once", responses=NONE_YET)
async def predict_prices(request: Request, asked: PricesAsked, caller: Reader) -> PricesAnswer:
    """At most a thousand; a question that has no answer says why, and does not keep the others from theirs."""
    return PricesAnswer(answers=await asyncio.to_thread(_predict_many, asked, language_of(request)))


@router.get("/prices", summary="Products with their elasticity, suggestion and state", responses=NONE_YET)
async def list_prices(
    caller: Reader,
    show: Annotated[Shown, Query(description="Which products.")] = "all",
    search: Annotated[str, Query(max_length=200, description="Words of a name, number or category.")] = "",
    sort: SortColumn = "profit_change",
    descending: bool = True,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    offset: Offset = 0,
) -> PriceList:
    """The most profit first, unless asked otherwise."""
    wanted = Wanted(show, search, sort, descending)
    return PriceList(**await asyncio.to_thread(_listed, wanted, limit, offset))


@router.post(
    "/prices/decisions",
    summary="Approve, schedule, reject, withdraw or apply a price",
    status_code=201,
    responses={
        404: {"description": "No such product, or no price of it that waits."},
        409: {"description": "Somebody was faster, who is named, or no prices have been computed yet."},
        422: {"description": "The price or the day is outside of what is allowed."},
    },
)
async def decide_price(asked: PriceDecided, caller: Decider) -> DecisionWritten:
    """As the page does it; an applied price is a decision in the ledger, beside the prediction that it rests on."""
    return DecisionWritten(**await asyncio.to_thread(_decide, asked, caller.actor))


def _predict(asked: PriceAsked, language: str) -> dict[str, Any]:
    with reading() as session:
        return answering.predict(session, active_dataset(session), asked.product, asked.price, language)


def _predict_many(asked: PricesAsked, language: str) -> list[Any]:
    with reading() as session:
        questions = [(one.product, one.price) for one in asked.prices]
        return answering.predict_many(session, active_dataset(session), questions, language)


def _listed(wanted: Wanted, limit: int, offset: int) -> dict[str, Any]:
    with reading() as session:
        return answering.listed(session, active_dataset(session), wanted, limit, offset)


def _decide(asked: PriceDecided, actor: str) -> dict[str, Any]:
    with transaction() as session:
        return answering.decide(session, active_dataset(session), asked.model_dump(), actor)
