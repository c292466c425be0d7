"""The segments' part of removing a data set: everything made from its orders."""

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from ml_insights.segments.tables import SegmentMember, SegmentRelease


def count(session: Session, dataset: str) -> dict[str, int]:
    """How many customers of the data set have a segment."""
    own = col(SegmentRelease.dataset) == dataset
    members = select(func.count()).select_from(SegmentMember).join(SegmentRelease).where(own)
    releases = session.exec(select(func.count()).where(own)).one()
    return {"segment_releases": releases, "segment_members": session.exec(members).one()}


def clear(session: Session, dataset: str) -> dict[str, int]:
    """Remove the releases; the database removes all that hangs on them."""
    removed = count(session, dataset)
    session.exec(delete(SegmentRelease).where(col(SegmentRelease.dataset) == dataset))
    return removed
