"""The one job that brings the results of every model up to the data; nobody has to ask for it.

It is queued in the transaction that changes rows, so that no change is lost, and once however many changes come. Each
model's own job runs inside it as a run of its own: what it lacks data for is left out, and what fails stops no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from ml_insights.capabilities import capabilities
from ml_insights.commerce.errors import DataUndone
from ml_insights.commerce.indexes import make_missing_indexes
from ml_insights.commerce.queries import active_dataset, data_version, has_any_rows
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import ModelSpec, Progress, load
from ml_insights.core.computing import Computer, Computing, OnProgress
from ml_insights.core.database import reading, transaction
from ml_insights.core.i18n import LANGUAGES, N_, gettext, in_each
from ml_insights.jobs import queries, runner, service, standing
from ml_insights.jobs.errors import NotAllComputed
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.standing import JOB
from ml_insights.jobs.tables import JobStatus
from ml_insights.jobs.within import run_within

ACTOR = "rule:new-data"
STEP = N_("Computing: {model}, {place} of {count}")
MOST_TRIES = 3
"""A run of a model that was under way already may have read the data before they changed."""


def compute_everything(progress: Progress, dataset: str = "", without: Sequence[str] = ()) -> dict[str, Any]:
    """Bring every model of `dataset` (the active one by default) up to the data; how that ended, by model.

    without: jobs that were stopped, with the process of an earlier attempt.

    Raises NotAllComputed at the end where one of them failed; one that has too little data is left out.
    """
    with transaction() as session:
        make_missing_indexes(session)
    with reading() as session:
        chosen = Dataset(dataset) if dataset else active_dataset(session)
    specs = [spec for one in capabilities() for spec in one.models if spec.job not in without]
    ended: dict[str, RunFact | None] = {}
    for spec, (start, width) in zip(specs, _shares(specs), strict=True):
        told = {"model": in_each(spec.title), "place": len(ended) + 1, "count": len(specs)}

        def report(share: float, *_: Any, at: float = start, wide: float = width, told: Any = told, **__: Any) -> None:
            progress(at + wide * share, STEP, **told)

        report(0.0)
        ended[spec.name] = _bring_up(report, spec, chosen)
    failed = [spec for spec in specs if (run := ended[spec.name]) and run.status == JobStatus.FAILED]
    if failed:
        names = {language: ", ".join(gettext(spec.title, language) for spec in failed) for language in LANGUAGES}
        raise NotAllComputed(names=names)
    return {"models": {name: run.status.value if run else "current" for name, run in ended.items()}}


def _bring_up(progress: Progress, spec: ModelSpec, dataset: Dataset) -> RunFact | None:
    """How the model's own job ended; None where there was nothing to do."""
    run = None
    for _ in range(MOST_TRIES):
        if _current(spec, dataset):
            return run
        run = run_within(progress, spec.job, dataset.value, ACTOR)
        if run.status not in (JobStatus.DONE, JobStatus.INTERRUPTED) and not _undone(run):
            return run
    return run


def _undone(run: RunFact) -> bool:
    """Whether an import was undone while the run computed from its rows, so that it has to begin again."""
    return run.error == " ".join((DataUndone.__doc__ or "").split())


def _current(spec: ModelSpec, dataset: Dataset) -> bool:
    with reading() as session:
        seen = load(spec.published)(session, dataset)
        return seen is not None and seen.data_version == data_version(session, dataset)


def _shares(specs: list[ModelSpec]) -> Iterator[tuple[float, float]]:
    """(start, width) of each model on the progress bar, by how long its job took the last time."""
    with reading() as session:
        seconds = [queries.usual_seconds(session, spec.job) for spec in specs]
    known = [one for one in seconds if one is not None]
    usual = sum(known) / len(known) if known else 1.0
    widths = [max(usual if one is None else one, 0.5) for one in seconds]
    start = 0.0
    for width in widths:
        yield start / sum(widths), width / sum(widths)
        start += width


def changed(session: Session, dataset: str) -> None:
    """Ask for everything anew, in the transaction that changes rows; where none are left nothing is computed."""
    if not has_any_rows(session, Dataset(dataset)):
        under_way = service.under_way(session, JOB, dataset)
        if under_way:
            service.request_cancel(session, under_way, ACTOR)
        return
    run = service.enqueue_again(session, JOB, ACTOR, dataset=dataset)
    if runner.serves() and run.status == JobStatus.QUEUED:
        _start_with_commit(session, run.id or 0)


def _start_with_commit(session: Session, run_id: int) -> None:
    """The schedule would start it too, some seconds later."""
    runs = [run_id]

    def on_commit(committed: Session) -> None:
        if not committed.in_nested_transaction() and runs:
            runner.start(runs.pop())

    event.listen(session, "after_commit", on_commit)
    event.listen(session, "after_rollback", lambda _: runs.clear(), once=True)


def start(actor: str) -> None:
    """Bring everything up to the data in a worker, as somebody asks for it."""
    with transaction() as session:
        run_id = service.enqueue(session, JOB, actor, dataset=active_dataset(session).value).id or 0
    runner.start(run_id)


def work(actor: str, on_progress: OnProgress | None = None) -> Computing:
    """Bring everything up to the data in this process, or wait for the run that does; how each model stands then."""

    def progress(share: float, message: str, **values: Any) -> None:
        if on_progress:
            on_progress(share, message, values)

    with reading() as session:
        dataset = active_dataset(session)
        anything = has_any_rows(session, dataset)
    while anything:
        run = run_within(progress, JOB, dataset.value, actor)
        with reading() as session:
            if run.status == JobStatus.CANCELLED or not service.waiting(session, run.id):
                break
    with reading() as session:
        return standing.look(session)


COMPUTER = Computer(look=standing.look, changed=changed, start=start, work=work)
