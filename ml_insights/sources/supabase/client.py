"""One Supabase project as whoever holds a key sees it. Asks patiently, and says in words what came instead of rows."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ml_insights.core import clock
from ml_insights.sources.supabase.address import NOT_A_SERVER, checked_key, never_a_server
from ml_insights.sources.supabase.errors import BadAddress, KeyRefused, NotAProject, SourceDown, SourceRefused

if TYPE_CHECKING:
    import httpx
    from supabase import Client

ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 60.0
"""A service that asks for more patience than this is down for this reading."""
SHOWN = 200
"""Characters of an answer's own words that a message repeats."""
NOBODY = "ml_insights_looks_for_no_such_table"
DESCRIPTION = "application/openapi+json"

Row = dict[str, Any]


@dataclass(frozen=True)
class Access:
    """Where a project is and what opens it. The key never shows in a representation."""

    url: str
    key: str = field(repr=False)
    timeout: float = 10.0


@dataclass
class _Refused(Exception):
    """An answer that is not a success. `code` is PostgREST's, PostgreSQL's or empty; `wait` as Retry-After asks."""

    status: int
    code: str = ""
    words: str = ""
    wait: float = 0.0

    @property
    def passing(self) -> bool:
        """Whether asking again may help: too many requests, trouble at the server, no connection to its database."""
        return self.status == 429 or self.status >= 500 or self.code in _NO_CONNECTION

    @property
    def of_key(self) -> bool:
        """Whether the key opens nothing at all; where one table is closed to it, the code is the database's."""
        return self.status == 401 and not self.code.startswith("42")

    @property
    def told(self) -> str:
        """For people."""
        return ", ".join(part for part in (f"HTTP {self.status}", self.code, self.words) if part)


_NO_CONNECTION = ("PGRST000", "PGRST001", "PGRST002", "PGRST003")


class Project:
    """Requests to one project. Raises SourceDown after `ATTEMPTS` failures that may pass, and at once KeyRefused,
    SourceRefused or NotAProject where asking again would not help."""

    def __init__(self, access: Access, pause: Callable[[float], None] = time.sleep) -> None:
        self.access, self.pause = access, pause

    @cached_property
    def client(self) -> Client:
        """supabase-py over our own connection. Redirects are not followed: they would take the key elsewhere."""
        import httpx
        from supabase import create_client
        from supabase.lib.client_options import SyncClientOptions

        self._require_server()
        key = checked_key(self.access.key)
        http = httpx.Client(timeout=self.access.timeout, event_hooks={"response": [_require_success]})
        return create_client(self.access.url, key, SyncClientOptions(httpx_client=http, auto_refresh_token=False))

    def rows(self, table: str, query: Callable[[Any], Any]) -> list[Row]:
        """The answer to a query on `table`, to which `query` adds what is asked for."""
        try:
            return self._patiently(lambda: _page(query(self.client.table(table)).retry(False).execute().data))
        except _Refused as refused:
            reason = self._without_key(refused.told)
            raise (KeyRefused(reason=reason) if refused.of_key else SourceRefused(table=table, reason=reason)) from None

    def description(self) -> dict[str, Any] | None:
        """The project's description of its tables (OpenAPI); None where the key may not see it."""
        try:
            return self._patiently(self._description)
        except _Refused:
            return None

    def require_project(self) -> None:
        """Ask for a table that is not there: with a good key, that is what is wrong. Raises KeyRefused or
        NotAProject."""
        try:
            self._patiently(lambda: _page(self.client.table(NOBODY).select("*").limit(1).retry(False).execute().data))
        except _Refused as refused:
            if refused.of_key:
                raise KeyRefused(reason=self._without_key(refused.told)) from None
            if not refused.code:
                raise NotAProject(address=self.access.url, reason=self._without_key(refused.told)) from None

    def _description(self) -> dict[str, Any]:
        http: Any = self.client.postgrest.session
        headers = {**self.client.options.headers, "Accept": DESCRIPTION}
        found = http.get(f"{self.access.url}/rest/v1/", headers=headers).json()
        if not isinstance(found, dict):
            raise ValueError("the answer is not a description of tables")
        return found

    def _patiently(self, ask: Callable[[], Any]) -> Any:
        """The answer. Raises SourceDown, or _Refused where asking again is in vain."""
        reason = ""
        for attempt in range(ATTEMPTS):
            try:
                return ask()
            except Exception as error:
                reason, wait = _passing(error)
            if wait > LONGEST_PAUSE_SECONDS:
                break
            if attempt < ATTEMPTS - 1:
                self.pause(max(wait, FIRST_PAUSE_SECONDS * 2**attempt))
        raise SourceDown(reason=self._without_key(reason))

    def _without_key(self, text: str) -> str:
        return text.replace(self.access.key, "…") if self.access.key else text

    def _require_server(self) -> None:
        """Refuse names that stand for numbers at which no server can be."""
        host = urlsplit(self.access.url).hostname or ""
        try:
            found = {str(entry[4][0]).partition("%")[0] for entry in socket.getaddrinfo(host, None)}
        except OSError:
            return
        if any(never_a_server(address) for address in found):
            raise BadAddress(address=self.access.url, reason=NOT_A_SERVER)


def _page(rows: Any) -> list[Row]:
    """The answer, if it is a page of rows."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("the answer is not a page of rows")
    return rows


def _passing(error: Exception) -> tuple[str, float]:
    """Why to try again, and how many seconds to wait at least; raises `error` where that is in vain."""
    import httpx

    if isinstance(error, _Refused) and error.passing:
        return error.told, error.wait
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time", 0.0
    if isinstance(error, httpx.HTTPError | ValueError):
        return str(error) or type(error).__name__, 0.0
    raise error


def _require_success(response: httpx.Response) -> None:
    """A hook of httpx: whatever is not a success ends here, before any library makes something else of it."""
    if response.is_success:
        return
    if response.is_redirect:
        raise _Refused(response.status_code, words=f"moved to {_place(response)}")
    response.read()
    code, message = _words(response)
    raise _Refused(response.status_code, code, message, _wait(response.headers.get("retry-after", "")))


def _place(response: httpx.Response) -> str:
    place = urlsplit(response.headers.get("location", ""))
    return f"{place.scheme}://{place.netloc}" if place.netloc else place.path


def _words(response: httpx.Response) -> tuple[str, str]:
    """PostgREST's own code and words; of any other answer nothing is repeated."""
    try:
        body = response.json()
    except ValueError:
        return "", ""
    if not isinstance(body, dict):
        return "", ""
    code, message = body.get("code"), body.get("message")
    return str(code or ""), str(message or "")[:SHOWN]


def _wait(header: str) -> float:
    """Seconds that Retry-After asks for: it gives their number, or a moment (RFC 9110, 10.2.3)."""
    if header.strip().isdigit():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return 0.0
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((aware - clock.now()).total_seconds(), 0.0)
