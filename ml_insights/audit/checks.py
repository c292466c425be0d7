"""What the doctor asks of the pages' figures, when told to: it takes as long as reading every row some times over."""

from __future__ import annotations

from ml_insights.audit.service import audit
from ml_insights.core.database import snapshot
from ml_insights.core.doctor import Finding, Status


def figures() -> Finding:
    """Are the pages' figures what the rows add up to?"""
    with snapshot() as session:
        found = audit(session)
    if found.differences:
        message = f"{len(found.differences):,} of {found.figures:,} figures differ from what the rows add up to."
        return Finding(Status.BROKEN, message, "Run: python -m ml_insights audit")
    return Finding(Status.OK, f"{found.figures:,} figures recomputed from the rows, all equal.")
