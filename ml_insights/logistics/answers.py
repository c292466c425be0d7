"""The shapes that the API of route costs takes and answers with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

MOST_ROUTES = 1_000
Size = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]


class RouteQuestion(BaseModel):
    """A route before it is driven. What is left out is not known."""

    distance_km: Size | None = Field(default=None, examples=[86.5])
    weight_kg: Size | None = Field(default=None, examples=[1_450])
    stops: Annotated[int, Field(ge=0, le=10_000)] | None = Field(default=None, examples=[7])
    vehicle_type: str | None = Field(default=None, max_length=200, examples=["Camión 10 t"])
    departs_at: datetime | None = Field(
        default=None, description="Departure; a time without a zone is the installation's. Now, where left out."
    )
    features: dict[str, float | str | None] = Field(
        default_factory=dict,
        max_length=200,
        description="Further columns of the deliveries, by name.",
        examples=[{"zone": "Metropolitana de Santiago"}],
    )


class RouteCostQuestion(RouteQuestion):
    """One route, and whether it is compared with other vehicles."""

    compare_vehicles: bool = Field(default=False, description="Also estimate it with every other type of vehicle.")


class RouteBatch(BaseModel):
    """Several routes at once."""

    routes: list[RouteQuestion] = Field(min_length=1, max_length=MOST_ROUTES)


class EstimateToSave(RouteQuestion):
    """A route whose estimate is written down, so that it can be compared with what it will have cost."""

    route_id: str = Field(default="", max_length=100, description="Its number, as the deliveries will have it.")


class CostReason(BaseModel):
    """What one feature adds to the cost of a typical route (or takes off), in money."""

    feature: str = Field(examples=["distance_km"])
    value: float | str | None = Field(examples=[86.5])
    usual: float | str | None = Field(examples=[120.0])
    effect: float = Field(examples=[-21_500.0])
    text: str = Field(examples=["Distance, km is 86.5 (usually 120): $21,500 less"])


class VehicleAnswer(BaseModel):
    """The same route with one type of vehicle."""

    vehicle_type: str = Field(examples=["Camión 10 t"])
    expected: float
    lo_80: float
    hi_80: float
    fits: bool = Field(description="Whether a vehicle of this type has carried such a load.")
    cheapest: bool = Field(description="The cheapest of those that fit.")


class Provenance(BaseModel):
    """What an answer was made from."""

    model_version: str = Field(examples=["route-cost/3"])
    data_until: str = Field(examples=["2026-11-20"])
    deliveries: int = Field(examples=[3_120])
    demo: bool = Field(description="Whether this is the demo company, not yours.")


class RouteCostAnswer(BaseModel):
    """What a route is expected to cost. `typical` and the effects of all `reasons` add up to `expected`."""

    expected: float = Field(description="Median of the cost, in the configured currency.", examples=[142_300.0])
    lo_80: float
    hi_80: float
    lo_95: float
    hi_95: float
    cost_per_km: float | None = Field(description="Null on a route of 0 km, or where the distance is not known.")
    cost_per_kg: float | None = Field(description="Null without a load, or where it is not known.")
    rule: Literal["per_km", "per_kg", "mean"] = Field(description="The rule of thumb that it is compared with.")
    rule_of_thumb: float = Field(examples=[171_000.0])
    typical: float = Field(description="What a typical route costs.")
    reasons: list[CostReason]
    warnings: list[str] = Field(description="What is unlike every delivery so far.")
    vehicles: list[VehicleAnswer] = Field(default_factory=list)
    provenance: Provenance


class RouteCostAnswers(BaseModel):
    """One estimate for each route, in the same order; reasons are given for single routes only."""

    estimates: list[RouteCostAnswer]


class Point(BaseModel):
    """Where a stop is, WGS 84 degrees; null where that is not known. What cannot be right is answered, not refused."""

    lat: Annotated[float, Field(allow_inf_nan=False)] | None = Field(default=None, examples=[-33.45])
    lon: Annotated[float, Field(allow_inf_nan=False)] | None = Field(default=None, examples=[-70.66])


class OddStop(BaseModel):
    """A stop that is faulty, and so left out, or only far away."""

    stop: int = Field(description="Its place among the given stops, from 0.", examples=[7])
    code: Literal["missing", "zero", "outside", "exchanged", "minus", "point", "far"]
    left_out: bool
    km: float | None = Field(description="How far it is from the middle of the others.")
    mended: Point | None = Field(default=None, description="Where it lies if the slip is undone.")
    text: str


class StopsQuestion(BaseModel):
    """Stops to put in order. The first is where the route starts, and where it ends unless `round_trip` is off."""

    stops: list[Point] = Field(min_length=1, max_length=200)
    round_trip: bool = True


class StopsAnswer(BaseModel):
    """A better order. Kilometres are great circles times a road factor of 1.3, not a road map's."""

    order: list[int] = Field(
        description="Places of the given stops, from 0, in the order to drive.", examples=[[0, 2, 1]]
    )
    given_km: float
    km: float
    saved_km: float
    given_cost: float | None = Field(default=None, description="Of imported routes that were driven.")
    cost: float | None = None
    saved_cost: float | None = None
    odd: list[OddStop] = Field(default_factory=list, description="Stops that are left out or far away.")


class EstimateSaved(BaseModel):
    """Where a saved estimate is kept."""

    route_id: str = Field(examples=["P-4f1c2a90"])
    prediction_id: int
    expected: float
    lo_80: float
    hi_80: float
    subject: str = Field(description="Its name in the ledger.", examples=["route/P-4f1c2a90"])


class EstimateAccepted(BaseModel):
    """That a route will be driven as estimated."""

    route_id: str = Field(examples=["P-4f1c2a90"])
    vehicle_type: str | None = Field(examples=["Furgón 1,5 t"])
    accepted_at: datetime
