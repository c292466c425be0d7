"""A lease in the database: one process at a time holds it, and what it does carries the lease's fencing token.

A holder that was stopped for longer than the lease lasts (a suspended machine, a long pause) may still believe in it.
So whatever it does begins with `renew` in the same transaction: where somebody else has taken the lease since, the
token (`fence`) is no longer the newest, nothing is renewed, and the transaction must do nothing.
See M. Kleppmann, "How to do distributed locking" (2016).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from ml_insights.core import clock
from ml_insights.jobs import tables

Seen = tuple[int, datetime]
"""Token and end of a lease as another process left it."""


@dataclass(frozen=True)
class Lease:
    """A lease that was taken. It is held only as long as `renew` says so."""

    name: str
    holder: str
    fence: int


def look(session: Session, name: str) -> Seen | None:
    """Token and end of the lease; nothing where nobody has ever taken it."""
    row = session.get(tables.Lease, name, populate_existing=True)
    return (row.fence, row.expires_at) if row else None


def take(session: Session, name: str, holder: str, lasts: timedelta, dead: Seen | None = None) -> Lease | None:
    """The lease, if it is free: never taken, given back, run out, or still as `dead` describes it.

    `dead` is for clocks that were set back: then a lease of a holder who is gone may seem to last for hours, but it is
    no longer renewed.
    """
    now = clock.now()
    row = session.get(tables.Lease, name, populate_existing=True)
    if row is None:
        return _take_first(session, name, holder, now + lasts)
    if row.holder and row.expires_at >= now and (row.fence, row.expires_at) != dead:
        return None
    as_seen = (
        (col(tables.Lease.name) == name)
        & (col(tables.Lease.fence) == row.fence)
        & (col(tables.Lease.expires_at) == row.expires_at)
    )
    values = {"holder": holder, "fence": row.fence + 1, "expires_at": now + lasts}
    taken = session.connection().execute(update(tables.Lease).where(as_seen).values(**values)).rowcount
    return Lease(name, holder, row.fence + 1) if taken else None


def renew(session: Session, lease: Lease, lasts: timedelta) -> bool:
    """Hold the lease for longer, and let nobody take it before this transaction ends; False when it is lost."""
    values = {"expires_at": clock.now() + lasts}
    return session.connection().execute(update(tables.Lease).where(_mine(lease)).values(**values)).rowcount == 1


def give_back(session: Session, lease: Lease) -> None:
    """Let somebody else take the lease at once."""
    session.connection().execute(update(tables.Lease).where(_mine(lease)).values(holder=""))


def _mine(lease: Lease):
    same = (col(tables.Lease.name) == lease.name) & (col(tables.Lease.fence) == lease.fence)
    return same & (col(tables.Lease.holder) == lease.holder)


def _take_first(session: Session, name: str, holder: str, expires_at: datetime) -> Lease | None:
    """No savepoint: as the first statement of a transaction, SQLite's driver would commit it by itself."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"name": name, "holder": holder, "fence": 1, "expires_at": expires_at}
    insert = dialect.insert(tables.Lease).values(row).on_conflict_do_nothing().returning(col(tables.Lease.name))
    added = session.connection().execute(insert).first()  # psycopg counts no rows of such an insert: it says -1
    return Lease(name, holder, 1) if added else None
