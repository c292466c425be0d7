"""What the ledger asks of demand: why a forecast is what it is, and what was sold in the end."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sqlmodel import Session

from ml_insights.commerce import queries as commerce
from ml_insights.commerce.tables import Dataset
from ml_insights.core.company import company
from ml_insights.core.i18n import N_
from ml_insights.demand.tables import Level, Measure

if TYPE_CHECKING:
    from ml.demand.types import DemandForecast

GONE = N_("Its product or category is no longer in the data.")
KEYS = ["key", "day"]


def reasons(subjects: pd.Series, parts: Iterable[DemandForecast]) -> pd.Series:
    """For each of `subjects` the method that won its backtest and the runner-up, as JSON."""
    texts: dict[str, str] = {}
    for part in parts:
        for row in part.gains.to_dict("records"):
            told = {"method": row["chosen"], "runner_up": row["runner_up"]}
            known = {name: method for name, method in told.items() if isinstance(method, str)}
            texts[str(row["unique_id"])] = json.dumps(known)
    return subjects.map(texts)


def outcomes(session: Session, dataset: Dataset, due: pd.DataFrame) -> pd.DataFrame:
    """What was sold on the days of `due` (prediction_id, subject, target_at): prediction_id, actual and reason.

    A day is known once an order of a later one is: before that, more of its own may still come. A day without a sale
    sold nothing. A series whose product or category is gone has no actual, and a reason.
    """
    zone = company().zone
    until = commerce.last_day(session, dataset, zone)
    eve = due["target_at"] - pd.Timedelta(microseconds=1)
    days = eve.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    ended = due.assign(day=days)[days < pd.Timestamp(until)] if until else due.iloc[:0]
    if ended.empty:
        return pd.DataFrame({"prediction_id": [], "actual": [], "reason": []})
    named = ended["subject"].str.partition("/")
    asked = ended.assign(measure=named[0], key=named[2])
    first, last = asked["day"].min().date(), asked["day"].max().date()
    products = commerce.products_frame(session, dataset)
    sold = _by_key(commerce.product_days(session, dataset, zone, first, last), products)
    found = asked.merge(sold, on=KEYS, how="left").fillna({"units": 0.0, "revenue": 0.0})
    actual = np.where(found["measure"] == Measure.UNITS.value, found["units"], found["revenue"])
    gone = ~found["key"].isin(_known(products))
    return pd.DataFrame(
        {
            "prediction_id": found["prediction_id"],
            "actual": np.where(gone, np.nan, actual),
            "reason": [GONE if one else None for one in gone],
        }
    )


def _by_key(sold: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """key ("total", "category/…", "product/…"), day, units and revenue."""
    category = sold["product_id"].map(_categories(products))
    levels = [
        sold.assign(key=Level.TOTAL.value),
        sold.assign(key=f"{Level.PRODUCT.value}/" + sold["product_id"]),
        sold.assign(key=f"{Level.CATEGORY.value}/" + category.astype(object))[category.notna()],
    ]
    return pd.concat(levels).groupby(KEYS, as_index=False)[["units", "revenue"]].sum()


def _categories(products: pd.DataFrame) -> pd.Series:
    named = products[products["category"].notna() & (products["category"].astype(str).str.strip() != "")]
    return named.set_index("product_id")["category"].astype(str)


def _known(products: pd.DataFrame) -> set[str]:
    of_products = f"{Level.PRODUCT.value}/" + products["product_id"].astype(str)
    of_categories = f"{Level.CATEGORY.value}/" + _categories(products)
    return {Level.TOTAL.value, *of_products, *of_categories}
