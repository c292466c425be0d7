"""Facts as the API's answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.company import company
from ml_insights.logistics.answers import (
    CostReason,
    OddStop,
    Point,
    Provenance,
    RouteCostAnswer,
    RouteQuestion,
    StopsAnswer,
    VehicleAnswer,
)
from ml_insights.logistics.facts import EstimateFact, OrderedStops, ReleaseFact, RouteAsked, VehicleOffer
from ml_insights.logistics.wording import sentence, told_of, warnings_of

RULES: dict[str, Literal["per_km", "per_kg", "mean"]] = {"distance_km": "per_km", "weight_kg": "per_kg", "": "mean"}


def asked_of(question: RouteQuestion) -> RouteAsked:
    """The question as a fact; a departure without a zone is the installation's."""
    return RouteAsked(
        moment(question.departs_at),
        question.distance_km,
        question.weight_kg,
        question.stops,
        question.vehicle_type or None,
        dict(question.features),
    )


def moment(at: datetime | None) -> datetime:
    """An aware time; now where there is none."""
    if at is None:
        return clock.now()
    return at if at.tzinfo else at.replace(tzinfo=company().zone)


def answer_of(
    told: EstimateFact, release: ReleaseFact, language: str, offers: Sequence[VehicleOffer] = ()
) -> RouteCostAnswer:
    """One estimate."""
    reasons = [
        CostReason(
            feature=one.feature, value=one.value, usual=one.usual, effect=one.effect, text=sentence(one, language)
        )
        for one in told.reasons
    ]
    return RouteCostAnswer(
        expected=told.expected,
        lo_80=told.lo_80,
        hi_80=told.hi_80,
        lo_95=told.lo_95,
        hi_95=told.hi_95,
        cost_per_km=told.per_km,
        cost_per_kg=told.per_kg,
        rule=RULES[release.rule["column"]],
        rule_of_thumb=told.baseline,
        typical=told.typical if told.reasons else told.expected,
        reasons=reasons,
        warnings=warnings_of(told, language),
        vehicles=[_vehicle(offer) for offer in offers],
        provenance=_provenance(release),
    )


def _vehicle(offer: VehicleOffer) -> VehicleAnswer:
    told = offer.estimate
    return VehicleAnswer(
        vehicle_type=offer.vehicle.name,
        expected=told.expected,
        lo_80=told.lo_80,
        hi_80=told.hi_80,
        fits=offer.fits,
        cheapest=offer.cheapest,
    )


def _provenance(release: ReleaseFact) -> Provenance:
    return Provenance(
        model_version=release.model_version,
        data_until=release.as_of.isoformat(),
        deliveries=release.deliveries,
        demo=release.dataset == Dataset.DEMO.value,
    )


def stops_answer(found: OrderedStops, language: str) -> StopsAnswer:
    """An order of stops."""
    odd = [
        OddStop(
            stop=one.place,
            code=one.code,  # pyright: ignore[reportArgumentType]
            left_out=one.faulty,
            km=one.km,
            mended=Point(lat=one.mended[0], lon=one.mended[1]) if one.mended else None,
            text=told_of(one, language),
        )
        for one in found.odd
    ]
    return StopsAnswer(
        order=list(found.order),
        given_km=found.given_km,
        km=found.km,
        saved_km=found.saved_km,
        given_cost=found.given_cost,
        cost=found.cost,
        saved_cost=found.saved,
        odd=odd,
    )
