"""A customer's figures from their orders, and how likely "likely" is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

from ml_insights.customers.facts import YEAR, Headline, OrderFact, Risk

RISK_FROM: dict[Risk, tuple[float, float]] = {
    Risk.HIGH: (0.7, 1.01),
    Risk.MEDIUM: (0.4, 0.7),
    Risk.LOW: (0.0, 0.4),
}
"""Probability of leaving: from, to (excluded)."""
MONTHS_SHOWN = 24


def risk_of(probability: float | None) -> Risk | None:
    """How likely that is, in words; None where nothing is known."""
    if probability is None:
        return None
    return next(risk for risk, (low, high) in RISK_FROM.items() if low <= probability < high)


def headline(orders: Sequence[OrderFact], until: date, zone: ZoneInfo) -> Headline:
    """The figures of these orders as of `until`; orders that are no purchase count in the revenue alone."""
    dated = [(one.at.astimezone(zone).date(), one) for one in orders]
    bought = sorted({day for day, one in dated if one.bought})
    year, before = until - YEAR, until - 2 * YEAR
    gaps = [(later - earlier).days for earlier, later in pairwise(bought)]
    return Headline(
        until=until,
        orders=sum(one.bought for day, one in dated if day > year),
        revenue=sum(one.value for day, one in dated if day > year),
        revenue_before=sum(one.value for day, one in dated if before < day <= year),
        lifetime_orders=sum(one.bought for one in orders),
        lifetime_revenue=sum(one.value for one in orders),
        first_purchase=bought[0] if bought else None,
        last_purchase=bought[-1] if bought else None,
        silent=(until - bought[-1]).days if bought else None,
        usual_gap=float(median(gaps)) if gaps else None,
    )


def monthly(orders: Sequence[OrderFact], until: date, zone: ZoneInfo) -> tuple[tuple[date, float], ...]:
    """Revenue of each of the last months, the oldest first, from the first order on but at most MONTHS_SHOWN."""
    sums: dict[date, float] = {}
    for one in orders:
        month = one.at.astimezone(zone).date().replace(day=1)
        sums[month] = sums.get(month, 0.0) + one.value
    months: list[date] = []
    month = until.replace(day=1)
    while sums and len(months) < MONTHS_SHOWN and month >= min(sums):
        months.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return tuple((month, sums.get(month, 0.0)) for month in reversed(months))
