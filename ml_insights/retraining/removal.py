"""Runs, reports and watches, removed: with their data set, or once they are old."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from ml_insights.core.ageing import remove_some
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


def remove_old_reports(session: Session, before: datetime, most: int) -> int:
    """Remove runs with their steps and reports, but for the newest of each data set."""
    newest = select(func.max(RetrainRun.id)).group_by(RetrainRun.dataset)
    old = (col(RetrainRun.started_at) < before) & col(RetrainRun.id).not_in(newest)
    return remove_some(session, RetrainRun, old, most)


def remove_old_watches(session: Session, before: datetime, most: int) -> int:
    """Remove what looks at champions found, but for the newest of each model on each data set."""
    newest = select(func.max(ModelWatch.id)).group_by(ModelWatch.model, ModelWatch.dataset)
    old = (col(ModelWatch.at) < before) & col(ModelWatch.id).not_in(newest)
    return remove_some(session, ModelWatch, old, most)
