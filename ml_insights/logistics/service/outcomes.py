"""What the ledger asks of logistics: what routes cost in the end."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core.company import company
from ml_insights.core.i18n import N_
from ml_insights.logistics.queries import costs_of, daily_costs, last_departure
from ml_insights.logistics.service.fleet import SUBJECT

ROUTE = "route/"
NO_ROUTE = N_("No route of this vehicle type was driven that day.")
NEVER = N_("No delivery of this number was imported within half a year.")
GIVE_UP = timedelta(days=183)
WAIT = timedelta(days=7)
"""How long after a day more of its deliveries may still be imported."""


def outcomes(session: Session, dataset: Dataset, due: pd.DataFrame) -> pd.DataFrame:
    """Costs of what is in `due` (prediction_id, subject, target_at): prediction_id, actual and reason.

    A route is known once its delivery is imported, and given up after half a year; the routes of a day are known once
    deliveries of a week later are.
    """
    last = last_departure(session, dataset)
    if last is None or due.empty:
        return pd.DataFrame({"prediction_id": [], "actual": [], "reason": []})
    of_routes = due["subject"].str.startswith(ROUTE)
    parts = [_routes(session, dataset, due[of_routes], last), _days(session, dataset, due[~of_routes], last)]
    return pd.concat(parts, ignore_index=True)


def _routes(session: Session, dataset: Dataset, due: pd.DataFrame, last: object) -> pd.DataFrame:
    ids = due["subject"].str.removeprefix(ROUTE)
    costs = costs_of(session, dataset, ids.tolist()) if len(due) else {}
    actual = ids.map(costs).astype(float)
    late = due["target_at"] < pd.Timestamp(str(last)) - GIVE_UP
    reason = [NEVER if gone else None for gone in late & actual.isna()]
    told = pd.DataFrame({"prediction_id": due["prediction_id"], "actual": actual, "reason": reason})
    return told[told["actual"].notna() | told["reason"].notna()]


def _days(session: Session, dataset: Dataset, due: pd.DataFrame, last: object) -> pd.DataFrame:
    ended = due[due["target_at"] <= pd.Timestamp(str(last)) - WAIT]
    if ended.empty:
        return pd.DataFrame({"prediction_id": [], "actual": [], "reason": []})
    zone = company().zone
    since = (ended["target_at"].min() - pd.Timedelta(days=2)).to_pydatetime()
    driven = pd.DataFrame(daily_costs(session, dataset, since), columns=pd.Index(["at", "vehicle", "cost"]))
    day = pd.to_datetime(driven["at"], utc=True).dt.tz_convert(zone).dt.date
    means = driven.groupby([SUBJECT + driven["vehicle"], day])["cost"].mean().to_dict()
    eve = (ended["target_at"] - pd.Timedelta(microseconds=1)).dt.tz_convert(zone).dt.date
    actual = [means.get(key, float("nan")) for key in zip(ended["subject"], eve, strict=True)]
    reason = [NO_ROUTE if pd.isna(one) else None for one in actual]
    return pd.DataFrame({"prediction_id": ended["prediction_id"], "actual": actual, "reason": reason})
