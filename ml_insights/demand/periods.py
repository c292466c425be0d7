"""Days added up to ISO weeks and calendar months. What is not whole says so; the sums are those of the days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from ml_insights.core.i18n import N_
from ml_insights.demand.facts import BANDS, ForecastPoint, Grain, SeriesDetail
from ml_insights.demand.policy import DAY, sum_band

GRAINS: dict[Grain, str] = {Grain.DAY: N_("Days"), Grain.WEEK: N_("Weeks"), Grain.MONTH: N_("Months")}


@dataclass(frozen=True)
class Period:
    """A day, an ISO week or a calendar month, from `first` to `last`, and what is known and expected of it.

    `sold`: on its `past` days, None where it has none. `expected`: on its `ahead` days, None where it has none. Bounds
    are those of both together; None where a day has no band.
    """

    grain: Grain
    first: date
    last: date
    past: int
    ahead: int
    sold: float | None
    expected: float | None
    lo_80: float | None = None
    hi_80: float | None = None
    lo_95: float | None = None
    hi_95: float | None = None

    @property
    def days(self) -> int:
        """How many days it has, whether known or not."""
        return (self.last - self.first).days + 1

    @property
    def whole(self) -> bool:
        """Whether each of its days is sold or expected; what is not is never held against what is."""
        return self.past + self.ahead == self.days

    @property
    def value(self) -> float:
        """What was sold and what is expected of it together."""
        return (self.sold or 0.0) + (self.expected or 0.0)


def start_of(day: date, grain: Grain) -> date:
    """First day of the period that `day` is in; weeks begin on Monday (ISO 8601)."""
    if grain is Grain.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if grain is Grain.MONTH else day


def end_of(day: date, grain: Grain) -> date:
    """Last day of the period that `day` is in."""
    if grain is Grain.WEEK:
        return start_of(day, grain) + 6 * DAY
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - DAY if grain is Grain.MONTH else day


def periods(detail: SeriesDetail, days: int, grain: Grain, since: date | None = None) -> list[Period]:
    """All periods from the one of `since` (the beginning by default) to that of the last of the next `days` days."""
    begin = start_of(since, grain) if since else None
    sold = {day: value for day, value in zip(detail.days, detail.history, strict=True) if not begin or day >= begin}
    ahead = {point.ds: point for point in detail.forecast[:days]}
    calendar = sorted({*sold, *ahead})
    return [
        _period(first, grain, list(some), sold, ahead, detail)
        for first, some in groupby(calendar, key=lambda day: start_of(day, grain))
    ]


def _period(
    first: date,
    grain: Grain,
    calendar: list[date],
    sold: dict[date, float],
    ahead: dict[date, ForecastPoint],
    detail: SeriesDetail,
) -> Period:
    known = [sold[day] for day in calendar if day in sold]
    points = [ahead[day] for day in calendar if day in ahead]
    past = sum(known) if known else None
    expected = sum(point.mean for point in points) if points else None
    bounds = _bounds(points, past or 0.0, detail) if points else {}
    return Period(grain, first, end_of(first, grain), len(known), len(points), past, expected, **bounds)


def _bounds(points: Sequence[ForecastPoint], sold: float, detail: SeriesDetail) -> dict[str, float | None]:
    if len(points) == 1 and not sold:
        return {f"{side}_{level}": getattr(points[0], f"{side}_{level}") for level in BANDS for side in ("lo", "hi")}
    bounds: dict[str, float | None] = {}
    for level in BANDS:
        low, high = sum_band(points, level, detail.sum_shares)
        bounds |= {f"lo_{level}": None if low is None else sold + low}
        bounds |= {f"hi_{level}": None if high is None else sold + high}
    return bounds


def coming(found: Sequence[Period]) -> Iterator[Period]:
    """Periods with a day of the forecast in them; the first may have begun already."""
    return (one for one in found if one.ahead)
