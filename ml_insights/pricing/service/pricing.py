"""From elasticities and the weeks ahead to what is said about each product: its case, its limits, its price."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ml.pricing.suggest import observed_limits
from ml_insights.pricing.service.observations import Sold

if TYPE_CHECKING:
    from ml.pricing.types import Elasticity

LIMIT_WEEKS = 104
"""Prices older than this bound nothing: money was worth something else."""
SHOWN_WEEKS = 104


@dataclass(frozen=True)
class Priced:
    """What a release says about a product before people's limits; see `tables.PriceProduct`."""

    product_id: str
    label: str
    category: str
    price: float
    last_price: float
    cost: float | None
    quantity: float
    quantity_low: float
    quantity_high: float
    elasticity: Elasticity
    lowest: float
    highest: float
    weeks: list[list[object]]


def price_products(
    sold: Sold, prices: pd.DataFrame, ahead: pd.DataFrame, elasticities: list[Elasticity]
) -> list[Priced]:
    """Every product that was sold lately and whose coming weeks are foreseen, by name."""
    known = {one.product_id: one for one in elasticities}
    weekly = ahead.groupby("product_id")[["mean", "lo_80", "hi_80"]].mean()
    of_product = prices.groupby("product_id")[["price", "last_price"]].median()
    history = {str(key): rows for key, rows in sold.weeks.groupby("product_id")}
    found = []
    for row in of_product.join(weekly, how="inner").reset_index().to_dict("records"):
        product = str(row["product_id"])
        found.append(_priced(sold, known[product], history[product], row))
    return sorted(found, key=lambda one: one.label.lower())


def _priced(
    sold: Sold,
    elasticity: Elasticity,
    weeks: pd.DataFrame,
    row: Mapping[Any, Any],
) -> Priced:
    product, price, expected = elasticity.product_id, float(row["price"]), float(row["mean"])
    recent = weeks[weeks["period"] > weeks["period"].max() - pd.Timedelta(weeks=LIMIT_WEEKS)]
    limits = observed_limits(recent["price"].to_numpy())
    return Priced(
        product_id=product,
        label=sold.names.get(product, product),
        category=sold.categories.get(product, ""),
        price=price,
        last_price=float(row["last_price"]),
        cost=sold.costs.get(product),
        quantity=expected,
        quantity_low=_finite(float(row["lo_80"]), expected),
        quantity_high=_finite(float(row["hi_80"]), expected),
        elasticity=elasticity,
        lowest=min(limits.floor, price),
        highest=max(limits.ceiling, price),
        weeks=_history(weeks),
    )


def _finite(bound: float, otherwise: float) -> float:
    return bound if math.isfinite(bound) else otherwise


def _history(weeks: pd.DataFrame) -> list[list[object]]:
    """[Monday, price, quantity, promoted] of the last weeks, all stores together."""
    value = weeks.assign(value=weeks["price"] * weeks["quantity"])
    sums = value.groupby("period").agg(value=("value", "sum"), quantity=("quantity", "sum"), deal=("deal", "max"))
    rows = sums.tail(SHOWN_WEEKS)
    days = pd.DatetimeIndex(rows.index).strftime("%Y-%m-%d").tolist()
    price, quantity = (rows["value"] / rows["quantity"]).round(2).tolist(), rows["quantity"].round(2).tolist()
    return [list(row) for row in zip(days, price, quantity, (rows["deal"] > 0).tolist(), strict=True)]
