"""Asks the statements of `audit/sql` in the words of the database at hand, knowing nothing of the product's queries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult, RowMapping, text
from sqlmodel import Session

from ml_insights.audit.facts import Question, Value

FOLDER = Path(__file__).parents[1] / "sql"
DAY, MADE = re.compile(r"\{day ([\w.]+)\}"), re.compile(r"\baudit_\w+")
"""A moment's local day; and a table that a statement of its own makes, for as long as the audit lasts."""
MOMENT = "%Y-%m-%d %H:%M:%S.%f"
Row = RowMapping


class Recount:
    """The answers of one database about one data set; each question is asked once.

    It makes temporary tables, so the session must be one that is never committed.
    """

    def __init__(self, session: Session, dataset: str, zone: ZoneInfo) -> None:
        self._session, self._dataset, self._zone = session, dataset, zone
        self._changes: list[tuple[str, int]] | None = None
        self._answers: dict[tuple[Any, ...], dict[str, Row]] = {}
        self._made: set[str] = set()

    def value(self, question: Question, column: str, key: str = "") -> Value:
        """One cell; None where the rows have nothing of that key."""
        rows = self.rows(question)
        return rows[key][column] if key in rows else None

    def rows(self, question: Question) -> dict[str, Row]:
        """The whole answer by key; a statement without a key has one row, under ""."""
        if question.identity not in self._answers:
            self._make(MADE.findall(statement(question.name)))
            found = self._execute(self._written(question.name), question.values)
            self._answers[question.identity] = {str(row.get("key", "")): row for row in found.mappings()}
        return self._answers[question.identity]

    def sql(self, question: Question) -> str:
        """What this database is asked, the making of the tables that it takes before it."""
        made = [f"CREATE TEMPORARY TABLE {name} AS\n{self._written(name)}" for name in needed(question.name)]
        return ";\n\n".join([*made, self._written(question.name)])

    def _make(self, tables: list[str]) -> None:
        for name in tables:
            if name not in self._made:
                self._make(MADE.findall(statement(name)))
                self._made.add(name)
                self._execute(f"CREATE TEMPORARY TABLE {name} AS\n{self._written(name)}", {})

    def _execute(self, sql: str, values: Mapping[str, Any]) -> CursorResult[Any]:
        known = {"dataset": self._dataset, **values}
        bound = {name: value for name, value in known.items() if re.search(rf":{name}\b", sql)}
        return self._session.connection().execute(text(sql).bindparams(**bound))

    def _written(self, name: str) -> str:
        return DAY.sub(lambda found: self._day(found[1]), statement(name))

    def _day(self, column: str) -> str:
        """The local day of a moment, as text: PostgreSQL knows zones; SQLite is told when the clocks changed."""
        if self._session.get_bind().dialect.name != "sqlite":
            return f"to_char({column} AT TIME ZONE '{self._zone.key}', 'YYYY-MM-DD')"
        *changed, (_, last) = self._clock_changes()
        cases = "".join(
            f" WHEN {column} < '{until}' THEN date({column}, '{seconds} seconds')" for until, seconds in changed
        )
        return (
            f"CASE{cases} ELSE date({column}, '{last} seconds') END" if cases else f"date({column}, '{last} seconds')"
        )

    def _clock_changes(self) -> list[tuple[str, int]]:
        """(until which moment in UTC, seconds ahead of it) over the time that the rows span."""
        if self._changes is None:
            first, last = self._session.connection().execute(text(statement("span")), {"dataset": self._dataset}).one()
            begin, end = (_midnight(one) for one in (first, last))
            self._changes = offsets(self._zone, begin - timedelta(days=2), end + timedelta(days=2))
        return self._changes


@lru_cache
def statement(name: str) -> str:
    """The text of a statement."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8").strip()


def needed(name: str) -> list[str]:
    """Tables that a statement takes, in the order in which they are made."""
    found: dict[str, None] = {}
    for table in MADE.findall(statement(name)):
        found |= dict.fromkeys([*needed(table), table])
    return list(found)


def offsets(zone: ZoneInfo, first: datetime, last: datetime) -> list[tuple[str, int]]:
    """(until, seconds ahead of UTC), looked up quarter of an hour by quarter: clocks change at no other time."""
    found: list[tuple[str, int]] = []
    moment, ahead = first, _ahead(zone, first)
    while moment < last:
        if _ahead(zone, moment + timedelta(days=1)) != ahead:
            while _ahead(zone, moment) == ahead:
                moment += timedelta(minutes=15)
            found.append((moment.strftime(MOMENT), ahead))
            ahead = _ahead(zone, moment)
        moment += timedelta(days=1)
    return [*found, ("", ahead)]


def _ahead(zone: ZoneInfo, moment: datetime) -> int:
    return int((moment.astimezone(zone).utcoffset() or timedelta(0)).total_seconds())


def _midnight(value: Any) -> datetime:
    """Midnight in UTC of a moment as SQLite keeps it; of the present day where there is none."""
    day = date.fromisoformat(str(value)[:10]) if value else datetime.now(UTC).date()
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
