"""What leaves the product about demand: one series with its forecast, and what to order."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from ml_insights.core.i18n import N_
from ml_insights.core.sheets import Column, Kind, Sheet
from ml_insights.demand.facts import ForecastPoint, Grain, ListedRow, ReorderRow
from ml_insights.demand.periods import Period
from ml_insights.demand.policy import LEVELS, STATES
from ml_insights.demand.tables import Measure

BANDS = {
    "lo_80": N_("At least, with 80 %"),
    "hi_80": N_("At most, with 80 %"),
    "lo_95": N_("At least, with 95 %"),
    "hi_95": N_("At most, with 95 %"),
}
DAY = Column("day", N_("Day"), Kind.DAY)
PERIOD = (
    Column("first", N_("First day"), Kind.DAY),
    Column("last", N_("Last day"), Kind.DAY),
    Column("days", N_("Days of it"), Kind.NUMBER),
    Column("days_sold", N_("Days before the forecast"), Kind.NUMBER),
    Column("days_expected", N_("Days forecast"), Kind.NUMBER),
    Column("unfinished", N_("Unfinished"), words={"yes": N_("Yes"), "no": N_("No")}),
)
LISTED = (
    Column("key", N_("Product number")),
    Column("label", N_("Series")),
    Column("level", N_("Level"), words=LEVELS),
    Column("state", N_("State"), words=STATES),
    Column("first", N_("First day"), Kind.DAY),
    Column("last", N_("Last day"), Kind.DAY),
)
SUMS = {"actual": N_("Actual"), "expected": N_("Expected"), "together": N_("Together")}
REORDER = (
    Column("product_id", N_("Product number")),
    Column("product", N_("Product")),
    Column("lead_demand", N_("Expected in lead time"), Kind.NUMBER, 2),
    Column("safety_stock", N_("Safety stock"), Kind.NUMBER, 2),
    Column("reorder_point", N_("Reorder point"), Kind.NUMBER, 2),
    Column("order_up_to", N_("Order up to"), Kind.NUMBER, 2),
    Column("quantity", N_("Order quantity"), Kind.NUMBER, 2),
)


def series_sheet(
    name: str,
    measure: Measure,
    past: Iterable[tuple[date, float | None]],
    ahead: Sequence[ForecastPoint],
) -> Sheet:
    """One series: what was on each day, then what is expected with its bands. `name` is the series' own."""
    kind = Kind.MONEY if measure == Measure.REVENUE else Kind.NUMBER
    bands = tuple(Column(key, label, kind) for key, label in BANDS.items())
    values = (Column("actual", N_("Actual"), kind), Column("expected", N_("Expected"), kind), *bands)
    known = [(day, value, *(None,) * 5) for day, value in past]
    foretold = [(one.ds, None, one.mean, one.lo_80, one.hi_80, one.lo_95, one.hi_95) for one in ahead]
    return Sheet(f"demand-{measure.value}-{name}", N_("Demand"), (DAY, *values), [*known, *foretold])


def periods_sheet(name: str, measure: Measure, found: Sequence[Period]) -> Sheet:
    """One series by weeks or months: what was sold of each, what is expected of it, and how much of it is in sight."""
    kind = Kind.MONEY if measure == Measure.REVENUE else Kind.NUMBER
    columns = (*PERIOD, *(Column(key, label, kind) for key, label in {**SUMS, **BANDS}.items()))
    rows = [
        (
            *(one.first, one.last, one.days, one.past, one.ahead, "no" if one.whole else "yes"),
            *(one.sold, one.expected, one.value, one.lo_80, one.hi_80, one.lo_95, one.hi_95),
        )
        for one in found
    ]
    grain = found[0].grain.value if found else Grain.MONTH.value
    return Sheet(f"demand-{measure.value}-{name}-{grain}s", N_("Demand"), columns, rows)


def list_sheet(found: Iterable[ListedRow], measure: Measure, first: date, last: date) -> Sheet:
    """Every series of a list: its state and what is expected of it from `first` to `last`."""
    kind = Kind.MONEY if measure == Measure.REVENUE else Kind.NUMBER
    figures = {"expected": N_("Expected"), "lo_80": BANDS["lo_80"], "hi_80": BANDS["hi_80"], "previous": N_("Before")}
    columns = (*LISTED, *(Column(key, label, kind) for key, label in figures.items()))
    rows = [
        (
            one.key,
            one.label,
            one.level.value,
            one.state.value,
            first,
            last,
            one.expected,
            one.low,
            one.high,
            one.previous,
        )
        for one in found
    ]
    return Sheet(f"demand-{measure.value}-{first}-{last}", N_("Demand"), columns, rows)


def answer_sheet(rows: Iterable[Mapping[str, Any]], grain: Grain) -> Sheet:
    """The rows of an answer of the API, as the command line prints them."""
    day = grain is Grain.DAY
    named = ("date",) if day else ("first", "last", "unfinished", "days_sold", "days_expected", "sold")
    names = (*named, "mean", *BANDS)
    columns = tuple(Column(name, kind=Kind.RAW) for name in names)
    return Sheet("forecast", N_("Demand"), columns, ([row[name] for name in names] for row in rows))


def reorder_sheet(found: Iterable[ReorderRow], lead_time: int, service: str) -> Sheet:
    """What to order of each product, for a lead time in days and a service level in percent."""
    names = [column.key for column in REORDER[2:]]
    rows = ((row.key, row.label, *(getattr(row, name) for name in names)) for row in found)
    return Sheet(f"reorder-{lead_time}-days-{service}", N_("Reorder"), REORDER, rows)
