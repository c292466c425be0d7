"""What the demand forecast is fed, day by day and product by product, so that a shift can be seen."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from ml_insights.core.i18n import N_

UNITS, REVENUE = N_("Units a day, over the product's mean"), N_("Revenue a day, over the product's mean")
PRICE, SOLD = N_("Price, over the product's median"), N_("Whether a product sold on a day")
SCALED_OVER_DAYS = 365


def demand_inputs(series: pd.DataFrame, since: date, until: date) -> pd.DataFrame:
    """Rows: product-days from `since` to `until`. Columns: UNITS, REVENUE, PRICE (scaled over the last year) and SOLD.

    series: unique_id, ds, y. Empty where there are no products.
    """
    units, revenue = (_daily(series, measure) for measure in ("units", "revenue"))
    revenue = revenue.reindex(index=units.index, columns=units.columns)
    window = (units.index >= pd.Timestamp(since)) & (units.index <= pd.Timestamp(until))
    price = (revenue / units.where(units > 0)).where(lambda value: value > 0)
    columns = {
        UNITS: _flat((units / _level(units))[window]),
        REVENUE: _flat((revenue / _level(revenue))[window]),
        PRICE: _flat((price / price.tail(SCALED_OVER_DAYS).median())[window]),
        SOLD: np.where(_flat(units[window]) > 0, "yes", "no"),
    }
    return pd.DataFrame(columns)


def _daily(series: pd.DataFrame, measure: str) -> pd.DataFrame:
    """(days, products) of one measure."""
    prefix = f"{measure}/product/"
    chosen = series[series["unique_id"].str.startswith(prefix)]
    return chosen.assign(product=chosen["unique_id"].str.removeprefix(prefix)).pivot(
        index="ds", columns="product", values="y"
    )


def _level(table: pd.DataFrame) -> pd.Series:
    mean = table.tail(SCALED_OVER_DAYS).mean()
    return mean.where(mean > 0)


def _flat(table: pd.DataFrame) -> np.ndarray:
    return table.to_numpy(dtype=float).ravel()
