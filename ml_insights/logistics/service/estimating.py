"""What a route is expected to cost, by the model that answers now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core.company import company
from ml_insights.logistics import policy
from ml_insights.logistics.errors import NoModelYet
from ml_insights.logistics.facts import EstimateFact, ReasonFact, ReleaseFact, RouteAsked, VehicleOffer
from ml_insights.logistics.queries import current_release
from ml_insights.logistics.tables import MODEL
from ml_insights.registry import serving
from ml_insights.registry.errors import NoUsableModel

if TYPE_CHECKING:
    import pandas as pd

    from ml.route_cost.model import RouteModel

MOST_VEHICLES = 12
KEPT = 4
_opened: dict[str, RouteModel] = {}
"""Digest → model, of the versions asked last."""


@dataclass(frozen=True)
class Desk:
    """The model that answers, and what it can be asked."""

    release: ReleaseFact
    model: RouteModel
    version: str


def open_desk(session: Session, dataset: Dataset) -> Desk:
    """The model of `dataset`. Raises NoModelYet."""
    release = current_release(session, dataset)
    if release is None:
        raise NoModelYet
    try:
        champion = serving.champion(MODEL, dataset.value)
    except NoUsableModel as error:
        raise NoModelYet from error
    return Desk(release, _model(champion.version.digest, champion.files), champion.version.key)


def _model(digest: str, files: Mapping[str, bytes]) -> RouteModel:
    """The files of a version never change under their digest, so they are opened once."""
    from ml.route_cost.model import load

    if digest not in _opened:
        while len(_opened) >= KEPT:
            _opened.pop(next(iter(_opened)), None)
        _opened[digest] = load(files)
    return _opened[digest]


def estimate(desk: Desk, routes: Sequence[RouteAsked], explain: bool = True) -> list[EstimateFact]:
    """What each route is expected to cost. Raises BadRoute, UnknownVehicle or InvalidInput."""
    for asked in routes:
        policy.check_route(desk.release, asked)
    if not routes:
        return []
    frame = as_frame(desk.model, routes)
    told = desk.model.predict(frame).to_dict("records")
    explained = desk.model.explain(frame) if explain else [None] * len(routes)
    found = []
    for asked, numbers, why in zip(routes, told, explained, strict=True):
        reasons = (
            tuple(ReasonFact(one.feature, one.value, one.typical, one.effect) for one in why.reasons) if why else ()
        )
        typical = why.typical if why else float("nan")
        plain = {str(name): float(value) for name, value in numbers.items()}
        found.append(
            EstimateFact(
                asked, **plain, typical=typical, reasons=reasons, warnings=policy.warnings(desk.release, asked)
            )
        )
    return found


def compare(desk: Desk, asked: RouteAsked) -> tuple[VehicleOffer, ...]:
    """The same route with each type of vehicle, from cheap to dear; what cannot carry the load comes last."""
    vehicles = desk.release.vehicles[:MOST_VEHICLES]
    routes = [replace(asked, vehicle_type=one.name) for one in vehicles]
    told = estimate(desk, routes, explain=False)
    offers = [
        VehicleOffer(vehicle, one, policy.fits(vehicle.heaviest_kg, asked.weight_kg))
        for vehicle, one in zip(vehicles, told, strict=True)
    ]
    return policy.with_cheapest(offers)


def as_frame(model: RouteModel, routes: Sequence[RouteAsked]) -> pd.DataFrame:
    """Routes as rows with the model's columns; departures as naive local time."""
    import pandas as pd

    zone = company().zone
    rows = []
    for asked in routes:
        at = asked.departs_at.astimezone(zone).replace(tzinfo=None) if asked.departs_at.tzinfo else asked.departs_at
        named = {name: getattr(asked, name) for name in (*policy.SIZES, "vehicle_type")}
        rows.append({"departed_at": pd.Timestamp(at), **named, **asked.features})
    frame = pd.DataFrame(rows)
    missing = [name for name in model.columns.names if name not in frame]
    return frame.assign(**dict.fromkeys(missing, None))
