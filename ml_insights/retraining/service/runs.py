"""The life of a run: planned, gone on with after an interruption, step by step, ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from ml_insights.core import clock
from ml_insights.retraining import queries
from ml_insights.retraining.errors import RunTakenOver
from ml_insights.retraining.facts import RunFact
from ml_insights.retraining.policy import planned
from ml_insights.retraining.tables import RetrainRun, RetrainStep, RunKind, RunStatus, StepStatus


def begin(
    session: Session, kind: RunKind, dataset: str, request: dict[str, Any], asked_by: str = ""
) -> tuple[RunFact, int]:
    """The run that was interrupted when it asked for the same, else a new one; and the number of this attempt."""
    found = queries.open_run(session, kind)
    same = found is not None and found.request == request and (not request["dataset"] or found.dataset == dataset)
    _close_others(session, kind, found.id if found and same else 0)
    run_id = found.id if found and same else _plan(session, kind, dataset, request, asked_by)
    session.connection().execute(
        update(RetrainRun).where(col(RetrainRun.id) == run_id).values(attempt=RetrainRun.attempt + 1)
    )
    row = session.get(RetrainRun, run_id, populate_existing=True)
    return queries.run_fact(session, run_id), row.attempt if row else 0


def _plan(session: Session, kind: RunKind, dataset: str, request: dict[str, Any], asked_by: str) -> int:
    run = RetrainRun(kind=kind, dataset=dataset, request=request, asked_by=asked_by, started_at=clock.now())
    session.add(run)
    session.flush()
    run_id = run.id or 0
    for position, (name, model) in enumerate(planned(kind, request["models"], bool(request.get("past")))):
        session.add(RetrainStep(run_id=run_id, position=position, name=name, model=model))
    session.flush()
    return run_id


def _close_others(session: Session, kind: RunKind, kept: int) -> None:
    """Runs that nobody will go on with."""
    left = (col(RetrainRun.kind) == kind) & (col(RetrainRun.status) == RunStatus.RUNNING) & (col(RetrainRun.id) != kept)
    ended = {"status": RunStatus.CANCELLED, "finished_at": clock.now()}
    session.connection().execute(update(RetrainRun).where(left).values(**ended))


def hold(session: Session, run_id: int, attempt: int, **values: Any) -> None:
    """Write to the run, which only its current attempt may. Raises RunTakenOver, as where the run is gone."""
    mine = (
        (col(RetrainRun.id) == run_id)
        & (col(RetrainRun.attempt) == attempt)
        & (col(RetrainRun.status) == RunStatus.RUNNING)
    )
    values = values or {"attempt": attempt}
    if session.connection().execute(update(RetrainRun).where(mine).values(**values)).rowcount != 1:
        raise RunTakenOver


def write_step(session: Session, step_id: int, **values: Any) -> None:
    """Change a step, in the transaction that holds its run."""
    session.connection().execute(update(RetrainStep).where(col(RetrainStep.id) == step_id).values(**values))


def reset(session: Session, step_ids: Sequence[int]) -> None:
    """Let steps be done again whose results are lost."""
    again = {"status": StepStatus.WAITING, "result": {}, "error": None}
    of_ids = col(RetrainStep.id).in_(step_ids)
    session.connection().execute(update(RetrainStep).where(of_ids).values(**again))
