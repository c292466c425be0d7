"""From the weeks that were sold to the panel of the model, and the weeks ahead that it is asked about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ml_insights.core.company import company
from ml_insights.demand.service.judging import matures_at
from ml_insights.pricing.service.observations import Sold

if TYPE_CHECKING:
    from ml.pricing.panel import Panel

AHEAD = 4
"""Weeks that are foreseen, and written down."""
RECENT = 8
"""A product without a sale in this many weeks is not priced."""
BANDS = ("lo_80", "hi_80", "lo_95", "hi_95")


def panel_of(sold: Sold, coming: pd.DataFrame | None = None) -> Panel:
    """The weeks of `sold` as the model reads them, with rows of `coming` weeks whose quantity is still unknown."""
    from ml.pricing.panel import make_panel

    weeks = sold.weeks if coming is None else pd.concat([sold.weeks, coming], ignore_index=True)
    return make_panel(weeks)


def weeks_until(sold: Sold, until: date) -> int:
    """How many weeks from the first one are over at the end of `until`."""
    return max((until - sold.first).days + 1, 0) // 7


def usual_prices(weeks: pd.DataFrame, last: date) -> pd.DataFrame:
    """product_id, store, price (the usual one now) and last_price, of what was sold in the last weeks up to `last`.

    The usual price is the newest one that was no promotion, where there was one.
    """
    since = pd.Timestamp(last) - pd.Timedelta(weeks=RECENT)
    recent = weeks[(weeks["period"] > since) & (weeks["period"] <= pd.Timestamp(last))]
    keys = ["product_id", "store"]
    newest = recent.sort_values("period").drop_duplicates(keys, keep="last").set_index(keys)["mode_price"]
    ordered = recent.assign(plain=recent["deal"] == 0).sort_values(["plain", "period"])
    usual = ordered.drop_duplicates(keys, keep="last").set_index(keys)["mode_price"]
    return pd.DataFrame({"price": usual, "last_price": newest}).reset_index()


def coming_weeks(sold: Sold, prices: pd.DataFrame, weeks: int = AHEAD) -> pd.DataFrame:
    """Rows of the weeks after the last one, at `price` and without a promotion; their quantity is a placeholder."""
    first = pd.Timestamp(sold.weeks["period"].max())
    rows = [prices.assign(period=first + pd.Timedelta(weeks=step + 1)) for step in range(weeks)]
    return pd.concat(rows, ignore_index=True).assign(quantity=1.0, deal=0.0, feat=0.0, mode_price=lambda t: t["price"])


def of_products(forecasts: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """product_id, period, quantity, mean and bounds of forecasts, all stores of a product together."""
    named = forecasts.assign(product_id=np.array(panel.products, dtype=object)[forecasts["product"]])
    columns = ["quantity", "mean", *BANDS]
    return named.groupby(["product_id", "period"], as_index=False)[columns].sum()


def ends_of(periods: pd.Series) -> pd.DatetimeIndex:
    """When the weeks that begin on these Mondays are over, in UTC."""
    return matures_at(pd.DatetimeIndex(periods) + pd.Timedelta(days=6), company().zone)


def subject_of(product_id: str) -> str:
    """A product in the ledger."""
    return f"product/{product_id}"


def monday_after(day: date) -> date:
    """The first Monday on or after `day`."""
    return day + timedelta(days=-day.weekday() % 7)
