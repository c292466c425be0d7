"""Retraining's part of removing a data set: its runs and their reports."""

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from ml_insights.retraining.tables import ModelWatch, RetrainReport, RetrainRun


def count(session: Session, dataset: str) -> dict[str, int]:
    """How many runs worked on the data set, and how many reports there are of them."""
    reports = select(func.count()).where(col(RetrainReport.dataset) == dataset)
    runs = session.exec(select(func.count()).where(col(RetrainRun.dataset) == dataset)).one()
    watches = session.exec(select(func.count()).where(col(ModelWatch.dataset) == dataset)).one()
    return {"retrain_runs": runs, "retrain_reports": session.exec(reports).one(), "model_watches": watches}


def clear(session: Session, dataset: str) -> dict[str, int]:
    """Remove the runs; the database removes their steps and reports, and one under way ends at its next step."""
    removed = count(session, dataset)
    session.exec(delete(RetrainRun).where(col(RetrainRun.dataset) == dataset))
    session.exec(delete(ModelWatch).where(col(ModelWatch.dataset) == dataset))
    return removed
