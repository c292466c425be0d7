"""What the ledger keeps of chances, and what came true in the end."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pandas as pd
from sqlmodel import Session

from ml_insights.commerce import queries as commerce
from ml_insights.commerce.queries.rfm import buyers_between, customers_with_orders
from ml_insights.commerce.tables import Dataset
from ml_insights.core.company import company
from ml_insights.core.i18n import N_

if TYPE_CHECKING:
    from ml.propensity.types import Scored

HORIZONS = (7, 30)
MOST_WRITTEN = 400_000
"""Customers, those most likely to buy, whose chances are written down: who will hardly buy need no record."""
GONE = N_("The customer is no longer in the data.")


def subject_of(days: int, customer_id: str) -> str:
    """How the ledger names a customer's purchase within so many days."""
    return f"purchase-{days}/customer/{customer_id}"


def matures_at(eve: date, days: int) -> pd.Timestamp:
    """When it is known who has bought within `days` after the day `eve`."""
    midnight = datetime.combine(eve + timedelta(days=days + 1), time.min, company().zone)
    return pd.Timestamp(midnight).tz_convert("UTC")


def written(scored: Scored, eve: date, horizons: tuple[int, ...] = HORIZONS) -> pd.DataFrame:
    """The ledger's rows: for each horizon and customer the chance, with its reasons."""
    table = scored.table.nlargest(MOST_WRITTEN, "chance_30") if len(scored.table) > MOST_WRITTEN else scored.table
    why = {
        customer: [{"code": one.code.value, "effect": round(one.effect, 3)} for one in reasons]
        for customer, reasons in scored.reasons.items()
    }
    told = pd.Series([why.get(str(customer)) for customer in table.index], dtype=object)
    parts = [
        pd.DataFrame(
            {
                "subject": f"purchase-{days}/customer/" + pd.Series(table.index.astype(str), dtype=object),
                "target_at": pd.Series([matures_at(eve, days)] * len(table)),
                "probability": table[f"chance_{days}"].to_numpy(),
                "reasons": told if days == HORIZONS[0] else None,
            }
        )
        for days in horizons
    ]
    return pd.concat(parts, ignore_index=True)


def outcomes(session: Session, dataset: Dataset, due: pd.DataFrame) -> pd.DataFrame:
    """Who of `due` (prediction_id, subject, target_at) bought in time: prediction_id, actual and reason.

    A period is known once an order of a later day is. A customer whose orders are gone has no actual, and a reason.
    """
    zone = company().zone
    until = commerce.last_day(session, dataset, zone)
    days = (due["target_at"] - pd.Timedelta(microseconds=1)).dt.tz_convert(zone).dt.date
    ended = due.assign(day=days)[[until is not None and day < until for day in days]]
    if ended.empty:
        return pd.DataFrame({"prediction_id": [], "actual": [], "reason": []})
    known = customers_with_orders(session, dataset)
    named = ended["subject"].str.extract(r"^purchase-(?P<horizon>\d+)/customer/(?P<customer>.*)$")
    parts = []
    asked = ended.join(named)
    for day, horizon in sorted(set(zip(asked["day"], asked["horizon"], strict=True))):
        part = asked[(asked["day"] == day) & (asked["horizon"] == horizon)]
        bought = buyers_between(session, dataset, zone, day - timedelta(days=int(horizon)), day)
        there = part["customer"].isin(known)
        actual = part["customer"].isin(bought).astype(float).where(there)
        reason = [None if one else GONE for one in there]
        parts.append(pd.DataFrame({"prediction_id": part["prediction_id"], "actual": actual, "reason": reason}))
    return pd.concat(parts, ignore_index=True)
