"""Quantities forecast at the prices that were charged, on real avocado sales, against the usual methods.

    ML_INSIGHTS_REAL_DATA=<folder> benchmarks/.peers/bin/python -m benchmarks.pricing

The last fifth of the weeks is forecast from the rest alone; prices of those weeks are known, quantities are not.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from benchmarks import ratios, series
from ml.pricing.evaluate import evaluate_pricing

SUMS = {
    "TotalUS",
    "California",
    "GreatLakes",
    "Midsouth",
    "Northeast",
    "Plains",
    "SouthCentral",
    "Southeast",
    "West",
}
"""Regions that add others up."""


def avocado(folder: Path) -> pd.DataFrame:
    """Weekly mean price and volume of conventional and organic avocados in 45 markets, as the contract PRICES."""
    table = pd.read_csv(folder / "avocado_prices" / "avocado.csv.gz")
    markets = table[~table["region"].isin(SUMS)]
    return pd.DataFrame(
        {
            "period": pd.to_datetime(markets["Date"]),
            "product_id": markets["type"],
            "store": markets["region"],
            "price": markets["AveragePrice"],
            "quantity": markets["Total Volume"],
        }
    )


def main() -> None:
    """Score the model and tell how far below each baseline it is."""
    told = evaluate_pricing(avocado(series.folder()))
    for name, scores in told["results"].items():
        print(f"{name:12} WAPE {scores['wape']:.4f}  {scores['seconds']:.1f} s")
    model = told["results"].pop("model")
    for name, scores in told["results"].items():
        ratio = model["wape"] / scores["wape"]
        ratios.tell(f"prices, avocado: WAPE over that of {name}", ratio, "< 1", ratio < 1)
    covered = model["coverage_80"]
    ratios.tell("prices, avocado: coverage of the 80 % interval", covered, "0.75 to 0.85", 0.75 <= covered <= 0.85)
    for one in told["details"]:
        print(
            f"{one['product_id']:12} elasticity {one['elasticity']:.2f} ({one['low_95']:.2f} to {one['high_95']:.2f})"
        )


if __name__ == "__main__":
    main()
