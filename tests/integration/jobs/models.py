"""Models for tests: one that works, one that has too few data, one that is broken, one more that works.

What a job "publishes" is a row of the audit log: a test sees which state of the data was computed, and how often.
"""

import os
import signal
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from ml_insights.commerce.queries import data_version
from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Dataset, Product
from ml_insights.core.access import Area
from ml_insights.core.audit import AuditEvent, record
from ml_insights.core.capability import Capability, Job, ModelSpec, Progress, Published
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import InsufficientData
from ml_insights.jobs import declared, everything, queries, service, standing
from ml_insights.jobs.everything import JOB
from ml_insights.jobs.tables import JobRun

HERE = "tests.integration.jobs.models"
PUBLISHED = "published"
UNTIL = date(2026, 1, 31)
DIES = "ML_INSIGHTS_TEST_DIES"
"""Names a file; while it is there, the job of the last model kills its own process."""
meanwhile: list[Callable[[], None]] = []
"""What happens while the first model is computed, once."""


def first(progress: Progress, dataset: str = "", force: bool = False) -> dict[str, Any]:
    """Reads the data, lets something happen, publishes what it read."""
    progress(0.5, "Reading")
    with reading() as session:
        version = data_version(session, Dataset(dataset))
    if meanwhile:
        meanwhile.pop()()
    return _publish("first", dataset, version)


def poor(progress: Progress, dataset: str = "", force: bool = False) -> dict[str, Any]:
    """Finds too few data."""
    raise InsufficientData


def broken(progress: Progress, dataset: str = "", force: bool = False) -> dict[str, Any]:
    """Has a bug."""
    raise ZeroDivisionError


def last(progress: Progress, dataset: str = "", force: bool = False) -> dict[str, Any]:
    """Publishes, unless it is to die."""
    fatal = Path(os.environ.get(DIES, "/nowhere"))
    if fatal.exists():
        fatal.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    with reading() as session:
        version = data_version(session, Dataset(dataset))
    return _publish("last", dataset, version)


def _publish(model: str, dataset: str, version: str) -> dict[str, Any]:
    with transaction() as session:
        record(session, dataset, PUBLISHED, model, version=version)
    return {"version": version}


def _seen(session: Session, model: str, dataset: str) -> Published | None:
    versions = computed(session, model, dataset)
    return Published(versions[-1], UNTIL) if versions else None


def first_seen(session: Session, dataset: str) -> Published | None:
    """What the first model published last."""
    return _seen(session, "first", dataset)


def last_seen(session: Session, dataset: str) -> Published | None:
    """What the last model published last."""
    return _seen(session, "last", dataset)


def nothing_seen(session: Session, dataset: str) -> None:
    """Nothing was ever published."""


def computed(session: Session, model: str, dataset: str = "company") -> list[str]:
    """The states of the data that a model was computed from, the oldest first."""
    events = select(AuditEvent).where(
        AuditEvent.action == PUBLISHED, AuditEvent.subject == model, AuditEvent.actor == dataset
    )
    return [event.detail["version"] for event in session.exec(events.order_by(col(AuditEvent.id)))]


def _job(name: str) -> Job:
    return Job(name, name, f"{HERE}:{name}", Area.RECOMPUTE)


EVERYTHING = next(job for job in declared.declared().values() if job.name == JOB)
SOUND = Capability(
    name="models",
    jobs=(*(_job(name) for name in ("first", "poor", "broken", "last")), EVERYTHING),
    models=(
        ModelSpec("first", "First", "first", f"{HERE}:first_seen"),
        ModelSpec("poor", "Poor", "poor", f"{HERE}:nothing_seen"),
        ModelSpec("last", "Last", "last", f"{HERE}:last_seen"),
    ),
)
WITH_A_BUG = Capability(
    name="models",
    jobs=SOUND.jobs,
    models=(ModelSpec("broken", "Broken", "broken", f"{HERE}:nothing_seen"), *SOUND.models),
)
MODULES = (declared, everything, service, standing)


def use(monkeypatch: pytest.MonkeyPatch, capability: Capability) -> None:
    """Let `capability` be the only one that has models and jobs."""
    for module in MODULES:
        monkeypatch.setattr(module, "capabilities", lambda: (capability,))


def import_product(product: str) -> None:
    """A row of the company's, as an importer writes it."""
    with transaction() as session:
        session.add(Product(dataset=Dataset.COMPANY, product_id=product))
        mark_changed(session, Dataset.COMPANY)


def runs(job: str = JOB) -> list[JobRun]:
    """The runs of a job, the oldest first."""
    with reading() as session:
        return list(session.exec(select(JobRun).where(JobRun.job == job).order_by(col(JobRun.id))))


def stand_of(model: str) -> str:
    """What pages say of a model."""
    with reading() as session:
        return standing.look(session).models[model].stand.value


def latest(job: str = JOB) -> queries.RunFact:
    """The newest run of a job."""
    with reading() as session:
        found = queries.latest_run(session, job)
        assert found is not None
        return found


if __name__ == "__main__":
    import sys

    from ml_insights.jobs.runner import run_now

    for module in MODULES:
        module.capabilities = lambda: (SOUND,)
    run_now(int(sys.argv[1]))
