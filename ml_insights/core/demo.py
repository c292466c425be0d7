"""The demo company as a whole: every capability's part filled, counted or removed together. Callers commit."""

from collections import Counter

from sqlmodel import Session, col, select

from ml_insights.core import audit, datasets
from ml_insights.core.capability import load

SEED = 1
"""The demo company that everybody gets who does not ask for another."""
DATASET = "demo"
"""As `commerce` (above this) names the demo company's data set."""
LOADED, REMOVED = "demo-loaded", "demo-removed"


def fill(session: Session, actor: str, seed: int = SEED) -> dict[str, int]:
    """Put the demo company of `seed` in the place of the one that is there. Rows added per table."""
    datasets.clear(session, DATASET)
    rows: Counter[str] = Counter()
    for part in datasets.parts():
        if part.fill:
            rows.update(load(part.fill)(session, seed))
    audit.record(session, actor, LOADED, seed=seed, rows=dict(rows))
    return dict(rows)


def clear(session: Session, actor: str) -> dict[str, int]:
    """Remove the demo company and everything made from it. Rows removed per table; the company's own data stays."""
    rows = datasets.clear(session, DATASET)
    audit.record(session, actor, REMOVED, rows=rows)
    return rows


def count(session: Session) -> dict[str, int]:
    """Rows of the demo company per table, without the tables that hold none."""
    return datasets.count(session, DATASET)


def unwanted(session: Session) -> bool:
    """Whether somebody removed the demo company, so that a start must not bring it back."""
    event = audit.AuditEvent
    last = select(event.action).where(col(event.action).in_((LOADED, REMOVED))).order_by(col(event.id).desc())
    return session.exec(last).first() == REMOVED
