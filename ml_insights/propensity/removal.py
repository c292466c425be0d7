"""The propensity slice's part of removing a data set: scores, lists and what was noted on them."""

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from ml_insights.propensity.tables import PropensityList, PropensityPick, PropensityRelease, PropensityScore

OWN = (PropensityList, PropensityRelease)


def count(session: Session, dataset: str) -> dict[str, int]:
    """How many rows are about the data set."""
    scores = select(func.count()).select_from(PropensityScore).join(PropensityRelease)
    picks = select(func.count()).select_from(PropensityPick).join(PropensityList)
    own = {str(table.__tablename__): _count(session, table, dataset) for table in OWN}
    return own | {
        "propensity_scores": session.exec(scores.where(col(PropensityRelease.dataset) == dataset)).one(),
        "propensity_picks": session.exec(picks.where(col(PropensityList.dataset) == dataset)).one(),
    }


def clear(session: Session, dataset: str) -> dict[str, int]:
    """Remove them; the database removes what hangs on releases and lists."""
    removed = count(session, dataset)
    for table in OWN:
        session.exec(delete(table).where(col(table.dataset) == dataset))
    return removed


def _count(session: Session, table: type[PropensityList] | type[PropensityRelease], dataset: str) -> int:
    return session.exec(select(func.count()).where(col(table.dataset) == dataset)).one()
