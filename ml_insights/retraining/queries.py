"""Reads of runs, their steps and reports."""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from ml_insights.core import clock
from ml_insights.core.errors import NotFound
from ml_insights.retraining.errors import NoReport
from ml_insights.retraining.facts import ReportFact, RunFact, StepFact, WatchFact
from ml_insights.retraining.policy import ABANDONED
from ml_insights.retraining.tables import (
    ModelWatch,
    RetrainReport,
    RetrainRun,
    RetrainStep,
    RunKind,
    RunStatus,
    StepName,
    StepStatus,
)


def run_fact(session: Session, run_id: int) -> RunFact:
    """A run with its steps. Raises NotFound."""
    row = session.get(RetrainRun, run_id, populate_existing=True)
    if row is None:
        raise NotFound(kind="run", name=run_id)
    return _run(row, steps(session, run_id))


def steps(session: Session, run_id: int) -> tuple[StepFact, ...]:
    """The steps of a run, in order."""
    query = select(RetrainStep).where(col(RetrainStep.run_id) == run_id).order_by(col(RetrainStep.position))
    return tuple(_step(row) for row in session.exec(query.execution_options(populate_existing=True)))


def latest_run(session: Session, dataset: str, kind: RunKind | None = None) -> RunFact | None:
    """The newest run over `dataset`, with its steps: what the page shows while it is under way, and afterwards."""
    query = select(RetrainRun.id).where(RetrainRun.dataset == dataset).order_by(col(RetrainRun.id).desc()).limit(1)
    if kind is not None:
        query = query.where(RetrainRun.kind == kind)
    found = session.exec(query).first()
    return run_fact(session, found) if found else None


def recent_runs(session: Session, dataset: str, limit: int = 20) -> list[RunFact]:
    """The newest runs with their steps, newest first."""
    query = select(RetrainRun).where(RetrainRun.dataset == dataset).order_by(col(RetrainRun.id).desc()).limit(limit)
    return [_run(row, steps(session, row.id or 0)) for row in session.exec(query)]


def open_run(session: Session, kind: RunKind) -> RunFact | None:
    """The newest run that never came to its end, unless that is too long ago."""
    query = select(RetrainRun).where(RetrainRun.kind == kind, RetrainRun.status == RunStatus.RUNNING)
    row = session.exec(query.order_by(col(RetrainRun.id).desc()).limit(1)).first()
    if row is None or clock.now() - row.started_at > ABANDONED:
        return None
    return _run(row, steps(session, row.id or 0))


def reports(session: Session, dataset: str, limit: int = 20, offset: int = 0) -> tuple[list[ReportFact], int]:
    """A page of the reports, newest first, and how many there are; without what they draw and once had written."""
    of_dataset = col(RetrainReport.dataset) == dataset
    query = select(RetrainReport.run_id, RetrainReport.created_at).where(of_dataset)
    rows = session.exec(query.order_by(col(RetrainReport.run_id).desc()).limit(limit).offset(offset)).all()
    total = session.exec(select(func.count()).select_from(RetrainReport).where(of_dataset)).one()
    return [ReportFact(run_fact(session, run_id), at) for run_id, at in rows], total


def report(session: Session, run_id: int) -> ReportFact:
    """The report of a run. Raises NoReport."""
    row = session.get(RetrainReport, run_id)
    if row is None:
        raise NoReport(run=run_id)
    return ReportFact(run_fact(session, run_id), row.created_at, row.pictures, row.markdown, row.language)


def latest_watch(session: Session, model: str, dataset: str) -> WatchFact | None:
    """What the newest look at the champion of a model found."""
    query = select(ModelWatch).where(ModelWatch.model == model, ModelWatch.dataset == dataset)
    row = session.exec(query.order_by(col(ModelWatch.id).desc()).limit(1)).first()
    return WatchFact(row.version, row.at, row.inputs, row.error) if row else None


def _run(row: RetrainRun, its_steps: tuple[StepFact, ...]) -> RunFact:
    return RunFact(
        id=row.id or 0,
        kind=RunKind(row.kind),
        dataset=row.dataset,
        request=row.request,
        status=RunStatus(row.status),
        started_at=row.started_at,
        finished_at=row.finished_at,
        summary=row.summary,
        asked_by=row.asked_by,
        steps=its_steps,
    )


def _step(row: RetrainStep) -> StepFact:
    return StepFact(
        id=row.id or 0,
        position=row.position,
        name=StepName(row.name),
        model=row.model,
        status=StepStatus(row.status),
        started_at=row.started_at,
        finished_at=row.finished_at,
        seconds=row.seconds,
        fit_seconds=row.fit_seconds,
        result=row.result,
        error=row.error,
        error_values=row.error_values,
    )
