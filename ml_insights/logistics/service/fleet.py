"""What an average route of each vehicle type will cost on the coming days: what the ledger measures the model by."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd

if TYPE_CHECKING:
    from ml.route_cost.model import RouteModel

AHEAD_DAYS, LIKE_DAYS = 14, 56
"""How many days ahead, and the days whose routes of the same weekday stand for those to come."""
SUBJECT = "fleet/"
MOST_TYPES = 12


def fleet_days(model: RouteModel, rows: pd.DataFrame, last: date, zone: ZoneInfo) -> pd.DataFrame:
    """Rows for the ledger: subject ("fleet/<type>"), target_at (the end of the day), value, bounds and baseline.

    value: the mean of what the model says of recent routes of that type on that weekday, as if they left that day. The
    bounds are those of one route, narrowed by the square root of how many a day has.
    """
    recent = rows[rows["departed_at"] > pd.Timestamp(last) - pd.Timedelta(days=LIKE_DAYS)]
    types = recent["vehicle_type"].fillna("") if "vehicle_type" in recent else pd.Series("", index=recent.index)
    found = []
    for name in types.value_counts().index[:MOST_TYPES]:
        own = recent[types == name].drop(columns="cost")
        for ahead in range(1, AHEAD_DAYS + 1):
            day = last + timedelta(days=ahead)
            like = own[own["departed_at"].dt.dayofweek == day.weekday()]
            if len(like):
                found.append(_day(model, like, str(name), day, zone))
    return pd.DataFrame(found) if found else _average(model, recent.drop(columns="cost"), last, zone)


def _day(model: RouteModel, like: pd.DataFrame, name: str, day: date, zone: ZoneInfo) -> dict[str, object]:
    moved = like.assign(departed_at=pd.Timestamp(day) + (like["departed_at"] - like["departed_at"].dt.normalize()))
    told = model.predict(moved).mean()
    a_day = max(len(like) / max(like["departed_at"].dt.normalize().nunique(), 1), 1.0)
    end = pd.Timestamp(day + timedelta(days=1)).tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    value = float(told["expected"])
    bounds = {
        f"{side}_{level}": value + (float(told[f"{side}_{level}"]) - value) / a_day**0.5
        for level in (80, 95)
        for side in ("lo", "hi")
    }
    target = end.tz_convert("UTC")
    return {
        "subject": SUBJECT + name,
        "target_at": target,
        "value": value,
        "baseline": float(told["baseline"]),
        **bounds,
    }


def _average(model: RouteModel, recent: pd.DataFrame, last: date, zone: ZoneInfo) -> pd.DataFrame:
    days = [last + timedelta(days=ahead) for ahead in range(1, AHEAD_DAYS + 1)]
    return pd.DataFrame([_day(model, recent, "", day, zone) for day in days])
