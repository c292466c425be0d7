"""What the ledger asks of churn: who bought nothing in the end."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
from sqlmodel import Session

from ml.churn.horizon import DEFAULT
from ml_insights.commerce import queries as commerce
from ml_insights.commerce.queries.rfm import buyers_between, customers_with_orders
from ml_insights.commerce.tables import Dataset
from ml_insights.core.company import company
from ml_insights.core.i18n import N_
from ml_insights.registry import queries as registry

MODEL = "churn"
SUBJECT = "customer/"
GONE = N_("The customer is no longer in the data.")


def outcomes(session: Session, dataset: Dataset, due: pd.DataFrame) -> pd.DataFrame:
    """Who of `due` (see `ledger.queries.due`) bought nothing within the horizon before: 1, or 0 where they did.

    Each prediction is judged by the horizon of the version that made it. Returns prediction_id, actual and reason. A
    period is known once an order of a later day is. A customer whose orders are gone has no actual, and a reason.
    """
    zone = company().zone
    until = commerce.last_day(session, dataset, zone)
    days = (due["target_at"] - pd.Timedelta(microseconds=1)).dt.tz_convert(zone).dt.date
    ended = due.assign(day=days)[[until is not None and day < until for day in days]]
    if ended.empty:
        return pd.DataFrame({"prediction_id": [], "actual": [], "reason": []})
    known, parts = customers_with_orders(session, dataset), []
    horizons = registry.horizons(session, MODEL, dataset.value)
    ended["first"] = [
        day - timedelta(days=horizons.get(version, DEFAULT))
        for day, version in zip(ended["day"], ended["version"], strict=True)
    ]
    for first, day in sorted(set(zip(ended["first"], ended["day"], strict=True))):
        part = ended[(ended["first"] == first) & (ended["day"] == day)]
        bought = buyers_between(session, dataset, zone, first, day)
        ids = part["subject"].str.removeprefix(SUBJECT)
        actual = (~ids.isin(bought)).astype(float).where(ids.isin(known))
        reason = [None if one else GONE for one in ids.isin(known)]
        parts.append(pd.DataFrame({"prediction_id": part["prediction_id"], "actual": actual, "reason": reason}))
    return pd.concat(parts, ignore_index=True)
