"""Decisions about demand: what is modelled, which series is meant, how periods compare, how much to order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from math import ceil, sqrt

from ml.demand.types import ReorderSuggestion
from ml_insights.core.i18n import N_
from ml_insights.demand.errors import HorizonOutOfRange
from ml_insights.demand.facts import ForecastPoint, ReorderRow, SeriesDetail
from ml_insights.demand.tables import Level, Measure

LOWEST_DAYS, HIGHEST_DAYS = 1, 90
PRODUCTS_MODELLED = 300
"""Products that get a tournament, those with the most revenue in the last year of data. The rest is in the total and
in their category; each more product costs time at every refresh and tells less."""

BEYOND_SCOPE = "beyond_scope"
NEEDS_TRAINING = "needs_training"
REFUSALS: dict[str, str] = {
    "no_dates": N_("its days cannot be read"),
    "no_values": N_("it has no sales that can be read"),
    "too_short": N_("it has fewer than four days of sales so far"),
    "all_zero": N_("its sales are zero on every day"),
    "irregular": N_("its sales are too few and too far apart to show a pattern"),
    "returned": N_("no more of it was sold than came back"),
    NEEDS_TRAINING: N_("the model has not seen it yet; the next training will"),
    BEYOND_SCOPE: N_("it is not among the products with the most revenue in the last year"),
}
METHODS: dict[str, str] = {
    "tournament": N_("Tournament (what is shown)"),
    "seasonal_naive": N_("Seasonal naive"),
    "seasonal_naive_long": N_("Seasonal naive, long season"),
    "damped_trend": N_("Damped trend smoothing"),
    "drift_theta": N_("Theta with drift"),
    "boosted": N_("Global boosted trees"),
    "boosted_residual": N_("Smoothing with boosted residuals"),
    "boosted_recursive": N_("Global boosted trees, day by day"),
    "auto_ets": N_("AutoETS"),
    "auto_ces": N_("AutoCES"),
    "theta": N_("Dynamic optimised Theta"),
    "mstl": N_("MSTL"),
    "croston_sba": N_("Croston (SBA)"),
    "tsb": N_("TSB"),
    "adida": N_("ADIDA"),
    "imapa": N_("IMAPA"),
    "prophet": N_("Prophet"),
    "median_classic": N_("Median of the classic methods"),
    "median_best_3": N_("Median of the best 3"),
    "median_best_5": N_("Median of the best 5"),
}
WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
ERROR_CORRELATION = 0.5
"""Between the errors of two days, halfway from independent to fully dependent; as `ml.demand.reorder` assumes."""


def check_days(days: int) -> int:
    """`days` when a forecast reaches that far. Raises HorizonOutOfRange."""
    if not LOWEST_DAYS <= days <= HIGHEST_DAYS:
        raise HorizonOutOfRange(days=days, lowest=LOWEST_DAYS, highest=HIGHEST_DAYS)
    return days


def products_in_scope(revenue: Mapping[str, float], most: int = PRODUCTS_MODELLED) -> list[str]:
    """The products with the most revenue, biggest first; equal ones by identifier."""
    return sorted(revenue, key=lambda product: (-revenue[product], product))[:most]


def candidate_ids(measure: Measure, series: str) -> list[str]:
    """Identifiers that `series` may mean, best first: its full form, "total", a product's or a category's name."""
    series = series.strip()
    bare = series.removeprefix(f"{measure.value}/")
    return [f"{measure.value}/{prefix}{bare}" for prefix in ("", "product/", "category/")]


def parse_id(unique_id: str) -> tuple[Measure, Level, str]:
    """Measure, level and key that an identifier like "units/product/85123A" is made of."""
    measure, _, rest = unique_id.partition("/")
    level, _, key = rest.partition("/")
    return Measure(measure), Level(level), key or level


def closest(names: Iterable[tuple[str, str]], wanted: str, most: int = 3) -> list[str]:
    """The series whose key or label comes nearest to `wanted`: first those that hold its words, then similar ones."""
    shown = {f"{label} {key}".lower(): key if key == label else f"{key} ({label})" for key, label in names}
    words = wanted.lower().split()
    holding = [text for text in shown if words and all(word in text for word in words)]
    by_part = {part.lower(): text for text, key in shown.items() for part in (text, key.partition(" (")[0])}
    similar = [by_part[part] for part in get_close_matches(wanted.lower(), by_part, n=most, cutoff=0.5)]
    return [shown[text] for text in dict.fromkeys([*holding[:most], *similar])][:most]


@dataclass(frozen=True)
class PeriodTotals:
    """The next days against earlier ones.

    They begin with `first`, the day after the last one of the data, and end with `last`. `low` and `high` bound the
    expected total with 80 % (None without a band). `last_year` is None where history does
    not reach back so far. Changes are shares of the earlier total, None where that is not positive.
    """

    days: int
    expected: float
    low: float | None
    high: float | None
    previous: float | None
    last_year: float | None
    first: date
    last: date

    @property
    def change(self) -> float | None:
        """Against as many days just before."""
        return _change(self.expected, self.previous)

    @property
    def change_last_year(self) -> float | None:
        """Against the same days a year (52 weeks, so that weekdays match) earlier."""
        return _change(self.expected, self.last_year)


def _change(now: float, before: float | None) -> float | None:
    return now / before - 1 if before is not None and before > 0 else None


def period_totals(detail: SeriesDetail, days: int) -> PeriodTotals:
    """What the next `days` days bring together, and what they are compared with."""
    ahead = detail.forecast[:days]
    until = ahead[0].ds - timedelta(days=1)
    low, high = total_band(ahead)
    return PeriodTotals(
        days=len(ahead),
        expected=sum(point.mean for point in ahead),
        low=low,
        high=high,
        previous=_sum_between(detail, until - timedelta(days=len(ahead) - 1), until),
        last_year=_sum_between(detail, ahead[0].ds - timedelta(weeks=52), ahead[-1].ds - timedelta(weeks=52)),
        first=ahead[0].ds,
        last=ahead[-1].ds,
    )


def _sum_between(detail: SeriesDetail, first: date, last: date) -> float | None:
    if detail.start is None or first < detail.start:
        return None
    return sum(detail.history[(first - detail.start).days : (last - detail.start).days + 1])


def total_band(points: Sequence[ForecastPoint]) -> tuple[float | None, float | None]:
    """80 % band of the sum of `points`, from their own bands and `ERROR_CORRELATION`; None where one has no band."""
    lows = [point.mean - point.lo_80 for point in points if point.lo_80 is not None]
    highs = [point.hi_80 - point.mean for point in points if point.hi_80 is not None]
    if len(lows) < len(points) or len(highs) < len(points):
        return None, None
    total = sum(point.mean for point in points)
    floor = 0.0 if all(point.lo_80 is not None and point.lo_80 >= 0 for point in points) else float("-inf")
    return max(total - _total_spread(lows), floor), total + _total_spread(highs)


def _total_spread(spreads: Sequence[float]) -> float:
    independent, dependent = sum(spread * spread for spread in spreads), sum(spreads) ** 2
    return sqrt((1 - ERROR_CORRELATION) * independent + ERROR_CORRELATION * dependent)


def reorder_row(key: str, label: str, suggestion: ReorderSuggestion) -> ReorderRow:
    """A suggestion made for an empty stock, as the two levels that steer any stock and what lies between them."""
    point, up_to = max(suggestion.reorder_point, 0.0), max(suggestion.quantity, 0.0)
    return ReorderRow(
        key=key,
        label=label,
        lead_demand=max(suggestion.lead_demand, 0.0),
        safety_stock=suggestion.safety_stock,
        reorder_point=float(ceil(point)),
        order_up_to=max(up_to, float(ceil(point))),
        quantity=max(up_to - ceil(point), 0.0),
    )
