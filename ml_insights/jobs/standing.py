"""How the results of every model stand: computed, being computed, not used for want of data, or failed."""

from __future__ import annotations

from sqlmodel import Session

from ml_insights.capabilities import capabilities
from ml_insights.commerce.queries import active_dataset, data_version, has_any_rows
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import ModelSpec, load
from ml_insights.core.computing import Computing, ModelStand, Stand
from ml_insights.jobs import queries, service
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.tables import JobStatus

JOB = service.EVERYTHING
OUTCOMES = {JobStatus.SKIPPED: Stand.NOT_USED, JobStatus.FAILED: Stand.FAILED}


def look(session: Session) -> Computing:
    """How everything stands now; a few index look-ups for each model."""
    dataset = active_dataset(session)
    if not has_any_rows(session, dataset):
        return Computing("", {spec.name: ModelStand(spec.title, Stand.NOT_COMPUTED) for spec in _specs()})
    version = data_version(session, dataset)
    run_id = service.under_way(session, JOB, dataset.value)
    run = queries.run_fact(session, run_id) if run_id else None
    models = {spec.name: _stand(session, spec, dataset, version, run) for spec in _specs()}
    if run is None:
        return Computing(dataset.value, models)
    return Computing(dataset.value, models, run.id, run.share, run.message, run.message_values)


def _specs() -> list[ModelSpec]:
    return [spec for capability in capabilities() for spec in capability.models]


def _stand(session: Session, spec: ModelSpec, dataset: Dataset, version: str, run: RunFact | None) -> ModelStand:
    seen = load(spec.published)(session, dataset)
    if seen:
        return ModelStand(spec.title, Stand.READY, seen.until, seen.data_version != version)
    if service.under_way(session, spec.job, dataset.value):
        return ModelStand(spec.title, Stand.COMPUTING)
    last = queries.last_ended(session, spec.job, dataset.value)
    if run and not _belongs(last, run):
        return ModelStand(spec.title, Stand.COMPUTING)
    if last is None or last.status not in OUTCOMES:
        return ModelStand(spec.title, Stand.NOT_COMPUTED)
    return ModelStand(spec.title, OUTCOMES[last.status], why=last.error or "", values=last.error_values)


def _belongs(last: RunFact | None, run: RunFact) -> bool:
    """Whether the model's turn in `run` is over."""
    return last is not None and run.started_at is not None and last.created_at >= run.started_at
