"""What logistics asks and tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ml.route_cost.places import OddPlace


@dataclass(frozen=True)
class RouteAsked:
    """A route to estimate. What is None is not known; `features` are the further columns of the deliveries."""

    departs_at: datetime
    distance_km: float | None = None
    weight_kg: float | None = None
    stops: int | None = None
    vehicle_type: str | None = None
    features: Mapping[str, float | str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class VehicleFact:
    """A type of vehicle: how many routes it drove, and the heaviest load it carried, kg, where loads are known."""

    name: str
    routes: int
    heaviest_kg: float | None


@dataclass(frozen=True)
class InputFact:
    """Something that an estimate is made from. Numbers have a usual value and a range, texts their choices."""

    name: str
    kind: str
    usual: float | str | None
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReleaseFact:
    """What the model that answers can be asked. `rule` has "column" (what it charges by) and "rate"."""

    dataset: str
    model_version: str
    data_version: str
    computed_at: datetime
    as_of: date
    deliveries: int
    inputs: tuple[InputFact, ...]
    vehicles: tuple[VehicleFact, ...]
    rule: dict[str, Any]
    left_out: dict[str, str]

    def vehicle(self, name: str) -> VehicleFact | None:
        """The type called `name`."""
        return next((one for one in self.vehicles if one.name == name), None)


@dataclass(frozen=True)
class ReasonFact:
    """What one feature adds to the cost of a typical route, in money; and what is usual there."""

    feature: str
    value: float | str | None
    usual: float | str | None
    effect: float


@dataclass(frozen=True)
class EstimateFact:
    """What a route is expected to cost, with 80 % and 95 % intervals, and what the rule of thumb says.

    `typical` and the effects of `reasons` add up to `expected`. `warnings`: code → what is unlike anything learnt from.
    """

    route: RouteAsked
    expected: float
    lo_80: float
    hi_80: float
    lo_95: float
    hi_95: float
    baseline: float
    typical: float
    reasons: tuple[ReasonFact, ...]
    warnings: tuple[tuple[str, str], ...]

    @property
    def per_km(self) -> float | None:
        """Cost of one kilometre; None on a route of none."""
        return self.expected / self.route.distance_km if self.route.distance_km else None

    @property
    def per_kg(self) -> float | None:
        """Cost of one kilogram; None without a load."""
        return self.expected / self.route.weight_kg if self.route.weight_kg else None


@dataclass(frozen=True)
class VehicleOffer:
    """The same route with one type of vehicle; `fits` says whether such a vehicle has carried that load."""

    vehicle: VehicleFact
    estimate: EstimateFact
    fits: bool
    cheapest: bool = False


@dataclass(frozen=True)
class HistoryRow:
    """A route with what it was expected to cost, and what it did; `actual` is None while that is not known."""

    route_id: str
    departs_at: datetime
    vehicle_type: str | None
    distance_km: float | None
    weight_kg: float | None
    stops: int | None
    expected: float
    lo_80: float
    hi_80: float
    baseline: float
    actual: float | None
    made_by: str
    accepted_at: datetime | None

    @property
    def error(self) -> float | None:
        """Estimate less actual."""
        return None if self.actual is None else self.expected - self.actual


@dataclass(frozen=True)
class Accuracy:
    """How right estimates were; None without any. `baseline_…` are those of the rule of thumb."""

    routes: int
    mae: float | None
    wape: float | None
    coverage_80: float | None
    baseline_mae: float | None
    baseline_wape: float | None


@dataclass(frozen=True)
class OrderedStops:
    """Stops in a better order. `points`: (latitude, longitude) as given, NaN where unknown; `order`: the places of
    those that are routed, in the new order. `odd` are faulty, and so in neither order, or far away."""

    route_id: str
    points: tuple[tuple[float, float], ...]
    order: tuple[int, ...]
    given_km: float
    km: float
    given_cost: float | None
    cost: float | None
    odd: tuple[OddPlace, ...] = ()

    @property
    def routed(self) -> tuple[tuple[float, float], ...]:
        """The points that are routed, in the order given."""
        return tuple(self.points[place] for place in sorted(self.order))

    @property
    def saved_km(self) -> float:
        """Kilometres that the new order saves."""
        return self.given_km - self.km

    @property
    def saved(self) -> float | None:
        """Money that it saves, as the model sees it; None where it cannot be asked."""
        return None if self.cost is None or self.given_cost is None else self.given_cost - self.cost
