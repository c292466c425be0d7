"""What the doctor says about the schedule."""

import pytest
from sqlalchemy import Engine

from ml_insights.core.database import transaction
from ml_insights.core.doctor import Status
from ml_insights.jobs import declared, schedules, service
from ml_insights.jobs.checks import schedule
from ml_insights.jobs.runner import run_now
from ml_insights.jobs.scheduler import Scheduler
from ml_insights.jobs.tables import Misfire
from tests.integration.jobs.sample import CAPABILITY


@pytest.fixture(autouse=True)
def one_schedule(sqlite_database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (declared, service):
        monkeypatch.setattr(module, "capabilities", lambda: (CAPABILITY,))
    with transaction() as session:
        schedules.edit(session, "refuse", "0 2 1 * *", "UTC", Misfire.ONCE, "tester")


def test_nobody_leads() -> None:
    assert schedule().status == Status.NOTE


def test_all_is_well() -> None:
    Scheduler(start=lambda _run: None).tick()
    assert (schedule().status, "Jobs by schedule: 1" in schedule().message) == (Status.OK, True)


def test_a_scheduled_job_failed() -> None:
    with transaction() as session:
        run_id = service.enqueue(session, "refuse", "tester").id or 0
    run_now(run_id)
    assert (schedule().status, "refuse" in schedule().message) == (Status.WARNING, True)
