"""What the ledger asks of segments: who bought in the end."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
from sqlmodel import Session

from ml.segments.types import CHANCE_DAYS
from ml_insights.commerce import queries as commerce
from ml_insights.commerce.queries.rfm import buyers_between, customers_with_orders
from ml_insights.commerce.tables import Dataset
from ml_insights.core.company import company
from ml_insights.core.i18n import N_

GONE = N_("The customer is no longer in the data.")


def outcomes(session: Session, dataset: Dataset, due: pd.DataFrame) -> pd.DataFrame:
    """Who of `due` (prediction_id, subject, target_at) bought in the days before: prediction_id, actual and reason.

    A period is known once an order of a later day is. A customer whose orders are gone has no actual, and a reason.
    """
    zone = company().zone
    until = commerce.last_day(session, dataset, zone)
    eve = due["target_at"] - pd.Timedelta(microseconds=1)
    days = eve.dt.tz_convert(zone).dt.date
    ended = due.assign(day=days)[[until is not None and day < until for day in days]]
    if ended.empty:
        return pd.DataFrame({"prediction_id": [], "actual": [], "reason": []})
    known = customers_with_orders(session, dataset)
    parts = []
    for day in sorted(set(ended["day"])):
        part = ended[ended["day"] == day]
        bought = buyers_between(session, dataset, zone, day - timedelta(days=CHANCE_DAYS), day)
        ids = part["subject"].str.rpartition("/customer/")[2]
        actual = ids.isin(bought).astype(float).where(ids.isin(known))
        reason = [None if one else GONE for one in ids.isin(known)]
        parts.append(pd.DataFrame({"prediction_id": part["prediction_id"], "actual": actual, "reason": reason}))
    return pd.concat(parts, ignore_index=True)
