"""`evaluate segments` on a small file of orders."""

import numpy as np
import pandas as pd
import pytest

from ml.segments.evaluate import METHODS, evaluate_segments
from ml.segments.model import NoCustomers


def orders(customers: int) -> pd.DataFrame:
    random, rows = np.random.default_rng(0), []
    for number in range(customers):
        often, small = number % 2 == 0, number % 4 < 2
        start = pd.Timestamp("2025-01-01") if number % 8 < 4 else pd.Timestamp("2025-09-01")
        for order in range(12 if often else 1):
            day = start + pd.Timedelta(days=int(random.integers(0, 90)))
            rows.append((f"o{number}-{order}", day, "p", 1, 10.0 if small else 300.0, f"c{number}"))
    columns = ["order_id", "ordered_at", "product_id", "quantity", "unit_price", "customer_id"]
    return pd.DataFrame(rows, columns=columns)


def test_every_method_is_told_beside_ours() -> None:
    told = evaluate_segments(orders(160))
    assert set(told["results"]) == set(METHODS) and told["settings"]["customers"] == 160
    for figures in told["results"].values():
        assert 1 <= figures["k"] <= 8 and -1 <= figures["silhouette"] <= 1 and figures["ari"] <= 1
    ours = [row for row in told["details"] if row["method"] == "model" and "segment" in row]
    assert sum(row["customers"] for row in ours) == 160 and len(ours) == told["results"]["model"]["k"]
    assert sum(row["share_of_revenue"] for row in ours) == pytest.approx(1.0)


def test_returns_alone_are_nobody_to_segment() -> None:
    with pytest.raises(NoCustomers):
        evaluate_segments(orders(20).assign(quantity=-1))
