"""Churn on orders that nobody here made."""

from pathlib import Path

import pandas as pd
import pytest

from ml.behaviour.history import History, history
from ml.behaviour.visits import visits
from ml.churn.evaluate import evaluate_churn

PEERS = {"roc_auc": 0.740, "pr_auc": 0.642, "brier": 0.205}
"""The best that others reach from 2011-09-01 on."""


@pytest.fixture(scope="module")
def online_retail(real_data: Path) -> History:
    frame = pd.read_csv(real_data / "online_retail_uci" / "online_retail.csv.gz", encoding_errors="replace", dtype=str)
    lines = pd.DataFrame(
        {
            "order_id": frame["InvoiceNo"],
            "ordered_at": pd.to_datetime(frame["InvoiceDate"]),
            "product_id": frame["StockCode"],
            "quantity": frame["Quantity"].astype(float),
            "unit_price": frame["UnitPrice"].astype(float),
            "customer_id": frame["CustomerID"],
        }
    )
    return history(visits(lines))


@pytest.mark.real_data
def test_online_retail_is_foretold_better_than_by_others(online_retail: History):
    found = evaluate_churn(online_retail, "2011-09-01", 90)
    assert found["settings"]["customers"] == 3314 and found["settings"]["churned"] == pytest.approx(0.438, abs=0.001)
    ours = found["results"].pop("model")
    for name, sign in (("roc_auc", 1), ("pr_auc", 1), ("brier", -1)):
        others = [PEERS[name], *(one[name] for one in found["results"].values())]
        assert sign * ours[name] > max(sign * other for other in others), name


@pytest.mark.real_data
@pytest.mark.parametrize(("cutoff", "horizon"), [("2011-03-01", 90), ("2011-06-01", 180), ("2011-11-01", 30)])
def test_other_cutoffs_and_horizons_beat_recency_and_bg_nbd(online_retail: History, cutoff: str, horizon: int):
    results = evaluate_churn(online_retail, cutoff, horizon)["results"]
    for peer in ("recency", "bg_nbd"):
        assert results["model"]["brier"] < results[peer]["brier"], peer
    assert results["model"]["roc_auc"] > results["recency"]["roc_auc"] + 0.02
