"""The HTTP API of demand."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from ml_insights.core.access import Area
from ml_insights.core.api import caller_for
from ml_insights.core.identity import Caller
from ml_insights.core.problems import language_of
from ml_insights.demand.answers import DemandForecastAnswer, NotForecastableAnswer, SeriesPage
from ml_insights.demand.service import answers
from ml_insights.demand.tables import Measure

router = APIRouter(prefix="/ml", tags=["demand"])
DemandCaller = Annotated[Caller, Depends(caller_for(Area.DEMAND))]
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
        422: {"description": "The number of days is outside of 1 to 90, or another value cannot be used."},
    },
)
async def predict_demand(
    request: Request,
    days_ahead: Annotated[int, Path(description="How many days from the end of the data: 1 to 90.", examples=[30])],
    caller: DemandCaller,
    series: SeriesName = "total",
    measure: Measure = Measure.UNITS,
    level: Annotated[answers.Bands, Query(description="Which bands to include.")] = "both",
) -> Response:
    """Expected value and conformal bands of every day, net of returns; money in the configured currency."""
    body = await asyncio.to_thread(answers.predict, days_ahead, series, measure, level, language_of(request))
    return Response(body, media_type="application/json")


@router.get("/demand/series", summary="Series that can be forecast, by name")
async def list_series(
    caller: DemandCaller,
    search: Annotated[str, Query(max_length=200, description="Words of a label or key.", examples=["heart"])] = "",
    measure: Measure = Measure.UNITS,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> SeriesPage:
    """The total first, then categories, then products, the biggest first."""
    return await asyncio.to_thread(answers.series_page, search, measure, limit, offset)
