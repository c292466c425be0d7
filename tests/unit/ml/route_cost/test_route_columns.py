"""Which columns of deliveries may be learnt from."""

import numpy as np
import pandas as pd
import pytest

from ml.route_cost.columns import prepared, usable
from ml.route_cost.types import Left
from tests.unit.ml.route_cost.fleet import fleet


def with_column(**columns: object) -> pd.DataFrame:
    return prepared(fleet().assign(**columns))


def test_contract_columns_and_features_are_used():
    columns = usable(prepared(fleet()))
    assert columns.numbers == ("distance_km", "weight_kg", "stops") and columns.texts == ("vehicle_type", "zone")
    assert columns.left_out == {}


def test_rows_without_a_cost_are_dropped():
    frame = fleet(50).assign(cost=lambda one: one["cost"].astype(object))
    frame.loc[0, "cost"] = "Freight Included in Commodity Cost"
    frame.loc[1, "cost"] = 0
    frame.loc[2, "cost"] = -5
    frame.loc[3, "cost"] = float("inf")
    assert len(prepared(frame)) == 46


def test_sizes_below_zero_or_in_words_are_unknown():
    frame = fleet(50).assign(weight_kg=lambda one: one["weight_kg"].astype(object))
    frame.loc[0, "weight_kg"], frame.loc[1, "weight_kg"] = "Weight Captured Separately", -4
    assert prepared(frame)["weight_kg"].isna().sum() == 2


@pytest.mark.parametrize("copy", [lambda cost: cost * 1.19, np.log, lambda cost: -cost])
def test_a_copy_of_the_cost_is_left_out(copy: object):
    frame = fleet()
    columns = usable(prepared(frame.assign(invoice=copy(frame["cost"]))))  # pyright: ignore[reportCallIssue]
    assert columns.left_out == {"invoice": Left.LEAK} and "invoice" not in columns.names


def test_parts_that_add_up_to_the_cost_are_left_out():
    frame = fleet()
    fuel = frame["cost"] * np.random.default_rng(1).uniform(0.2, 0.5, len(frame))
    columns = usable(prepared(frame.assign(fuel=fuel, wages=frame["cost"] - fuel)))
    assert columns.left_out == {"fuel": Left.LEAK, "wages": Left.LEAK}


def test_a_tariff_by_the_kilometre_is_no_leak():
    columns = usable(prepared(fleet().assign(cost=lambda one: 500 * one["distance_km"])))
    assert "distance_km" in columns.numbers


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (["same"] * 300, Left.CONSTANT),
        ([None] * 300, Left.EMPTY),
        ([f"order {place}" for place in range(300)], Left.IDENTIFIER),
        ([f"2024-01-{1 + place % 28:02d} 10:00" for place in range(300)], Left.TIMES),
    ],
)
def test_what_cannot_help_is_left_out(values: list[object], reason: Left):
    assert usable(with_column(extra=values)).left_out == {"extra": reason}


def test_numbers_with_a_few_words_are_numbers():
    values = ["n/a" if place % 20 == 0 else str(place % 7) for place in range(300)]
    assert "pallets" in usable(with_column(pallets=values)).numbers
