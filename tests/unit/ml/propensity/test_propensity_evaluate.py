"""`evaluate propensity` on order lines."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from ml.propensity.evaluate import NothingToTest, evaluate_propensity
from ml_insights.__main__ import add_slices, app
from tests.unit.ml.propensity.buyers import START, day, orders


def lines(customers: int = 250) -> pd.DataFrame:
    """Order lines of the shop, with an anonymous sale and a return."""
    table = orders(customers)
    made = pd.DataFrame(
        {
            "order_id": table["order_id"],
            "ordered_at": table["day"].dt.strftime("%Y-%m-%dT12:00:00"),
            "product_id": [f"p{place % 11}" for place in range(len(table))],
            "quantity": 1.0,
            "unit_price": table["revenue"].round(2),
            "customer_id": table["customer_id"],
        }
    )
    odd = made.iloc[:2].assign(order_id=["anonymous", "return"], quantity=[1.0, -1.0])
    odd["customer_id"] = [np.nan, made["customer_id"].iloc[1]]
    return pd.concat([made, odd], ignore_index=True)


def test_it_tells_of_the_model_and_of_what_it_has_to_beat() -> None:
    result = evaluate_propensity(lines(), day(200), 30)
    found = result["results"]
    assert result["capability"] == "propensity" and result["settings"]["signal"] is True
    for name in ("model", "recency", "logistic_rfm", "bg_nbd"):
        assert {"roc_auc", "pr_auc", "brier", "ece", "lift_at_10"} <= set(found[name])
    assert found["model"]["roc_auc"] > found["recency"]["roc_auc"]
    assert 0.6 < found["lifetime_value"]["coverage_80"] <= 1 and found["same_as_last_period"]["mae"] > 0
    assert 0 <= found["products"]["hit_rate_at_5"] <= 1 and "hit_rate_at_5" in found["most_popular"]
    json.dumps(result, allow_nan=False)


def test_nothing_after_the_cutoff_is_learnt_from() -> None:
    table = lines()
    late = table["ordered_at"] >= str(day(200))
    changed = table.assign(unit_price=np.where(late, 999.0, table["unit_price"]))
    one, other = (evaluate_propensity(frame, day(200), 14)["results"]["model"] for frame in (table, changed))
    assert {**one, "seconds": 0} == {**other, "seconds": 0}


def test_a_horizon_longer_than_the_history_is_carried() -> None:
    result = evaluate_propensity(lines(), day(80), 150)
    assert result["settings"]["learnt_horizon_days"] < 150
    assert result["results"]["model"]["roc_auc"] > 0.5


@pytest.mark.parametrize(("cutoff", "horizon"), [(day(230), 90), (START, 30), (day(-50), 30), (day(9_999), 7)])
def test_a_cutoff_without_a_future_or_a_past_is_refused(cutoff: pd.Timestamp, horizon: int) -> None:
    with pytest.raises(NothingToTest):
        evaluate_propensity(lines(60), cutoff, horizon)


def test_the_command_writes_the_scores(tmp_path: Path) -> None:
    add_slices()
    lines().to_csv(tmp_path / "orders.csv", index=False)
    out = tmp_path / "out.json"
    asked = ["evaluate", "propensity", "--data", str(tmp_path), "--out", str(out), "--cutoff", "2024-07-18"]
    done = CliRunner().invoke(app, [*asked, "--horizon-days", "30"])
    assert done.exit_code == 0, done.output
    assert json.loads(out.read_text())["settings"]["horizon_days"] == 30
    for wrong in (["--horizon-days", "0"], ["--horizon-days", "9000"]):
        assert CliRunner().invoke(app, [*asked, *wrong]).exit_code != 0
