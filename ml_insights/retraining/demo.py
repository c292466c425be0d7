"""Retraining's part of removing the demo company: its runs and their reports."""

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from ml_insights.commerce.tables import Dataset
from ml_insights.retraining.tables import ModelWatch, RetrainReport, RetrainRun

OF_DEMO = col(RetrainRun.dataset) == Dataset.DEMO.value
WATCHED = col(ModelWatch.dataset) == Dataset.DEMO.value


def count(session: Session) -> dict[str, int]:
    """How many runs worked on the demo company, and how many reports there are of them."""
    reports = select(func.count()).where(col(RetrainReport.dataset) == Dataset.DEMO.value)
    runs = session.exec(select(func.count()).where(OF_DEMO)).one()
    watches = session.exec(select(func.count()).where(WATCHED)).one()
    return {"retrain_runs": runs, "retrain_reports": session.exec(reports).one(), "model_watches": watches}


def clear(session: Session) -> dict[str, int]:
    """Remove the runs; the database removes their steps and reports, and one under way ends at its next step."""
    removed = count(session)
    session.exec(delete(RetrainRun).where(OF_DEMO))
    session.exec(delete(ModelWatch).where(WATCHED))
    return removed
