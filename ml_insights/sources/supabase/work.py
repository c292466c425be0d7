"""What the page of sources asks for, each call a piece of work of its own with its own transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import gettext
from ml_insights.core.runs import JobGlance, run_book
from ml_insights.sources import queries
from ml_insights.sources.supabase import bringing_back, connections
from ml_insights.sources.supabase.address import is_open
from ml_insights.sources.supabase.client import Access, Project
from ml_insights.sources.supabase.look import Seen, look_at
from ml_insights.sources.supabase.mapping import Mapping, TableMapping, as_json, mapping_of, parse_mapping
from ml_insights.sources.supabase.refresh import source_of
from ml_insights.sources.supabase.removal import kept_in
from ml_insights.sources.supabase.sampling import Sample, sample
from ml_insights.sources.supabase.schema import tables_of

JOB = "data-refresh"
SHOWN_REMOVALS = 20


@dataclass(frozen=True)
class ConnectionShown:
    """A connection without its key. `origin` is "saved", "environment" or empty, `mapping_origin` likewise; `problem`
    says why it cannot be used, in the reader's language. `in_the_open` where the key travels unencrypted."""

    url: str
    origin: str
    mapping_origin: str
    in_the_open: bool
    changed_by: str
    changed_at: datetime | None
    problem: str


@dataclass(frozen=True)
class TableShown:
    """A table that is read, and what came of its last reading. `read_at` is when the rows in use were read."""

    contract: str
    table: str
    columns: int
    ok: bool | None
    read_at: datetime | None
    tried_at: datetime | None
    outcome: dict[str, int]
    remark: str


@dataclass(frozen=True)
class RemovalShown:
    """Rows that went here because they were deleted there. `gone` where nobody has brought them back, which is
    possible while their file is `kept`."""

    id: int
    contract: str
    far_table: str
    rows: int
    removed_at: datetime
    gone: bool
    kept: bool


def connection_shown(language: str) -> ConnectionShown:
    """The connection as it stands, or what is wrong with how it is set up."""
    with reading() as session:
        saved = connections.saved(session)
        by, at = (saved.changed_by, saved.changed_at) if saved else ("", None)
        try:
            found = connections.current(session)
        except ProductError as error:
            return ConnectionShown("", "", "", False, by, at, error.message(language))
    url = found.access.url if found.access else ""
    return ConnectionShown(url, found.origin, found.mapping_origin, is_open(url), by, at, "")


def tables_shown(language: str) -> list[TableShown]:
    """The tables that are read, in the order in which they are; none where the connection cannot be used."""
    with reading() as session:
        try:
            tables = connections.current(session).mapping.tables
        except ProductError:
            return []
        states = {status.source: status for status in queries.source_status(session)}
    shown = []
    for contract, table in tables.items():
        state = states.get(source_of(contract))
        remark = "" if state is None else gettext(state.reason, language, **state.reason_values)
        if state is not None and state.ok:
            remark = gettext(state.warning, language, **state.warning_values) if state.warning else ""
        shown.append(
            TableShown(
                contract,
                table.table,
                len(table.columns),
                state.ok if state else None,
                state.read_at if state else None,
                state.checked_at if state else None,
                state.outcome if state else {},
                remark,
            )
        )
    return shown


def look(language: str) -> JobGlance:
    """How the job that reads the tables stands, and when it runs by itself."""
    with reading() as session:
        return run_book().look(session, JOB, language)


def start(actor: str, full: bool, remove: bool = False) -> int:
    """Read every table now, in a worker; the number of the run."""
    asked = {"full": full, "remove": remove}
    return run_book().start(JOB, actor, {name: True for name, wanted in asked.items() if wanted})


def test(url: str, key: str) -> Seen:
    """Ask the project at `url` without saving anything. An empty key stands for the one that is kept for it.

    Raises BadAddress, BadKey, KeyNeeded and what `look_at` raises.
    """
    with reading() as session:
        access = connections.access_of(session, url, key)
        mapping = _mapping(session, access)
    return look_at(access, mapping)


def connect(url: str, key: str, actor: str) -> Seen:
    """Ask the project and, where it answers and takes the key, read from it from now on. Raises as `test` does."""
    seen = test(url, key)
    with transaction() as session:
        connections.save(session, connections.access_of(session, url, key), actor)
    return seen


def disconnect(actor: str) -> None:
    """Forget the project and its key; the rows stay."""
    with transaction() as session:
        connections.disconnect(session, actor)


def table_names() -> list[str]:
    """The tables that the project describes; none where the key may not see them."""
    return [table.name for table in tables_of(Project(_access()).description() or {})]


def first_rows(table: str, visit: str) -> Sample:
    """A table's first rows, fetched once a `visit`. Raises NothingReturned, and what `Project` raises."""
    return sample(_access(), table, visit)


def mapping_of_table(contract: str) -> TableMapping | None:
    """How rows of `contract` are read, if they are."""
    with reading() as session:
        return connections.current(session).mapping.root.get(contract)


def read_table(contract: str, mapping: TableMapping, actor: str) -> None:
    """Read rows of `contract` so from now on. Raises BadMapping."""
    content = {contract: mapping.model_dump(exclude_defaults=True, mode="json")}
    checked = mapping_of(content, mapping.table).root[contract]
    with transaction() as session:
        connections.choose_table(session, contract, checked, actor)


def _access() -> Access:
    with reading() as session:
        return connections.current(session).require_access()


def drop_table(contract: str, actor: str) -> None:
    """Read this table no longer; its rows stay."""
    with transaction() as session:
        connections.choose_table(session, contract, None, actor)


def removals_shown() -> list[RemovalShown]:
    """What went because it was deleted there, the latest first."""
    with reading() as session:
        return [
            RemovalShown(
                one.id or 0, one.contract, one.far_table, one.rows, one.removed_at, gone, kept_in(one.file).exists()
            )
            for one, gone in bringing_back.removals(session, SHOWN_REMOVALS)
        ]


def bring_back(removal: int, actor: str) -> int:
    """Bring rows back that went; how many were not here. Raises NotFound, BroughtBack, RowsNotKept."""
    with transaction() as session:
        return bringing_back.bring_back(session, removal, actor).counts["added"]


def export() -> str:
    """The mapping as a JSON file."""
    with reading() as session:
        return as_json(connections.current(session).mapping)


def take_over(text: str, where: str, actor: str) -> None:
    """Read what a JSON file says. Raises BadMapping, which calls it `where`."""
    mapping = parse_mapping(text, where)
    with transaction() as session:
        connections.choose_tables(session, mapping, actor)


def _mapping(session: Session, access: Access) -> Mapping:
    """The tables that are read, where it is this project that they are read of."""
    found = connections.current(session)
    return found.mapping if found.access is not None and found.access.url == access.url else Mapping({})
