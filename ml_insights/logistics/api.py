"""The HTTP API of route costs."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.api import caller_for
from ml_insights.core.database import reading, transaction
from ml_insights.core.identity import Caller
from ml_insights.core.problems import language_of
from ml_insights.logistics.answers import (
    EstimateAccepted,
    EstimateSaved,
    EstimateToSave,
    RouteBatch,
    RouteCostAnswer,
    RouteCostAnswers,
    RouteCostQuestion,
    StopsAnswer,
    StopsQuestion,
)
from ml_insights.logistics.errors import NoModelYet
from ml_insights.logistics.facts import OrderedStops
from ml_insights.logistics.rendering import answer_of, asked_of, stops_answer
from ml_insights.logistics.service import estimating, ordering, planning
from ml_insights.logistics.service.outcomes import ROUTE

router = APIRouter(prefix="/ml", tags=["routes"])
Reader = Annotated[Caller, Depends(caller_for(Area.LOGISTICS))]
Writer = Annotated[Caller, Depends(caller_for(Area.LOGISTICS, scope="write"))]
RouteName = Annotated[str, Path(max_length=100, description="Number of the route.", examples=["R-40123"])]
PROBLEMS: dict[int | str, dict[str, Any]] = {
    409: {"description": "No model has been trained yet."},
    422: {"description": "A size is below zero, or a vehicle or feature is not known; the answer says which are."},
}


@router.post("/predict/route-cost", summary="What a route will cost, with its reasons", responses=PROBLEMS)
async def predict_route_cost(question: RouteCostQuestion, request: Request, caller: Reader) -> RouteCostAnswer:
    """A median with conformal intervals, beside the rule of thumb. Nothing is written down."""
    return await asyncio.to_thread(_predict, question, language_of(request))


@router.post("/predict/route-cost/batch", summary="What several routes will cost", responses=PROBLEMS)
async def predict_route_costs(batch: RouteBatch, request: Request, caller: Reader) -> RouteCostAnswers:
    """As for one route, without reasons. One route that cannot be estimated refuses the batch."""
    return await asyncio.to_thread(_predict_all, batch, language_of(request))


@router.post(
    "/routes/estimates",
    summary="Write an estimate down, to be compared with what the route will have cost",
    status_code=201,
    responses=PROBLEMS,
)
async def save_estimate(question: EstimateToSave, caller: Writer) -> EstimateSaved:
    """It becomes a prediction in the ledger, and matures when a delivery of that number is imported."""
    return await asyncio.to_thread(_save, question, caller.actor)


@router.post(
    "/routes/estimates/{route_id}/accept",
    summary="Decide to drive a route with the vehicle of its saved estimate",
    responses={
        404: {"description": "No estimate of that route was saved."},
        409: {"description": "It was driven, or somebody was faster, who is named."},
    },
)
async def accept_estimate(route_id: RouteName, caller: Writer) -> EstimateAccepted:
    """A decision in the ledger; asking again changes nothing."""
    return await asyncio.to_thread(_accept, route_id, caller.actor)


@router.post("/routes/stops-order", summary="A shorter order of stops")
async def order_stops(question: StopsQuestion, request: Request, caller: Reader) -> StopsAnswer:
    """Never longer than the given order, and the same for the same stops. Stops that cannot be right are left out."""
    points = [(one.lat, one.lon) for one in question.stops]
    found = await asyncio.to_thread(ordering.improve_points, points, None, None, question.round_trip)
    return stops_answer(found, language_of(request))


@router.get(
    "/routes/{route_id}/stops-order",
    summary="A shorter order of the imported stops of a route",
    responses={404: {"description": "No route of that number has stops."}},
)
async def order_route(route_id: RouteName, request: Request, caller: Reader) -> StopsAnswer:
    """With what it saves in money, where the route was driven and a model answers."""
    return stops_answer(await asyncio.to_thread(_order, route_id), language_of(request))


def _predict(question: RouteCostQuestion, language: str) -> RouteCostAnswer:
    with reading() as session:
        desk = estimating.open_desk(session, active_dataset(session))
    asked = asked_of(question)
    told = estimating.estimate(desk, [asked])[0]
    offers = estimating.compare(desk, asked) if question.compare_vehicles else ()
    return answer_of(told, desk.release, language, offers)


def _predict_all(batch: RouteBatch, language: str) -> RouteCostAnswers:
    with reading() as session:
        desk = estimating.open_desk(session, active_dataset(session))
    told = estimating.estimate(desk, [asked_of(one) for one in batch.routes], explain=False)
    return RouteCostAnswers(estimates=[answer_of(one, desk.release, language) for one in told])


def _save(question: EstimateToSave, actor: str) -> EstimateSaved:
    with transaction() as session:
        dataset = active_dataset(session)
        desk = estimating.open_desk(session, dataset)
        told = estimating.estimate(desk, [asked_of(question)])[0]
        row = planning.save(session, dataset, told, desk.version, actor, question.route_id)
        return EstimateSaved(
            route_id=row.route_id,
            prediction_id=row.prediction_id or 0,
            expected=row.expected,
            lo_80=row.lo_80,
            hi_80=row.hi_80,
            subject=ROUTE + row.route_id,
        )


def _accept(route_id: str, actor: str) -> EstimateAccepted:
    with transaction() as session:
        row = planning.accept(session, active_dataset(session), route_id, actor)
        accepted = row.accepted_at
        assert accepted is not None  # noqa: S101  accepted above
        return EstimateAccepted(route_id=row.route_id, vehicle_type=row.vehicle_type, accepted_at=accepted)


def _order(route_id: str) -> OrderedStops:
    with reading() as session:
        dataset = active_dataset(session)
        try:
            desk = estimating.open_desk(session, dataset)
        except NoModelYet:
            desk = None
        return ordering.improve_route(session, dataset, desk, route_id)
