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
TELLING = 12
"""Lines that tell the present price; where the newest weeks have fewer, earlier ones are asked, too."""
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

    The usual price is what most of the newest lines paid that were in no promotion, where there were any.
    """
    since = pd.Timestamp(last) - pd.Timedelta(weeks=RECENT)
    recent = weeks[(weeks["period"] > since) & (weeks["period"] <= pd.Timestamp(last))]
    keys = ["product_id", "store"]
    newest = recent.sort_values("period").drop_duplicates(keys, keep="last").set_index(keys)["mode_price"]
    plain = recent["deal"] == 0
    regular = recent[plain | ~plain.groupby([recent[key] for key in keys]).transform("any")]
    return pd.DataFrame({"price": _most_paid(regular, keys), "last_price": newest}).reset_index()


def _most_paid(weeks: pd.DataFrame, keys: list[str]) -> pd.Series:
    """The price of the most lines among the newest `TELLING` of each product and store; of two, the newer one."""
    newest = weeks.sort_values("period", ascending=False)
    later = newest.groupby(keys)["lines"].cumsum() - newest["lines"]
    telling = newest[later < TELLING]
    prices = telling.groupby([*keys, "mode_price"], as_index=False).agg(lines=("lines", "sum"), at=("period", "max"))
    return prices.sort_values(["lines", "at"]).drop_duplicates(keys, keep="last").set_index(keys)["mode_price"]


def coming_weeks(sold: Sold, prices: pd.DataFrame, weeks: int = AHEAD) -> pd.DataFrame:
    """Rows of the weeks after the last one, at `price` and without a promotion; their quantity is a placeholder."""
    first = pd.Timestamp(sold.weeks["period"].max())
    rows = [prices.assign(period=first + pd.Timedelta(weeks=step + 1)) for step in range(weeks)]
    return pd.concat(rows, ignore_index=True).assign(
        quantity=1.0, deal=0.0, feat=0.0, mode_price=lambda t: t["price"], lines=0
    )


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
