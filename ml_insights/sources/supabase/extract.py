"""Fetch a table page by page through supabase-py, with patience, into a CSV file in the contract's terms."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml_insights.sources.supabase.errors import SourceDown, SourceRefused
from ml_insights.sources.supabase.mapping import TableMapping

if TYPE_CHECKING:
    from supabase import Client

ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 0.5
OVERLAP = timedelta(minutes=10)
"""Transactions may commit after later ones have been seen; reading a little again costs nothing."""
ORDERS_AT_ONCE = 80
"""Order numbers in one address line, which servers cut at some 8,000 characters."""

Row = dict[str, Any]
OnRows = Callable[[int], None]


@dataclass(frozen=True)
class Extraction:
    """What was fetched. `cursor` is where the next reading begins."""

    rows: int
    cursor: str


def connect(url: str, key: str, timeout: float) -> Client:
    """A client whose every request gives up after `timeout` seconds."""
    import httpx
    from supabase import create_client
    from supabase.lib.client_options import SyncClientOptions

    http = httpx.Client(timeout=timeout, follow_redirects=True)
    return create_client(url, key, SyncClientOptions(httpx_client=http, auto_refresh_token=False))


class Extractor:
    """Reads one mapped table. Raises SourceDown after `ATTEMPTS` failures, SourceRefused at once where asking again
    would not help."""

    def __init__(self, client: Client, mapping: TableMapping, pause: Callable[[float], None] = time.sleep) -> None:
        self.client, self.mapping, self.pause = client, mapping, pause

    def write(self, path: Path, since: str, on_rows: OnRows) -> Extraction:
        """Write the rows that changed after the cursor `since` (all where it is empty) to a CSV at `path`."""
        columns = self.mapping.columns
        fetched, cursor = 0, since
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            for rows in self._changed(since):
                writer.writerows([_text(row[column]) for column in columns.values()] for row in rows)
                fetched += len(rows)
                cursor = max((cursor, *self._cursors(rows)), key=_order)
                on_rows(fetched)
        return Extraction(fetched, cursor)

    def probe(self) -> None:
        """Ask for the first row, to see whether the table can be read."""
        self._patiently(self._query().limit(1))

    def _changed(self, since: str) -> Iterator[list[Row]]:
        """Pages of rows. Of an order that changed every line is read, for equal lines are known by their place."""
        order_id = self.mapping.columns.get("order_id")
        if not since or not self.mapping.cursor or order_id is None:
            yield from self._pages(since=since)
            return
        orders = sorted({str(row[order_id]) for rows in self._pages(since=since) for row in rows})
        for place in range(0, len(orders), ORDERS_AT_ONCE):
            yield from self._pages(only=(order_id, orders[place : place + ORDERS_AT_ONCE]))

    def _pages(self, since: str = "", only: tuple[str, list[str]] | None = None) -> Iterator[list[Row]]:
        """Pages in the order of the key, each begun after the last key of the one before: a page that comes short
        loses nothing, and rows that arrive meanwhile shift nothing. Only an empty page is the end."""
        last: Any = None
        while rows := self._page(last, since, only):
            yield rows
            last = rows[-1][self.mapping.key]

    def _page(self, last: Any, since: str, only: tuple[str, list[str]] | None) -> list[Row]:
        query = self._query()
        if last is not None:
            query = query.gt(self.mapping.key, last)
        if since and self.mapping.cursor:
            query = query.gte(self.mapping.cursor, _earlier(since))
        if only is not None:
            query = query.in_(only[0], only[1])
        return self._patiently(query.order(self.mapping.key).limit(self.mapping.page))

    def _query(self) -> Any:
        selected = ",".join(f'"{column}"' for column in self.mapping.selected)
        return self.client.table(self.mapping.table).select(selected)

    def _patiently(self, query: Any) -> list[Row]:
        reason = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                self.pause(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
            try:
                return self._whole(query.retry(False).execute().data)
            except Exception as error:
                reason = self._reason(error)
        raise SourceDown(reason=reason)

    def _whole(self, rows: Any) -> list[Row]:
        """The page, if it is one."""
        if not isinstance(rows, list) or any(not set(self.mapping.selected) <= row.keys() for row in rows):
            raise ValueError("the answer is not a page of rows")
        return rows

    def _reason(self, error: Exception) -> str:
        """Why to try again; raises where that is in vain."""
        import httpx
        from postgrest.exceptions import APIError

        if isinstance(error, APIError):
            code = str(error.code or "")
            if not code.isdigit() or len(code) != 3 or code.startswith("4"):
                raise SourceRefused(table=self.mapping.table, reason=error.message or code) from error
            return f"HTTP {code}"
        if isinstance(error, httpx.TimeoutException):
            return "no answer in time"
        if isinstance(error, httpx.HTTPError | ValueError):
            return str(error) or type(error).__name__
        raise error

    def _cursors(self, rows: list[Row]) -> list[str]:
        if self.mapping.cursor is None:
            return []
        return [str(row[self.mapping.cursor]) for row in rows if row[self.mapping.cursor] is not None]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _order(cursor: str) -> tuple[float, str]:
    """Cursors compare as times or numbers, whatever their notation."""
    moment = _moment(cursor)
    if moment is not None:
        return moment.timestamp(), ""
    try:
        return float(cursor or "-inf"), ""
    except ValueError:
        return 0.0, cursor


def _earlier(cursor: str) -> str:
    moment = _moment(cursor)
    return cursor if moment is None else (moment - OVERLAP).isoformat()


def _moment(cursor: str) -> datetime | None:
    try:
        return datetime.fromisoformat(cursor) if "-" in cursor[1:] else None
    except ValueError:
        return None
