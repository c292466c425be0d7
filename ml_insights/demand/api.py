"""The HTTP API of demand."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.api import caller_for
from ml_insights.core.database import reading, transaction
from ml_insights.core.identity import Caller
from ml_insights.core.paging import Offset
from ml_insights.core.problems import language_of
from ml_insights.demand import queries
from ml_insights.demand.answers import (
    DayLeftOut,
    DayOfSeries,
    DecisionRecorded,
    DemandForecastAnswer,
    NotForecastableAnswer,
    OrderPlaced,
    SeriesPage,
)
from ml_insights.demand.facts import Grain
from ml_insights.demand.policy import Ahead
from ml_insights.demand.service import answers, leaving, ordering
from ml_insights.demand.tables import Measure, State

router = APIRouter(prefix="/ml", tags=["demand"])
DemandCaller = Annotated[Caller, Depends(caller_for(Area.DEMAND))]
BandsAsked = Annotated[answers.Bands, Query(description="Which bands to include.")]
MayRecompute = Annotated[Caller, Depends(caller_for(Area.DEMAND_RECOMPUTE, scope="write"))]
SeriesName = Annotated[
    str,
    Query(
        max_length=300,
        description="`total`, a product, a category, or a full id such as `units/product/85123A`; see /demand/series.",
        examples=["total"],
    ),
]


@router.get(
    "/predict/demand/{days_ahead}",
    summary="Forecast of one series for the coming days",
    response_model=DemandForecastAnswer | NotForecastableAnswer,
    responses={
        404: {"description": "No such series; `suggestions` names the closest ones."},
        409: {"description": "No forecast has been computed yet."},
        422: {"description": "The number of days is outside of 1 to 180, or another value cannot be used."},
    },
)
async def predict_demand(
    request: Request,
    days_ahead: Annotated[int, Path(description="How many days from the end of the data: 1 to 180.", examples=[30])],
    caller: DemandCaller,
    series: SeriesName = "total",
    measure: Measure = Measure.UNITS,
    level: BandsAsked = "both",
    grain: Annotated[
        Grain, Query(description="What each row adds up: days, ISO weeks or calendar months.")
    ] = Grain.DAY,
) -> Response:
    """Expected value and conformal bands, net of returns; money in the configured currency.

    Rows of weeks and months are the days added up, so that all grains have the same total.
    """
    return await _predicted(answers.Question(Ahead(days_ahead), series, measure, grain, level), request)


@router.get(
    "/predict/demand/months/{months_ahead}",
    summary="Forecast of one series for the coming calendar months",
    response_model=DemandForecastAnswer | NotForecastableAnswer,
    responses={
        404: {"description": "No such series; `suggestions` names the closest ones."},
        409: {"description": "No forecast has been computed yet."},
        422: {"description": "The number of months is outside of 1 to 12, or another value cannot be used."},
    },
)
async def predict_months(
    request: Request,
    months_ahead: Annotated[
        int,
        Path(ge=1, le=12, description="How many calendar months, that of the day after the data first.", examples=[12]),
    ],
    caller: DemandCaller,
    series: SeriesName = "total",
    measure: Measure = Measure.UNITS,
    level: BandsAsked = "both",
) -> Response:
    """Each month's days added up; of the first, what was sold already as well."""
    return await _predicted(answers.Question(Ahead(months=months_ahead), series, measure, Grain.MONTH, level), request)


async def _predicted(question: answers.Question, request: Request) -> Response:
    body = await asyncio.to_thread(answers.predict, question, language_of(request))
    return Response(body, media_type="application/json")


@router.get("/demand/series", summary="Series that can be forecast, by name")
async def list_series(
    caller: DemandCaller,
    search: Annotated[str, Query(max_length=200, description="Words of a label or key.", examples=["heart"])] = "",
    measure: Measure = Measure.UNITS,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    offset: Offset = 0,
    state: Annotated[State | None, Query(description="Only series of this state.", examples=["new"])] = None,
) -> SeriesPage:
    """The total first, then categories, then products, the biggest first."""
    return await asyncio.to_thread(answers.series_page, search, measure, limit, offset, state)


@router.post(
    "/demand/orders",
    summary="Record that a product was ordered, as the reorder table's button does",
    status_code=201,
    responses={
        404: {"description": "No such product among those forecast."},
        409: {"description": "Somebody was faster, who is named, or no forecast has been computed yet."},
        422: {"description": "The quantity is not above 0."},
    },
)
async def record_order(
    order: OrderPlaced, caller: Annotated[Caller, Depends(caller_for(Area.DEMAND_ORDER, scope="write"))]
) -> DecisionRecorded:
    """The ledger keeps it beside the prediction that led to it; see /ledger/subjects."""
    return await asyncio.to_thread(_record, order, caller.actor)


@router.post(
    "/demand/left-out",
    summary="Leave out a day that was a slip, as the page's button does",
    status_code=204,
    responses={
        404: {"description": "No such series among those forecast."},
        409: {"description": "No forecast has been computed yet."},
        422: {"description": "The day is not in the series' history."},
    },
)
async def leave_day_out(day: DayOfSeries, caller: MayRecompute) -> None:
    """Forecasts look past it from the next computation on; the ledger keeps who said so."""
    await asyncio.to_thread(_leave, day, True, caller.actor)


@router.delete(
    "/demand/left-out",
    summary="Count a day again that was left out",
    status_code=204,
    responses={
        404: {"description": "No such series among those forecast."},
        409: {"description": "No forecast has been computed yet."},
    },
)
async def take_day_back(day: DayOfSeries, caller: MayRecompute) -> None:
    """From the next computation on. A day that is not left out stays as it is."""
    await asyncio.to_thread(_leave, day, False, caller.actor)


@router.get("/demand/left-out", summary="Days that forecasts look past")
async def list_left_out(caller: DemandCaller) -> list[DayLeftOut]:
    """The newest first."""
    return await asyncio.to_thread(_left_out)


def _left_out() -> list[DayLeftOut]:
    with reading() as session:
        found = queries.left_out(session, active_dataset(session))
    return [DayLeftOut(series=one.series, day=one.ds, by=one.by, at=one.at) for one in found]


def _leave(one: DayOfSeries, out: bool, actor: str) -> None:
    with transaction() as session:
        (leaving.leave_out if out else leaving.take_back)(session, active_dataset(session), one.series, one.day, actor)


def _record(order: OrderPlaced, actor: str) -> DecisionRecorded:
    with transaction() as session:
        dataset, seen = active_dataset(session), order.last_order
        made = ordering.mark_ordered(session, dataset, order.product, order.quantity, actor, seen=seen)
    return DecisionRecorded(id=made, subject=ordering.subject_of(order.product))
