"""From elasticities and the weeks ahead to what is said about each product: its case, its limits, its price."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ml.pricing.promotions import promoted_elasticity
from ml.pricing.suggest import observed_limits
from ml_insights.pricing.service.observations import Sold

if TYPE_CHECKING:
    from ml.pricing.types import Elasticity

LIMIT_WEEKS = 104
"""Prices older than this bound nothing: money was worth something else."""
SHOWN_WEEKS = 104
BEYOND = 0.1
"""How far outside of the prices that were tried people may decide, as a share: further out nobody can say anything."""
IDLE_WEEKS = 26
"""Weeks by which it is judged how often a product has a week without a sale."""


@dataclass(frozen=True)
class Priced:
    """What a release says about a product before people's limits; see `tables.PriceProduct`.

    lowest, highest: what people may decide; tried_low, tried_high: prices that really held. sold_share: of the last
    weeks, those with a sale. promoted: see `ml.pricing.types.Case`.
    """

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
    tried_low: float
    tried_high: float
    sold_share: float
    promoted: float | None
    weeks: list[list[object]]


def sold_shares(weeks: pd.DataFrame) -> pd.Series:
    """By product the share of the last `IDLE_WEEKS` weeks (of those since its first sale) in which it was sold."""
    last = weeks["period"].max()
    recent = weeks[weeks["period"] > last - pd.Timedelta(weeks=IDLE_WEEKS)]
    first = weeks.groupby("product_id")["period"].min()
    known = ((last - first).dt.days // 7 + 1).clip(upper=IDLE_WEEKS)
    return (recent.groupby("product_id")["period"].nunique() / known).fillna(0.0)


def with_idle_weeks(ahead: pd.DataFrame, shares: pd.Series) -> pd.DataFrame:
    """Forecasts of weeks with a sale as forecasts of any week: product_id, mean and bounds.

    The model speaks of weeks with a sale, since nothing sold has no logarithm. A bound that lies among the weeks
    without one is 0.
    """
    share = ahead["product_id"].map(shares).fillna(0.0).to_numpy()
    told = {"mean": ahead["mean"] * share}
    for level in (80, 95):
        idle = 1 - share > (1 - level / 100) / 2
        told[f"lo_{level}"] = ahead[f"lo_{level}"].where(~idle, 0.0)
    return ahead.assign(**told)


def price_products(
    sold: Sold, prices: pd.DataFrame, ahead: pd.DataFrame, elasticities: list[Elasticity]
) -> list[Priced]:
    """Every product that was sold lately and whose coming weeks are foreseen, by name."""
    known = {one.product_id: one for one in elasticities}
    weekly = ahead.groupby("product_id")[["mean", "lo_80", "hi_80"]].mean()
    of_product = prices.groupby("product_id")[["price", "last_price"]].median()
    history = {str(key): rows for key, rows in sold.weeks.groupby("product_id")}
    shares = sold_shares(sold.weeks)
    found = []
    for row in of_product.join(weekly, how="inner").reset_index().to_dict("records"):
        product = str(row["product_id"])
        share = float(shares.get(product, 0.0))
        found.append(_priced(sold, known[product], history[product], share, row))
    return sorted(found, key=lambda one: one.label.lower())


def _priced(
    sold: Sold,
    elasticity: Elasticity,
    weeks: pd.DataFrame,
    share: float,
    row: Mapping[Any, Any],
) -> Priced:
    product, price, expected = elasticity.product_id, float(row["price"]), float(row["mean"])
    recent = weeks[weeks["period"] > weeks["period"].max() - pd.Timedelta(weeks=LIMIT_WEEKS)]
    limits = observed_limits(recent["mode_price"].to_numpy())
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
        lowest=min(limits.floor, price) * (1 - BEYOND),
        highest=max(limits.ceiling, price) * (1 + BEYOND),
        tried_low=min(limits.floor, price),
        tried_high=max(limits.ceiling, price),
        sold_share=share,
        promoted=None if sold.marked else _promoted(weeks),
        weeks=_history(weeks),
    )


def _promoted(weeks: pd.DataFrame) -> float | None:
    """What the guessed promotions of a product tell, the middle one of its stores; None without any."""
    stores = [store.sort_values("period") for _, store in weeks.groupby("store")]
    told = [
        promoted_elasticity(one["mode_price"].to_numpy(), one["quantity"].to_numpy(), one["deal"].to_numpy() > 0)
        for one in stores
    ]
    known = [value for value in told if math.isfinite(value)]
    return float(np.median(known)) if known else None


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
