"""Route costs on public freight data: error against every baseline, and what the 80 % intervals cover.

The last fifth of the deliveries by time is held out; the model has one configuration for all data.
"""

from __future__ import annotations

import pandas as pd

from benchmarks.freight import DATES, freight
from benchmarks.ratios import tell
from ml.route_cost.evaluate import evaluate_route_cost

PUBLISHED = {"XGBoost on log cost": 6_260.0, "forest on log cost": 6_421.0, "least squares on weight": 8_033.0}
SHIPMENT = ["shipment_lines", "shipment_value", "shipment_quantity"]


def main() -> None:
    """Both orders of time, and for the first also without what the rest of the shipment tells."""
    for date in DATES:
        judged(freight(date), f"by {date.split()[0].lower()} date")
    judged(freight(DATES[0]).drop(columns=SHIPMENT), "one line's columns alone")


def judged(frame: pd.DataFrame, what: str) -> None:
    """Tell the model's error beside the best of the others', and its coverage."""
    result = evaluate_route_cost(frame)
    scores, own = result["results"], result["results"]["model"]
    others = {name: one["mae"] for name, one in scores.items() if name != "model"}
    best = min([*others.values(), *PUBLISHED.values()])
    print(f"{what}: {result['settings']['rows']} rows, " + ", ".join(f"{k} {v:,.0f}" for k, v in others.items()))
    print(f"{what}: model MAE {own['mae']:,.0f}, WAPE {own['wape']:.3f}, R² {own['r2']:.3f}, {own['seconds']} s")
    share = own["mae"] / best
    tell(f"route cost, {what}: MAE over that of the best baseline, here or published", share, "< 1", share < 1)
    covered = own["coverage_80"]
    tell(f"route cost, {what}: coverage of the 80 % intervals", covered, "0.77 to 0.83", 0.77 <= covered <= 0.83)
    leak = float(result["settings"]["leakage"])
    tell(f"route cost, {what}: signs of leakage", leak, "0", leak == 0)


if __name__ == "__main__":
    main()
