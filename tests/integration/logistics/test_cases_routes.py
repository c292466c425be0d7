"""The awkward stops of a route, with the right distances beside them."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from ml.route_cost.places import great_circle_km
from ml.route_cost.stops import ROAD_FACTOR
from ml_insights.logistics.service.ordering import improve_points


def degrees(text: str) -> float | None:
    return float(text.replace(",", ".")) if text else None


def stops(path: Path) -> dict[str, tuple[float | None, float | None]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: (degrees(row["lat"]), degrees(row["lon"])) for row in csv.DictReader(file, delimiter=";")}


def test_the_good_stops_get_their_route_and_the_faulty_ones_are_named(cases: Path):
    folder = cases / "23-route-coordinates"
    right = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    good = stops(folder / "paradas.csv")
    latitude, longitude = np.array([good[name] for name in right["depot_to_stop_km"]], float).T
    depot = good["DEPOSITO"]
    assert great_circle_km(latitude, longitude, depot) == pytest.approx(  # pyright: ignore[reportArgumentType]
        list(right["depot_to_stop_km"].values()), abs=0.001
    )
    alone = improve_points([*good.values()], None, None)
    assert alone.km / ROAD_FACTOR == pytest.approx(right["best_round_trip_km"], abs=0.001)
    assert alone.given_km / ROAD_FACTOR == pytest.approx(right["file_order_km"], abs=0.001)
    best = [name for name in right["best_round_trip"] if name in good]
    assert [[*good][place] for place in alone.order[1:]] in (best, best[::-1])

    every = stops(folder / "paradas_con_fallas.csv")
    found = improve_points([*every.values()], None, None)
    names = [*every]
    assert {names[one.place]: one.code for one in found.odd} == {
        "X1": "exchanged", "X2": "zero", "X3": "missing", "X4": "minus", "X6": "point",
    }  # fmt: skip
    assert all(one.faulty for one in found.odd)
    assert [names[place] for place in sorted(found.order)] == [*good, "X5"]
    assert found.km / ROAD_FACTOR == pytest.approx(right["best_round_trip_km"], abs=0.001)
