"""Runs of one job on one data set exclude each other, whether by hand, by schedule or within another run."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from ml_insights.commerce.tables import Dataset, Product
from ml_insights.core import clock
from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, Job, Schedule
from ml_insights.core.database import reading, transaction
from ml_insights.jobs import declared, following, runner, schedules, service
from ml_insights.jobs.policy import PATIENCE, schedule_of
from ml_insights.jobs.scheduler import Scheduler
from ml_insights.jobs.tables import JobRun, JobStatus

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PEOPLE = "ana@example.com"
SCORE = Job("score", "Score", "tests.integration.jobs.models:first", Area.JOBS, Schedule("0 * * * *"), per_dataset=True)
BACKUP = Job("backup", "Backup", "tests.integration.jobs.sample:nothing", Area.JOBS, Schedule("0 * * * *"))


@pytest.fixture(autouse=True)
def two_jobs(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    capability = Capability(name="sample", jobs=(SCORE, BACKUP))
    for module in (declared, service):
        monkeypatch.setattr(module, "capabilities", lambda: (capability,))
    monkeypatch.setattr(runner, "start", lambda _run: None)


def tick(at: datetime, patience: timedelta = HOUR) -> None:
    with clock.frozen(at):
        Scheduler(patience=patience, start=lambda _run: None).tick()


def by_hand(at: datetime, job: str = "score") -> int:
    """As a page does it that starts this one job."""
    with clock.frozen(at):
        return following.start(job, PEOPLE, {})


def runs(job: str = "score") -> list[JobRun]:
    with reading() as session:
        return list(session.exec(select(JobRun).where(JobRun.job == job).order_by(col(JobRun.id))))


def import_company() -> None:
    """A row of the company's own makes its data the active ones."""
    with transaction() as session:
        session.add(Product(dataset=Dataset.COMPANY, product_id="bolt"))


def test_a_firing_is_left_out_while_a_page_has_the_same_computed() -> None:
    tick(NOON)
    by_hand(NOON + HOUR - timedelta(seconds=5))
    tick(NOON + HOUR)
    assert [(run.status, run.dataset) for run in runs()] == [("queued", "demo"), ("skipped", "demo")]


def test_a_page_is_given_the_run_that_the_schedule_has_started() -> None:
    tick(NOON)
    tick(NOON + HOUR)
    (fired,) = runs()
    assert (fired.dataset, fired.slot, by_hand(NOON + HOUR)) == ("demo", "score/demo", fired.id)
    assert following.latest("score").id == fired.id  # pyright: ignore[reportOptionalMemberAccess]


def test_a_run_asked_for_on_the_page_of_jobs_is_the_same_run() -> None:
    with transaction() as session:
        asked = service.enqueue(session, "score", PEOPLE).id
    assert by_hand(clock.now()) == asked


def test_runs_on_another_data_set_go_beside_it() -> None:
    first = by_hand(NOON)
    import_company()
    assert by_hand(NOON) != first
    assert {run.slot for run in runs()} == {"score/demo", "score/company"}


def test_a_job_without_a_data_set_has_one_slot_whichever_is_active() -> None:
    first = by_hand(NOON, "backup")
    import_company()
    assert (by_hand(NOON, "backup"), [run.dataset for run in runs("backup")]) == (first, [None])


def test_a_run_works_on_what_is_active_when_it_begins() -> None:
    tick(NOON)
    tick(NOON + HOUR)
    import_company()
    with transaction() as session:
        begun = service.claim(session, runs()[0].id or 0)
    assert (begun.dataset, begun.slot) == ("company", "score/company")


def test_a_worker_that_died_leaves_its_slot_to_the_next() -> None:
    tick(NOON)
    tick(NOON + HOUR)
    with clock.frozen(NOON + HOUR), transaction() as session:
        dead = service.claim(session, runs()[0].id or 0, "gone:1").id
    assert by_hand(NOON + HOUR + PATIENCE / 2) == dead
    second = by_hand(NOON + HOUR + PATIENCE + timedelta(seconds=1))
    assert [(run.id, run.status, run.slot) for run in runs()] == [
        (dead, JobStatus.INTERRUPTED, None),
        (second, JobStatus.QUEUED, "score/demo"),
    ]


def test_a_run_whose_job_is_gone_ends_and_says_so() -> None:
    """As when a part of the product was removed while something of it waited."""
    with transaction() as session:
        session.add(JobRun(job="gone", title="Gone", actor=PEOPLE, created_at=NOON, slot="gone/"))
    ended = runner.run_now(runs("gone")[0].id or 0)
    assert (ended.status, "no job “gone”" in ended.error_in("en")) == (JobStatus.FAILED, True)
    assert following.latest("gone") == ended


def test_by_hand_and_by_schedule_at_once_give_one_run() -> None:
    schedule = schedule_of(SCORE.schedule, None, "UTC")
    assert schedule

    def fires(session: Session) -> None:
        schedules.fire(session, SCORE, NOON, schedule, fence=1)

    def ask(session: Session) -> None:
        service.enqueue(session, "score", PEOPLE)

    with clock.frozen(NOON):
        at_once(fires, ask)
    assert sorted(run.status for run in runs() if run.status != JobStatus.SKIPPED) == [JobStatus.QUEUED]


def at_once(*steps: Callable[[Session], None]) -> None:
    """Each step in a transaction and a thread of its own, all begun at the same moment."""
    gate, failures = threading.Barrier(len(steps)), []

    def run(step: Callable[[Session], None]) -> None:
        try:
            gate.wait()
            with transaction() as session:
                step(session)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failures
