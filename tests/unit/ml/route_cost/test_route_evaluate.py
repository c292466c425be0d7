"""`evaluate route-cost`, without its files."""

import json

import pytest

from ml.route_cost.evaluate import evaluate_route_cost
from ml.route_cost.types import NoUsableDeliveries
from tests.unit.ml.route_cost.fleet import fleet


def test_it_scores_the_last_fifth_beside_baselines():
    frame = fleet(400)
    result = evaluate_route_cost(frame.sample(frac=1, random_state=1))
    scores = result["results"]
    assert result["capability"] == "route-cost" and set(scores) == {
        "model", "per_km", "ols", "ridge_log", "forest_log", "xgboost_log",
    }  # fmt: skip
    assert all({"mae", "wape", "r2"} <= set(one) for one in scores.values())
    assert scores["model"]["mae"] < min(scores["per_km"]["mae"], scores["ols"]["mae"])
    assert result["settings"]["rows_test"] == 80 and result["settings"]["train_until"] < str(
        frame["departed_at"].iloc[320]
    )
    assert not result["settings"]["leakage"]
    assert sum(row["routes"] for row in result["details"]) == 80
    json.dumps(result, allow_nan=False)


def test_a_leak_is_flagged_and_not_used():
    frame = fleet(400)
    settings = evaluate_route_cost(frame.assign(total_with_tax=frame["cost"] * 1.19))["settings"]
    assert settings["leakage"] and settings["leaking_features"] == ["total_with_tax"]
    assert "total_with_tax" not in settings["features"]


def test_a_perfect_score_is_flagged():
    frame = fleet(600)
    tariff = frame["vehicle_type"].map({"Van": 10.0, "Truck": 20.0}) * frame["zone"].map(
        {"north": 5.0, "south": 11.0, "city": 23.0}
    )
    settings = evaluate_route_cost(frame.assign(cost=tariff))["settings"]
    assert settings["leakage"] and settings["too_good_to_be_true"]


def test_too_few_rows_are_refused():
    with pytest.raises(NoUsableDeliveries):
        evaluate_route_cost(fleet(45))
