"""The model of route costs: estimate, intervals, reasons, files."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.route_cost.columns import prepared
from ml.route_cost.model import RouteModel, fit, load
from ml.route_cost.types import NoUsableDeliveries
from tests.unit.ml.route_cost.fleet import fleet

ROWS = prepared(fleet())


@pytest.fixture(scope="module")
def model() -> RouteModel:
    return fit(ROWS)


def asked(**changes: object) -> pd.DataFrame:
    usual = {
        "departed_at": pd.Timestamp("2024-04-10 09:00"),
        "distance_km": 120.0,
        "weight_kg": 800.0,
        "stops": 5,
        "vehicle_type": "Van",
        "zone": "north",
    }
    return pd.DataFrame([usual | changes])


def expected(model: RouteModel, **changes: object) -> float:
    return float(model.predict(asked(**changes))["expected"].iloc[0])


def test_it_knows_what_makes_a_route_dear(model: RouteModel):
    usual = expected(model)
    assert usual == pytest.approx(15_000 + 420 * 120 + 1_600, rel=0.15)
    assert expected(model, vehicle_type="Truck") > 1.3 * usual
    assert expected(model, zone="south") > 1.08 * usual
    assert expected(model, distance_km=300.0) > 1.6 * usual


def test_intervals_hold_the_estimate_and_are_nested(model: RouteModel):
    told = model.predict(ROWS.drop(columns="cost"))
    assert (told["lo_95"] <= told["lo_80"]).all() and (told["lo_80"] <= told["expected"]).all()
    assert (told["expected"] <= told["hi_80"]).all() and (told["hi_80"] <= told["hi_95"]).all()


def test_intervals_cover_what_comes_after():
    rows = prepared(fleet(1_500, seed=3))
    test = rows.iloc[1_000:].reset_index(drop=True)
    told = fit(rows.iloc[:1_000]).predict(test.drop(columns="cost"))
    inside = ((test["cost"] >= told["lo_80"]) & (test["cost"] <= told["hi_80"])).mean()
    assert 0.72 <= inside <= 0.9


def test_reasons_add_up_to_the_estimate(model: RouteModel):
    rows = ROWS.iloc[::30].drop(columns="cost")
    told = model.predict(rows)["expected"].to_numpy()
    for estimate, why in zip(told, model.explain(rows), strict=True):
        assert why.expected == pytest.approx(estimate, rel=1e-4)
        assert why.typical + sum(one.effect for one in why.reasons) == pytest.approx(estimate, rel=1e-4)
        sizes = [abs(one.effect) for one in why.reasons]
        assert sizes == sorted(sizes, reverse=True)


def test_the_longest_route_is_dear_for_its_distance(model: RouteModel):
    (why,) = model.explain(asked(distance_km=390.0, vehicle_type="Truck", weight_kg=7_000.0))
    assert why.reasons[0].feature == "distance_km" and why.reasons[0].effect > 0
    assert why.reasons[0].value == 390.0


def test_files_bring_it_back(model: RouteModel):
    rows = ROWS.drop(columns="cost")
    again = load(model.dump())
    pd.testing.assert_frame_equal(again.predict(rows), model.predict(rows))
    assert again.explain(rows[:3]) == model.explain(rows[:3])


@pytest.mark.parametrize("files", [{}, {"route_cost.json": b"{}"}, {"route_cost.json": b"[1]"}])
def test_files_of_something_else_are_refused(files: dict[str, bytes]):
    with pytest.raises(ValueError):
        load(files)


def test_the_same_rows_give_the_same_model(model: RouteModel):
    rows = ROWS.drop(columns="cost")
    pd.testing.assert_frame_equal(fit(ROWS).predict(rows), model.predict(rows))


def test_estimates_of_the_training_rows_were_made_without_them(model: RouteModel):
    told = model.backtest(ROWS)
    assert 0.55 * len(ROWS) <= len(told) <= 0.65 * len(ROWS)
    seen = model.predict(ROWS.loc[told.index].drop(columns="cost"))["expected"]
    actual = ROWS.loc[told.index, "cost"]
    assert (seen - actual).abs().mean() < (told["expected"] - actual).abs().mean()


def test_the_rule_of_thumb_is_the_cost_of_a_kilometre(model: RouteModel):
    rate = ROWS["cost"].sum() / ROWS["distance_km"].sum()
    assert model.predict(asked())["baseline"].iloc[0] == pytest.approx(120 * rate)


def test_without_distances_the_rule_goes_by_weight():
    told = fit(ROWS.drop(columns="distance_km")).predict(asked())
    assert told["baseline"].iloc[0] == pytest.approx(800 * ROWS["cost"].sum() / ROWS["weight_kg"].sum())


def test_too_few_deliveries_are_refused():
    with pytest.raises(NoUsableDeliveries):
        fit(ROWS.iloc[:20])


number = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True), st.integers(-10, 10**9))


@settings(max_examples=40, deadline=None)
@given(distance=number, weight=number, stops=number, vehicle=st.one_of(st.none(), st.text(max_size=8)))
def test_any_route_gets_a_finite_answer(distance: object, weight: object, stops: object, vehicle: object):
    told = MODEL.predict(asked(distance_km=distance, weight_kg=weight, stops=stops, vehicle_type=vehicle))
    numbers = told[["expected", "lo_80", "hi_80", "lo_95", "hi_95"]].to_numpy(float)
    assert np.isfinite(numbers).all() and (numbers > 0).all()


MODEL = fit(ROWS)
