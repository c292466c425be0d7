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
from ml_insights.sources.supabase.errors import KeyNeeded, NoTables, NotConfigured
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
    """What is read at present. Raises BadMapping where the environment names a file that maps nothing, and
    CredentialUnreadable."""
    row = _row(session)
    mapping, mapping_origin = _mapping(row)
    if row is not None and row.url:
        access = Access(row.url, decrypt(row.key), settings().supabase_timeout_seconds)
        return Connection(access, SAVED, mapping, mapping_origin)
    access = _of_environment()
    return Connection(access, ENVIRONMENT if access else "", mapping, mapping_origin)


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
    known = current(session).access
    if known is None or known.url != address:
        raise KeyNeeded
    return known


def save(session: Session, access: Access, actor: str) -> None:
    """Read from this project from now on. Rows and tables chosen stay; another project is read from its beginning."""
    before = current(session).access
    row = _row(session) or SourceConnection(changed_by=actor, changed_at=clock.now())
    row.url, row.key = access.url, encrypt(access.key)
    _touch(session, row, actor, "source.connect", address=access.url)
    if before is not None and before.url != access.url:
        forget_progress(session)


def choose_table(session: Session, contract: str, table: TableMapping | None, actor: str) -> None:
    """Read rows of `contract` from this table from now on, or from none. Its rows that are here stay."""
    tables = dict(current(session).mapping.root)
    if table is None:
        tables.pop(contract, None)
    else:
        tables[contract] = table
    choose_tables(session, Mapping(tables), actor)


def choose_tables(session: Session, mapping: Mapping, actor: str) -> None:
    """Read exactly these tables from now on. One that is read otherwise than before begins anew."""
    before = current(session).mapping.root
    row = _row(session) or SourceConnection(changed_by=actor, changed_at=clock.now())
    row.mapping = mapping.model_dump(exclude_defaults=True)
    _touch(session, row, actor, "source.tables", tables=", ".join(f"{k} ← {v.table}" for k, v in mapping.root.items()))
    changed = [name for name in {*before, *mapping.root} if before.get(name) != mapping.root.get(name)]
    forget_progress(session, changed)


def disconnect(session: Session, actor: str) -> None:
    """Forget the project that was saved, its key and its tables. The rows that came from it stay."""
    row = _row(session)
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


def _row(session: Session) -> SourceConnection | None:
    kept = select(SourceConnection).where(SourceConnection.kind == KIND).order_by(col(SourceConnection.id)).limit(1)
    return session.exec(kept).first()


def _mapping(row: SourceConnection | None) -> tuple[Mapping, str]:
    if row is not None and row.mapping is not None:
        return mapping_of(row.mapping, "source_connections"), SAVED
    file = settings().supabase_mapping
    if file is not None and settings().supabase_url:
        return read_mapping(file), ENVIRONMENT
    return Mapping({}), ""


def _of_environment() -> Access | None:
    chosen = settings()
    key = chosen.supabase_service_key.get_secret_value()
    if not (chosen.supabase_url and key):
        return None
    return Access(project_address(chosen.supabase_url), key, chosen.supabase_timeout_seconds)


def _touch(session: Session, row: SourceConnection, actor: str, action: str, **detail: Any) -> None:
    row.changed_by, row.changed_at = actor, clock.now()
    session.add(row)
    session.flush()
    audit.record(session, actor, action, KIND, **detail)
