"""The rows themselves, and the demand page: history as it is drawn, and what is expected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlmodel import Session

from ml_insights.audit.facts import Question, Shown
from ml_insights.commerce.queries import counts
from ml_insights.commerce.tables import Dataset
from ml_insights.demand import queries
from ml_insights.demand.facts import Grain, ReleaseFact, SeriesDetail
from ml_insights.demand.periods import coming, periods
from ml_insights.demand.policy import Ahead, period_totals
from ml_insights.demand.tables import Level, Measure

PAGE, DAYS = "Demand", 30
HORIZONS = (Ahead(DAYS), Ahead(90), Ahead(180), Ahead(months=12))
POINTS = 13
"""Weeks and months of the past that are added up again."""
EVERY = 100_000
LATELY = timedelta(days=3)
"""Products that were first sold within it have no forecast of their own."""
SOLD = {Level.CATEGORY: "categories_sold", Level.PRODUCT: "products_sold", Level.OTHERS: "others_sold"}


def rows(session: Session, dataset: Dataset) -> Iterator[Shown]:
    """How many rows there are."""
    found, question = counts(session, dataset), Question("rows")
    for name in ("order_lines", "orders", "products", "customers"):
        yield Shown("Data", name.replace("_", " "), getattr(found, name), question, name)


def demand(session: Session, dataset: Dataset, release: ReleaseFact) -> Iterator[Shown]:
    """The totals, day by day and ahead, and the history of every category and product."""
    for measure in Measure:
        total = queries.series_detail(session, release.id, [f"{measure.value}/total"])
        if total is not None:
            yield from _total(release, measure, total)
        refs, _ = queries.search_series(session, release.id, measure, limit=EVERY)
        for ref in refs:
            if ref.level != Level.TOTAL and ref.refusal == "":
                detail = queries.series_detail(session, release.id, [ref.unique_id])
                if detail is not None:
                    yield _history(release, measure, detail)
                    if detail.forecast:
                        yield _expected(release, measure, detail, Ahead(DAYS))


def _total(release: ReleaseFact, measure: Measure, total: SeriesDetail) -> Iterator[Shown]:
    days, last = Question("days"), release.data_until
    for day, value in list(zip(total.days, total.history, strict=True))[-DAYS:]:
        yield Shown(PAGE, f"{measure.value} of {day}", value, days, measure.value, day.isoformat())
    whole = Question("period", {"first": release.history_start.isoformat(), "last": last.isoformat()})
    yield Shown(PAGE, f"{measure.value}, whole history", sum(total.history), whole, measure.value, "", len(total.days))
    if not total.forecast:
        return
    for asked in HORIZONS:
        yield _expected(release, measure, total, asked)
    for grain in (Grain.WEEK, Grain.MONTH):
        yield from _added_up(release, measure, total, grain)
    ahead = period_totals(total, Ahead(DAYS))
    question = Question("forecast_ahead", {"release": release.id, "days": ahead.days})
    yield Shown(PAGE, f"{measure.value}: days expected", ahead.days, question, "days", total.ref.unique_id)
    for name, value, end in (
        ("days before", ahead.previous, last),
        ("days a year ago", ahead.last_year, last + timedelta(days=ahead.days) - timedelta(weeks=52)),
    ):
        first = end - timedelta(days=ahead.days - 1)
        if value is not None and first >= release.history_start:
            question = Question("period", {"first": first.isoformat(), "last": end.isoformat()})
            yield Shown(PAGE, f"{measure.value}, {ahead.days} {name}", value, question, measure.value, "", ahead.days)


def _expected(release: ReleaseFact, measure: Measure, detail: SeriesDetail, asked: Ahead) -> Shown:
    """The headline of a series, which is also its row in the list of series."""
    ahead = period_totals(detail, asked)
    question = Question("forecast_ahead", {"release": release.id, "days": ahead.days})
    figure = f"{measure.value} of {detail.ref.level.value} {detail.ref.label} expected, {ahead.first} to {ahead.last}"
    return Shown(PAGE, figure, ahead.expected, question, "expected", detail.ref.unique_id)


def _added_up(release: ReleaseFact, measure: Measure, total: SeriesDetail, grain: Grain) -> Iterator[Shown]:
    """The chart's last points of the past in this grain, whole ones and what was sold of one that has begun, and all
    coming ones."""
    found = periods(total, Ahead(months=12).steps(release.data_until), grain)
    for one in [one for one in found if one.past][-POINTS:]:
        first, last = max(one.first, release.history_start), min(one.last, release.data_until)
        sold = Question("period", {"first": first.isoformat(), "last": last.isoformat()})
        name = f"{measure.value} of the {grain.value} of {one.first}"
        yield Shown(PAGE, name, one.sold, sold, measure.value, "", one.past)
    for one in coming(found):
        values = {"release": release.id, "first": one.first.isoformat(), "last": one.last.isoformat()}
        name = f"{measure.value} expected in the {grain.value} of {one.first}"
        if one.whole:
            yield Shown(PAGE, name, one.expected, Question("forecast_between", values), "expected", total.ref.unique_id)


def _history(release: ReleaseFact, measure: Measure, detail: SeriesDetail) -> Shown:
    last, lately = release.data_until, release.data_until - LATELY
    values = {"last": last.isoformat(), "lately": lately.isoformat(), "release": release.id}
    question = Question(SOLD[detail.ref.level], values)
    figure = f"{measure.value} of {detail.ref.level.value} {detail.ref.label}, whole history"
    return Shown(PAGE, figure, sum(detail.history), question, measure.value, detail.ref.key, len(detail.history))
