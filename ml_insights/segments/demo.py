"""The segments' part of removing the demo company: everything made from its orders."""

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from ml_insights.commerce.tables import Dataset
from ml_insights.segments.tables import SegmentMember, SegmentRelease

OF_DEMO = col(SegmentRelease.dataset) == Dataset.DEMO


def count(session: Session) -> dict[str, int]:
    """How many customers of the demo company have a segment."""
    of_demo = select(func.count()).select_from(SegmentMember).join(SegmentRelease).where(OF_DEMO)
    releases = session.exec(select(func.count()).where(OF_DEMO)).one()
    return {"segment_releases": releases, "segment_members": session.exec(of_demo).one()}


def clear(session: Session) -> dict[str, int]:
    """Remove the releases; the database removes all that hangs on them."""
    removed = count(session)
    session.exec(delete(SegmentRelease).where(OF_DEMO))
    return removed
