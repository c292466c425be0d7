"""The demo company as a whole: every capability's part filled, counted or removed together. Callers commit."""

from collections import Counter

from sqlmodel import Session, col, select

from ml_insights.capabilities import capabilities
from ml_insights.core import audit
from ml_insights.core.capability import DemoPart, load

SEED = 1
"""The demo company that everybody gets who does not ask for another."""
LOADED, REMOVED = "demo-loaded", "demo-removed"


def fill(session: Session, actor: str, seed: int = SEED) -> dict[str, int]:
    """Put the demo company of `seed` in the place of the one that is there. Rows added per table."""
    _clear(session)
    rows: Counter[str] = Counter()
    for part in _parts():
        if part.fill:
            rows.update(load(part.fill)(session, seed))
    audit.record(session, actor, LOADED, seed=seed, rows=dict(rows))
    return dict(rows)


def clear(session: Session, actor: str) -> dict[str, int]:
    """Remove the demo company and everything made from it. Rows removed per table; the company's own data stays."""
    rows = _clear(session)
    audit.record(session, actor, REMOVED, rows=rows)
    return rows


def count(session: Session) -> dict[str, int]:
    """Rows of the demo company per table, without the tables that hold none."""
    rows: Counter[str] = Counter()
    for part in _parts():
        rows.update(load(part.count)(session))
    return {table: number for table, number in rows.items() if number}


def unwanted(session: Session) -> bool:
    """Whether somebody removed the demo company, so that a start must not bring it back."""
    event = audit.AuditEvent
    last = select(event.action).where(col(event.action).in_((LOADED, REMOVED))).order_by(col(event.id).desc())
    return session.exec(last).first() == REMOVED


def _clear(session: Session) -> dict[str, int]:
    rows: Counter[str] = Counter()
    for part in reversed(_parts()):
        rows.update(load(part.clear)(session))
    return {table: number for table, number in rows.items() if number}


def _parts() -> list[DemoPart]:
    return [capability.demo for capability in capabilities() if capability.demo]
