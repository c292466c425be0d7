"""Churn on Online Retail: who buys nothing in the 90 days from 2011-09-01 on, learnt from before that day alone.

The targets are what others reach on it (`PEERS`, the best of each on the test itself) and what this process measures.
"""

from __future__ import annotations

import pandas as pd

from benchmarks import ratios
from benchmarks.series import folder
from ml.behaviour.history import history
from ml.behaviour.visits import visits
from ml.churn.evaluate import evaluate_churn

CUTOFF, HORIZON = "2011-09-01", 90
PEERS = {"roc_auc": 0.740, "pr_auc": 0.642, "brier": 0.205}
"""XGBoost on RFM and trends, four training cutoffs; of the Brier score, logistic regression on RFM."""


def online_retail_orders() -> pd.DataFrame:
    """All rows of Online Retail in the columns of the contract."""
    frame = pd.read_csv(folder() / "online_retail_uci" / "online_retail.csv.gz", encoding_errors="replace", dtype=str)
    return pd.DataFrame(
        {
            "order_id": frame["InvoiceNo"],
            "ordered_at": pd.to_datetime(frame["InvoiceDate"]),
            "product_id": frame["StockCode"],
            "quantity": frame["Quantity"].astype(float),
            "unit_price": frame["UnitPrice"].astype(float),
            "customer_id": frame["CustomerID"],
        }
    )


def main() -> None:
    """Print the table of all methods, and our figures over the best of the others."""
    found = evaluate_churn(history(visits(online_retail_orders())), CUTOFF, HORIZON)
    print(pd.DataFrame(found["results"]).T.round(4).to_string(), flush=True)
    ours, told = found["results"]["model"], found["settings"]
    print(f"{told['customers']} customers, {told['churned']:.1%} left, {told['expected']:.1%} were expected to")
    for name, sign in (("roc_auc", 1), ("pr_auc", 1), ("brier", -1)):
        others = [one[name] for key, one in found["results"].items() if key != "model"]
        best = max([PEERS[name], *others], key=lambda value: sign * value)
        better = sign * ours[name] > sign * best
        ratios.tell(f"churn, Online Retail: {name}", ours[name], f"better than {best:.3f}", better)
    limit = told["ece_upper_95"]
    ratios.tell("churn, Online Retail: calibration error", ours["ece"], f"at most {limit:.4f}", ours["ece"] <= limit)


if __name__ == "__main__":
    main()
