"""Contractual churn on the Telco table: our choice against its candidates, five folds, nothing resampled."""

from __future__ import annotations

import pandas as pd

from benchmarks import ratios
from benchmarks.series import folder
from ml.churn.contractual import CANDIDATES, evaluate_contracts

TOLERANCE = 0.005


def main() -> None:
    """Print the table of all candidates, and how far our AUC is from the best of them."""
    table = pd.read_csv(folder() / "telco_churn_ibm" / "telco_churn.csv.gz")
    results = evaluate_contracts(table, "Churn")["results"]
    print(pd.DataFrame(results).T.round(4).to_string(), flush=True)
    best = max(CANDIDATES, key=lambda name: results[name]["roc_auc"])
    behind = results[best]["roc_auc"] - results["model"]["roc_auc"]
    ratios.tell(f"churn, Telco: AUC behind {best}", behind, f"at most {TOLERANCE}", behind <= TOLERANCE)


if __name__ == "__main__":
    main()
