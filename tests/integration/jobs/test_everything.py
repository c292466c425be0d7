"""The job that nobody asks for: everything is computed from new data, once, and no change is lost."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, delete

from ml_insights.commerce.queries import data_version
from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Dataset, Product
from ml_insights.core import clock
from ml_insights.core.computing import Stand, computer
from ml_insights.core.database import transaction
from ml_insights.jobs import progress as progress_module
from ml_insights.jobs import runner, service
from ml_insights.jobs.everything import ACTOR, JOB
from ml_insights.jobs.policy import PATIENCE
from ml_insights.jobs.runner import run_now
from ml_insights.jobs.scheduler import Scheduler
from ml_insights.jobs.tables import JobStatus
from tests.integration.jobs import models
from tests.integration.jobs.models import computed, import_product, latest, runs, stand_of

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def sound(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    models.use(monkeypatch, models.SOUND)
    models.meanwhile.clear()


def work() -> None:
    """Do the runs that wait."""
    for run in runs():
        if run.status == JobStatus.QUEUED:
            run_now(run.id or 0)


def forget_everything() -> None:
    """As an undo of the only import does."""
    with transaction() as session:
        session.exec(delete(Product))
        mark_changed(session, Dataset.COMPANY)


def test_rows_that_enter_are_computed_without_anybody_asking(session: Session) -> None:
    import_product("tea")
    [run] = runs()
    assert (run.status, run.dataset, run.actor) == (JobStatus.QUEUED, "company", ACTOR)
    assert stand_of("first") == Stand.COMPUTING
    work()
    version = data_version(session, Dataset.COMPANY)
    assert computed(session, "first") == computed(session, "last") == [version]
    assert latest().status == JobStatus.DONE
    assert (stand_of("first"), stand_of("last")) == (Stand.READY, Stand.READY)


def test_a_roll_back_takes_the_request_with_it() -> None:
    with pytest.raises(RuntimeError), transaction() as session:
        session.add(Product(dataset=Dataset.COMPANY, product_id="tea"))
        mark_changed(session, Dataset.COMPANY)
        raise RuntimeError
    assert runs() == []


def test_many_imports_in_a_row_are_computed_once(session: Session) -> None:
    for product in ("tea", "coffee", "sugar"):
        import_product(product)
    assert len(runs()) == 1
    work()
    assert computed(session, "first") == [data_version(session, Dataset.COMPANY)]
    assert len(runs()) == 1


def test_what_has_too_few_data_is_left_out_and_is_no_failure() -> None:
    import_product("tea")
    work()
    assert (latest("poor").status, latest().status) == (JobStatus.SKIPPED, JobStatus.DONE)
    assert stand_of("poor") == Stand.NOT_USED
    assert "too few data" in latest("poor").error_in("en")


def test_what_fails_stops_no_other_and_is_named(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    models.use(monkeypatch, models.WITH_A_BUG)
    import_product("tea")
    work()
    assert latest().status == JobStatus.FAILED
    assert "failed: Broken." in latest().error_in("en")
    assert stand_of("broken") == Stand.FAILED
    assert computed(session, "last") == [data_version(session, Dataset.COMPANY)]


def test_what_is_up_to_date_is_not_computed_again(session: Session) -> None:
    import_product("tea")
    work()
    computer().work("tester", None)
    assert latest().result == {"models": {"first": "current", "poor": "skipped", "last": "current"}}
    assert len(computed(session, "first")) == 1


def test_rows_that_enter_during_a_run_are_computed_after_it(session: Session) -> None:
    models.meanwhile.append(lambda: [import_product(name) for name in ("coffee", "sugar")] and None)
    import_product("tea")
    work()
    assert [run.status for run in runs()] == [JobStatus.DONE, JobStatus.QUEUED]
    work()
    assert len(runs()) == 2
    session.expire_all()
    version = data_version(session, Dataset.COMPANY)
    assert computed(session, "first")[-1] == computed(session, "last")[-1] == version
    assert stand_of("first") == Stand.READY


def test_a_run_that_is_told_to_stop_is_followed_where_new_rows_come_after_that(session: Session) -> None:
    def undone_and_imported() -> None:
        forget_everything()
        import_product("coffee")

    models.meanwhile.append(undone_and_imported)
    import_product("tea")
    work()
    work()
    assert runs()[-1].status == JobStatus.DONE
    assert computed(session, "last")[-1] == data_version(session, Dataset.COMPANY)


def test_without_rows_there_is_nothing_to_compute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_module, "WRITE_EVERY_SECONDS", 0.0)
    models.meanwhile.append(forget_everything)
    import_product("tea")
    work()
    assert [run.status for run in runs()] == [JobStatus.CANCELLED]
    assert runs("last") == []


def test_a_models_own_run_is_waited_for_and_not_doubled(session: Session) -> None:
    import_product("tea")
    with transaction() as opened:
        by_hand = service.enqueue(opened, "first", "ana@example.com", dataset="company")
        attempt = service.claim(opened, by_hand.id or 0).attempt
    ends = [True]

    def seen(*_: object) -> None:
        if ends and latest().share == 0 and runs()[0].status == JobStatus.RUNNING:
            ends.clear()
            models._publish("first", "company", data_version(session, Dataset.COMPANY))
            with transaction() as opened:
                service.finish(opened, by_hand.id or 0, attempt, JobStatus.DONE)

    run_now(runs()[0].id or 0, seen)
    assert len(runs("first")) == 1
    assert latest().status == JobStatus.DONE
    assert len(computed(session, "first")) == 1


def test_killed_in_the_middle_it_is_taken_up_and_goes_on_where_it_was(session: Session, tmp_path: Path) -> None:
    import_product("tea")
    run_id = runs()[0].id or 0
    (tmp_path / "fatal").touch()
    environment = {**os.environ, models.DIES: str(tmp_path / "fatal")}
    command = [sys.executable, "-m", "tests.integration.jobs.models", str(run_id)]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    assert latest().status == JobStatus.RUNNING
    started: list[int] = []
    with clock.frozen(clock.now() + PATIENCE + timedelta(seconds=1)):
        leader = Scheduler(patience=timedelta(0), start=started.append)
        leader.tick()
        leader.tick()
        assert started == [run_id]
        run_now(run_id)
    assert (latest().status, latest().attempt) == (JobStatus.DONE, 2)
    assert len(computed(session, "first")) == 1
    assert len(computed(session, "last")) == 1
    assert [run.status for run in runs("last")] == [JobStatus.INTERRUPTED, JobStatus.DONE]


def test_a_worker_that_is_gone_leaves_none_of_its_runs_running() -> None:
    with transaction() as session:
        for job in (JOB, "first"):
            service.claim(session, service.enqueue(session, job, "tester", dataset="company").id or 0, "host:1")
        service.worker_ended(session, 1, "host:1", -9)
    assert (latest().status, latest("first").status) == (JobStatus.INTERRUPTED, JobStatus.INTERRUPTED)


def test_asked_twice_it_runs_once(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    monkeypatch.setattr(runner, "start", started.append)
    import_product("tea")
    computer().start("ana@example.com")
    computer().start("ana@example.com")
    assert len(runs()) == 1
    assert set(started) == {runs()[0].id}


def test_a_command_computes_what_waits_and_what_comes_meanwhile(session: Session) -> None:
    models.meanwhile.append(lambda: import_product("coffee"))
    import_product("tea")
    done = computer().work("tester", None)
    assert [done.models[name].stand for name in ("first", "poor", "last")] == [
        Stand.READY,
        Stand.NOT_USED,
        Stand.READY,
    ]
    assert done.outdated == []
    assert computed(session, "first")[-1] == data_version(session, Dataset.COMPANY)


def test_results_older_than_the_data_are_named(session: Session) -> None:
    import_product("tea")
    work()
    import_product("coffee")
    with transaction() as opened:
        service.request_cancel(opened, runs()[-1].id or 0, "ana@example.com")
    assert computer().look(session).outdated == ["First", "Last"]


def test_a_site_starts_it_as_soon_as_the_rows_are_in(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    monkeypatch.setattr(runner, "start", started.append)
    runner.serve(True)
    try:
        with transaction() as session:
            session.add(Product(dataset=Dataset.COMPANY, product_id="tea"))
            mark_changed(session, Dataset.COMPANY)
            with session.begin_nested():
                session.add(Product(dataset=Dataset.COMPANY, product_id="coffee"))
            assert started == []
    finally:
        runner.serve(False)
    assert started == [runs()[0].id]
