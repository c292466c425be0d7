"""What each product cost and sold in each week, added up by the database. Returns count for nothing here."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, String, case, cast, func, literal_column, select, type_coerce
from sqlmodel import Session

from ml_insights.commerce.queries import LINES, _scan, counts
from ml_insights.commerce.tables import Dataset

WEEK_SECONDS = 7 * 24 * 3600
MONDAY = datetime(1970, 1, 5)
COLUMNS = ("week", "product_id", "price", "quantity", "mode_price", "lines", "promoted")


def price_weeks(session: Session, dataset: Dataset, zone: ZoneInfo, until: date | None = None) -> pd.DataFrame:
    """week (its Monday in `zone`, datetime64), product_id, price (mean of the lines), quantity, mode_price, lines,
    promoted.

    A line counts once in `price`, however many units it moves: by volume it would fall whenever a big buyer has a tier
    of his own, and low prices would seem to sell much where it was the other way about. `mode_price` is what most lines
    paid, the higher one of two; `lines` is how many lines there were, and `promoted` which share of those that say so
    were sold on promotion, NaN where none says. Of lines with a quantity and a price above 0, up
    to the end of `until`. A product has no row for a week without a sale.
    """
    known = counts(session, dataset)
    first, last = known.first, known.last
    if first is None or last is None:
        return pd.DataFrame({name: [] for name in COLUMNS})
    statement = (
        select(
            _week(session, zone, first, last).label("week"),
            LINES.product_id,
            LINES.unit_price,
            func.sum(LINES.quantity),
            func.count(),
            func.count(LINES.promotion),
            func.sum(case((LINES.promotion > 0, 1), else_=0)),
        )
        .where(_scan(session, dataset), LINES.quantity > 0, LINES.unit_price > 0)
        .group_by(literal_column("1"), LINES.product_id, LINES.unit_price)
    )
    if until is not None:
        statement = statement.where(LINES.ordered_at < datetime.combine(until + timedelta(days=1), time.min, zone))
    rows = [tuple(row) for row in session.execute(statement)]
    names = ["week", "product_id", "unit_price", "quantity", "lines", "telling", "promoted"]
    return _weekly(pd.DataFrame(rows, columns=pd.Index(names)))


def _weekly(lines: pd.DataFrame) -> pd.DataFrame:
    keys = ["week", "product_id"]
    lines = lines.assign(value=lines["unit_price"] * lines["lines"])
    sums = lines.groupby(keys, as_index=False)[["quantity", "value", "lines", "telling", "promoted"]].sum()
    most = lines.sort_values([*keys, "lines", "unit_price"]).drop_duplicates(keys, keep="last")
    table = sums.merge(most[[*keys, "unit_price"]].rename(columns={"unit_price": "mode_price"}), on=keys)
    week = pd.Timestamp(MONDAY) + pd.to_timedelta(table["week"].astype(int) * 7, unit="D")
    promoted = (table["promoted"] / table["telling"]).where(table["telling"] > 0)
    return table.assign(week=week, price=table["value"] / table["lines"], promoted=promoted)[list(COLUMNS)]


def _week(session: Session, zone: ZoneInfo, first: datetime, last: datetime) -> ColumnElement[Any]:
    """Number of the local week of a line. The clocks' changes between the first and the last line are spelled out."""
    changes = _offsets(zone, first, last)
    offset: Any = changes[-1][1]
    if len(changes) > 1:
        offset = case(*((LINES.ordered_at < end, seconds) for end, seconds in changes[:-1]), else_=changes[-1][1])
    since_monday = _epoch(session) + offset - int((MONDAY - datetime(1970, 1, 1)).total_seconds())
    return since_monday // WEEK_SECONDS


def _epoch(session: Session) -> ColumnElement[Any]:
    if session.get_bind().dialect.name == "sqlite":
        return cast(func.strftime("%s", type_coerce(LINES.ordered_at, String)), BigInteger)
    return cast(func.floor(func.extract("epoch", LINES.ordered_at)), BigInteger)


def _offsets(zone: ZoneInfo, first: datetime, last: datetime) -> list[tuple[datetime, int]]:
    """(until when, seconds ahead of UTC) over the span, looked up hour by hour around each change."""
    spans: list[tuple[datetime, int]] = []
    moment, seconds = first, _ahead(zone, first)
    while moment <= last:
        following = moment + timedelta(days=1)
        if _ahead(zone, following) != seconds:
            change = _change(zone, moment, following)
            spans.append((change, seconds))
            seconds = _ahead(zone, change)
        moment = following
    return [*spans, (last + timedelta(days=1), seconds)]


def _ahead(zone: ZoneInfo, moment: datetime) -> int:
    return int((moment.astimezone(zone).utcoffset() or timedelta(0)).total_seconds())


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second with the later offset, by halving."""
    later = _ahead(zone, after)
    low, high = before, after
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (low, middle) if _ahead(zone, middle) == later else (middle, high)
    return high.replace(microsecond=0)
