"""The propensity slice's part of removing the demo company: scores, lists and what was noted on them."""

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from ml_insights.commerce.tables import Dataset
from ml_insights.propensity.tables import PropensityList, PropensityPick, PropensityRelease, PropensityScore

OWN = (PropensityList, PropensityRelease)


def count(session: Session) -> dict[str, int]:
    """How many rows are about the demo company."""
    scores = select(func.count()).select_from(PropensityScore).join(PropensityRelease)
    picks = select(func.count()).select_from(PropensityPick).join(PropensityList)
    own = {str(table.__tablename__): _count(session, table) for table in OWN}
    return own | {
        "propensity_scores": session.exec(scores.where(col(PropensityRelease.dataset) == Dataset.DEMO)).one(),
        "propensity_picks": session.exec(picks.where(col(PropensityList.dataset) == Dataset.DEMO)).one(),
    }


def clear(session: Session) -> dict[str, int]:
    """Remove them; the database removes what hangs on releases and lists."""
    removed = count(session)
    for table in OWN:
        session.exec(delete(table).where(col(table.dataset) == Dataset.DEMO))
    return removed


def _count(session: Session, table: type[PropensityList] | type[PropensityRelease]) -> int:
    return session.exec(select(func.count()).where(col(table.dataset) == Dataset.DEMO)).one()
