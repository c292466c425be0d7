"""Decisions about demand: what is modelled, which series is meant, how periods compare, how much to order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from math import ceil
from typing import Any

from ml.demand.types import ReorderSuggestion
from ml_insights.core.i18n import N_
from ml_insights.demand.errors import HorizonOutOfRange, MonthsOutOfRange
from ml_insights.demand.facts import BANDS, ForecastPoint, ListedRow, ReorderRow, SeriesDetail
from ml_insights.demand.tables import Level, Measure, State

LOWEST_DAYS, HIGHEST_DAYS = 1, 180
DAY = timedelta(days=1)
TWO_YEARS = timedelta(days=730)
LOWEST_MONTHS, HIGHEST_MONTHS = 1, 12
MEASURED_DAYS, FORECAST_DAYS = 90, 366
"""How far ahead methods are judged at most, and how far they forecast: enough for twelve calendar months."""
PRODUCTS_MODELLED = 300
"""Products that get a tournament, those with the most revenue in the last year of data. The rest is in the total and
in their category; each more product costs time at every refresh and tells less."""

BEYOND_SCOPE = "beyond_scope"
NEEDS_TRAINING = "needs_training"
FEWEST_FOR_TOP, TOP, BEYOND = 10, 2.0, 4.0
"""Values without which nothing is usual; where an axis is cut and from where on, in times the usual size."""
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
    "naive_cycle": N_("The last cycle again"),
    "damped_trend_cycle": N_("Damped trend smoothing with a cycle of its own"),
    "day_of_month": N_("Same day of the month"),
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
STATES: dict[str, str] = {
    State.ACTIVE.value: N_("Active"),
    State.STOPPED.value: N_("Stopped"),
    State.NEW.value: N_("New"),
    State.SHORT.value: N_("Short"),
    State.MOSTLY_ZERO.value: N_("Mostly zero"),
    State.UNKNOWN.value: N_("No forecast"),
}
STATE_MEANINGS: dict[str, str] = {
    State.STOPPED.value: N_(
        "Stopped: it has not sold for two months and for much longer than ever before. Nothing more is expected of it, "
        "and it is not ordered again."
    ),
    State.NEW.value: N_(
        "New: it first sold less than eight weeks ago. No season of its own is known yet, and its band could hardly be "
        "measured: it is wide for that reason."
    ),
    State.SHORT.value: N_(
        "Short history: less than eight weeks, or sold on fewer than eight days. That is too little to measure a band "
        "on: it is wide for that reason."
    ),
    State.MOSTLY_ZERO.value: N_(
        "Mostly zero: it sells on less than half of the open days. Read the sum of a week or a month; a single day "
        "says little."
    ),
}
"""What a state means for whoever acts on the forecast; an active series needs no words."""
LEVELS: dict[str, str] = {
    Level.TOTAL.value: N_("Total"),
    Level.CATEGORY.value: N_("Category"),
    Level.PRODUCT.value: N_("Product"),
    Level.OTHERS.value: N_("Other products"),
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


@dataclass(frozen=True)
class Ahead:
    """How far to look: the next `days` days, or to the end of a calendar month, where `months` is not 0.

    The first of `months` is that of the day after the data, however much of it is over.
    """

    days: int = 30
    months: int = 0

    def steps(self, until: date) -> int:
        """Days from the one after `until`."""
        return days_of_months(until, self.months) if self.months else self.days

    def year_before(self, first: date, last: date) -> tuple[date, date]:
        """The same period a year earlier: 52 weeks, so that weekdays match; of months the same dates."""
        if self.months:
            return _last_year(first), _last_year(last + DAY) - DAY
        return first - timedelta(weeks=52), last - timedelta(weeks=52)


def knows_no_year(start: date | None, until: date) -> bool:
    """Whether a history is too short to tell what returns every year from growth: that takes two of each day."""
    return start is not None and until - start < TWO_YEARS


def check_ahead(ahead: Ahead) -> Ahead:
    """`ahead` when a forecast reaches that far. Raises HorizonOutOfRange and MonthsOutOfRange."""
    if ahead.months and not LOWEST_MONTHS <= ahead.months <= HIGHEST_MONTHS:
        raise MonthsOutOfRange(months=ahead.months, lowest=LOWEST_MONTHS, highest=HIGHEST_MONTHS)
    if not ahead.months and not LOWEST_DAYS <= ahead.days <= HIGHEST_DAYS:
        raise HorizonOutOfRange(days=ahead.days, lowest=LOWEST_DAYS, highest=HIGHEST_DAYS)
    return ahead


def days_of_months(until: date, months: int) -> int:
    """Days from the one after `until` to the end of the last of `months`, the first being that of the day after."""
    first = (until + DAY).replace(day=1)
    place = first.month - 1 + months
    return (date(first.year + place // 12, place % 12 + 1, 1) - DAY - until).days


def _last_year(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


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
        """Against the same days a year earlier, see `Ahead.year_before`."""
        return _change(self.expected, self.last_year)


def _change(now: float, before: float | None) -> float | None:
    return now / before - 1 if before is not None and before > 0 else None


def period_totals(detail: SeriesDetail, asked: Ahead) -> PeriodTotals:
    """What the coming days bring together, and what they are compared with."""
    until = detail.forecast[0].ds - DAY
    ahead = detail.forecast[: asked.steps(until)]
    low, high = sum_band(ahead, 80, detail.sum_shares)
    first, last = asked.year_before(ahead[0].ds, ahead[-1].ds)
    return PeriodTotals(
        days=len(ahead),
        expected=sum(point.mean for point in ahead),
        low=low,
        high=high,
        previous=_sum_between(detail, until - timedelta(days=len(ahead) - 1), until),
        last_year=_sum_between(detail, first, last) if last <= until else None,
        first=ahead[0].ds,
        last=ahead[-1].ds,
    )


def _sum_between(detail: SeriesDetail, first: date, last: date) -> float | None:
    if detail.start is None or first < detail.start:
        return None
    return sum(detail.history[(first - detail.start).days : (last - detail.start).days + 1])


def listed_row(detail: SeriesDetail, asked: Ahead) -> ListedRow:
    """A series as a list shows it: the figures are those of its own page."""
    ref = detail.ref
    if not detail.forecast:
        return ListedRow(ref.unique_id, ref.key, ref.label, ref.level, ref.state, ref.refusal)
    totals = period_totals(detail, asked)
    figures = (totals.expected, totals.low, totals.high, totals.previous, totals.change)
    return ListedRow(ref.unique_id, ref.key, ref.label, ref.level, ref.state, ref.refusal, *figures)


def axis_top(values: Sequence[float], bounds: Sequence[float]) -> float | None:
    """Where a chart's axis ends so that no slip flattens the rest; None where it holds all `values` and `bounds` well.

    The largest two in a hundred of the values say nothing about the usual size.
    """
    sizes = sorted(value for value in values if value > 0)
    if len(sizes) < FEWEST_FOR_TOP:
        return None
    usual = sizes[-1 - max(len(sizes) // 50, 1)]
    return TOP * usual if max(sizes[-1], *bounds, 0.0) > BEYOND * usual else None


def sum_band(
    points: Sequence[ForecastPoint], level: int, shares: Mapping[str, Any]
) -> tuple[float | None, float | None]:
    """Band of the sum of `points`: the share of their own bands that the backtest measured for so many days.

    None where one of them has no band. No band is narrower than that of a lower level.
    """
    total = sum(point.mean for point in points)
    widths = [_sum_widths(points, one, shares) for one in BANDS if one <= level]
    known = [width for width in widths if width is not None]
    if len(known) < len(widths):
        return None, None
    floor = 0.0 if all(getattr(point, f"lo_{level}") >= 0 for point in points) else float("-inf")
    return max(total - max(below for below, _ in known), floor), total + max(above for _, above in known)


def _sum_widths(points: Sequence[ForecastPoint], level: int, shares: Mapping[str, Any]) -> tuple[float, float] | None:
    """How far the band of the sum reaches below and above it."""
    from ml.demand.sums import share_of

    low, high = f"lo_{level}", f"hi_{level}"
    below = [point.mean - bound for point in points if (bound := getattr(point, low)) is not None]
    above = [bound - point.mean for point in points if (bound := getattr(point, high)) is not None]
    if len(below) < len(points) or len(above) < len(points):
        return None
    under, over = (share_of(shares, level, side, len(points)) for side in ("lo", "hi"))
    return under * sum(below), over * sum(above)


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
