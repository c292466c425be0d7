"""Which project is read and how: what an admin has saved in the page, else what the environment names.

Callers commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from ml_insights.core import audit, clock
from ml_insights.core.security import decrypt, encrypt
from ml_insights.core.settings import settings
from ml_insights.sources.supabase.address import checked_key, project_address
from ml_insights.sources.supabase.client import Access
from ml_insights.sources.supabase.errors import BadAddress, BadMapping, KeyNeeded, NoTables, NotConfigured
from ml_insights.sources.supabase.mapping import Mapping, TableMapping, mapping_of, read_mapping
from ml_insights.sources.tables import SourceConnection, SourceState

KIND = "supabase"
SAVED, ENVIRONMENT = "saved", "environment"


@dataclass(frozen=True)
class Connection:
    """A project and the tables that are read of it. `origin` and `mapping_origin` are SAVED, ENVIRONMENT or empty."""

    access: Access | None
    origin: str
    mapping: Mapping
    mapping_origin: str

    def require_access(self) -> Access:
        """The project. Raises NotConfigured."""
        if self.access is None:
            chosen = settings()
            raise NotConfigured(missing="SUPABASE_SERVICE_KEY" if chosen.supabase_url else "SUPABASE_URL")
        return self.access

    def require_tables(self) -> dict[str, TableMapping]:
        """The tables that are read. Raises NotConfigured or NoTables."""
        self.require_access()
        if not self.mapping.root:
            raise NoTables
        return self.mapping.tables


def current(session: Session) -> Connection:
    """What is read at present. Raises BadAddress or BadMapping where the environment names what cannot be meant, and
    CredentialUnreadable."""
    row = saved(session)
    access, origin = _access(row)
    mapping, mapping_origin = _mapping(row)
    return Connection(access, origin, mapping, mapping_origin)


def is_set_up(session: Session) -> bool:
    """Whether there is a project and any table of it is read. Raises what `current` raises."""
    found = current(session)
    return found.access is not None and bool(found.mapping.root)


def access_of(session: Session, url: str, key: str) -> Access:
    """The project at `url`, opened with `key` or, where that is empty, with the key that is kept for this address.

    Raises BadAddress, BadKey, and KeyNeeded: a key that is kept is never sent to another address.
    """
    address = project_address(url)
    if key.strip():
        return Access(address, checked_key(key), settings().supabase_timeout_seconds)
    if address != address_of(saved(session)):
        raise KeyNeeded
    known, _ = _access(saved(session))
    if known is None:
        raise KeyNeeded
    return known


def save(session: Session, access: Access, actor: str) -> None:
    """Read from this project from now on. Rows and tables chosen stay; another project is read from its beginning."""
    row = saved(session)
    before = address_of(row)
    row = row or SourceConnection(changed_by=actor, changed_at=clock.now())
    row.url, row.key = access.url, encrypt(access.key)
    _touch(session, row, actor, "source.connect", address=access.url)
    if before != access.url:
        forget_progress(session)


def choose_table(session: Session, contract: str, table: TableMapping | None, actor: str) -> None:
    """Read rows of `contract` from this table from now on, or from none. Its rows that are here stay."""
    tables = dict(_known(session))
    if table is None:
        tables.pop(contract, None)
    else:
        tables[contract] = table
    choose_tables(session, Mapping(tables), actor)


def choose_tables(session: Session, mapping: Mapping, actor: str) -> None:
    """Read exactly these tables from now on. One that is read otherwise than before begins anew."""
    before = _known(session)
    row = saved(session) or SourceConnection(changed_by=actor, changed_at=clock.now())
    row.mapping = mapping.model_dump(exclude_defaults=True, mode="json")
    told = ", ".join(f"{contract} ← {table.table}" for contract, table in mapping.root.items())
    _touch(session, row, actor, "source.tables", tables=told)
    changed = [name for name in {*before, *mapping.root} if before.get(name) != mapping.root.get(name)]
    forget_progress(session, changed)


def disconnect(session: Session, actor: str) -> None:
    """Forget the project that was saved, its key and its tables. The rows that came from it stay."""
    row = saved(session)
    if row is None:
        return
    audit.record(session, actor, "source.disconnect", KIND, address=row.url)
    session.delete(row)
    session.flush()
    forget_progress(session)


def forget_progress(session: Session, contracts: list[str] | None = None) -> None:
    """Begin anew with these contracts, or with all."""
    for state in session.exec(select(SourceState).where(col(SourceState.source).startswith(f"{KIND}:"))):
        if contracts is None or state.source.partition(":")[2] in contracts:
            session.delete(state)
    session.flush()


def saved(session: Session) -> SourceConnection | None:
    """What an admin has set up in the page."""
    kept = select(SourceConnection).where(SourceConnection.kind == KIND).order_by(col(SourceConnection.id)).limit(1)
    return session.exec(kept).first()


def address_of(row: SourceConnection | None) -> str:
    """The address of the project that is read; empty where there is none, or the environment names no good one."""
    if row is not None and row.url:
        return row.url
    try:
        return project_address(settings().supabase_url)
    except BadAddress:
        return ""


def _access(row: SourceConnection | None) -> tuple[Access | None, str]:
    chosen = settings()
    if row is not None and row.url:
        return Access(row.url, decrypt(row.key), chosen.supabase_timeout_seconds), SAVED
    key = chosen.supabase_service_key.get_secret_value()
    if not (chosen.supabase_url and key):
        return None, ""
    return Access(project_address(chosen.supabase_url), key, chosen.supabase_timeout_seconds), ENVIRONMENT


def _mapping(row: SourceConnection | None) -> tuple[Mapping, str]:
    if row is not None and row.mapping is not None:
        return mapping_of(row.mapping, "source_connections"), SAVED
    file = settings().supabase_mapping
    if file is not None and settings().supabase_url:
        return read_mapping(file), ENVIRONMENT
    return Mapping({}), ""


def _known(session: Session) -> dict[str, TableMapping]:
    """The tables that are read; none where what says so cannot be meant, so that it can be replaced."""
    try:
        return _mapping(saved(session))[0].root
    except BadMapping:
        return {}


def _touch(session: Session, row: SourceConnection, actor: str, action: str, **detail: Any) -> None:
    row.changed_by, row.changed_at = actor, clock.now()
    session.add(row)
    session.flush()
    audit.record(session, actor, action, KIND, **detail)
