"""What buyers do at prices that the demo company's people have set since: they answer by the product's elasticity."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import pandas as pd

from ml_insights.commerce.demo.catalogue import products, rounded
from ml_insights.core.demo import Repriced


def at_prices_set(orders: pd.DataFrame, repriced: Sequence[Repriced], seed: int) -> pd.DataFrame:
    """Order lines (product_id, ordered_at, quantity, unit_price) as they are at the prices set; lines of which nothing
    is left are gone."""
    elasticity = products().set_index("product_id")["elasticity"]
    changed = orders
    for one in repriced:
        touched = (changed["product_id"] == one.product_id) & (changed["ordered_at"] >= pd.Timestamp(one.at))
        if touched.any():
            changed = _answered(changed, touched, one, float(elasticity[one.product_id]), seed)
    return changed


def _answered(orders: pd.DataFrame, touched: pd.Series, one: Repriced, elasticity: float, seed: int) -> pd.DataFrame:
    lines = orders[touched]
    rng = np.random.default_rng([seed, crc32(one.product_id.encode()), int(one.at.timestamp())])
    wanted = lines["quantity"].to_numpy() * one.factor**elasticity
    quantity = (np.sign(wanted) * np.floor(np.abs(wanted) + rng.random(len(lines)))).astype(int)
    told = orders.copy()
    told.loc[touched, "quantity"] = quantity
    told.loc[touched, "unit_price"] = rounded(lines["unit_price"].to_numpy() * one.factor)
    return told[told["quantity"] != 0]
