"""The job of the 1st and the 15th: it scores, raises and tells, and is not harmed by dying."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, delete, select

from ml_insights.churn import jobs as churn_jobs
from ml_insights.churn import queries
from ml_insights.churn.facts import AlertFilter
from ml_insights.churn.tables import ChurnAlert
from ml_insights.commerce.tables import Dataset, OrderLine
from ml_insights.core import clock
from ml_insights.core.capability import load
from ml_insights.core.database import transaction
from ml_insights.jobs.declared import find_job
from ml_insights.ledger.tables import LedgerDecision
from ml_insights.notifications.tables import Notification
from tests.integration.churn.conftest import release, scored
from tests.integration.churn.shop import trade

ROOT = Path(__file__).parents[3]
DIE_BEFORE_COMMIT = """
import os, signal
from ml_insights.churn import jobs
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
jobs.refresh = lambda *_, **__: {"computed": False}
jobs.tell = die
jobs.churn_alerts(lambda *_, **__: None, "company")
"""


@pytest.fixture
def scores(team: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Scores that the job finds current."""
    release(scored([9e6, 8e6, 7e6]))
    monkeypatch.setattr(churn_jobs, "refresh", lambda *_, **__: {"computed": False})


def run() -> dict[str, object]:
    return churn_jobs.churn_alerts(lambda *_, **__: None, "company")


def test_it_is_declared_for_the_first_and_the_fifteenth() -> None:
    job = find_job("churn-alerts")
    assert job.schedule is not None and job.schedule.cron == "0 7 1,15 * *"
    assert load(job.run) is churn_jobs.churn_alerts


def test_it_raises_and_tells_once(scores: None, session: Session) -> None:
    first, again = run(), run()
    assert (first["alerts"], first["people_told"], first["revenue_at_risk"]) == (3, 3, 24e6)
    assert (again["alerts"], again["people_told"]) == (0, 0)
    assert len(session.exec(select(ChurnAlert)).all()) == 3


def test_new_data_fill_the_work_list_the_first_time_alone(scores: None, session: Session) -> None:
    assert run()["alerts"] == 3
    release(scored([9e6, 8e6, 7e6, 6e6, 5e6]))
    assert run()["alerts"] == 0
    assert churn_jobs.churn_alerts(lambda *_, **__: None, "company", force=True)["alerts"] == 2


def test_the_schedule_raises_what_is_new(scores: None, session: Session) -> None:
    trade(clock.now())
    assert run()["alerts"] == 3
    release(scored([9e6, 8e6, 7e6, 6e6]))
    assert churn_jobs.churn_alerts(lambda *_, **__: None)["alerts"] == 1


@pytest.mark.parametrize("asked", [{}, {"dataset": "company"}, {"dataset": "company", "force": True}])
def test_orders_that_ended_long_ago_raise_nothing(scores: None, session: Session, asked: dict[str, Any]) -> None:
    with transaction() as opened:
        opened.exec(delete(OrderLine))
    trade(clock.now() - timedelta(days=700))
    told = churn_jobs.churn_alerts(lambda *_, **__: None, **asked)
    assert (told["alerts"], told["people_told"]) == (0, 0)
    assert session.exec(select(ChurnAlert)).all() == session.exec(select(Notification)).all() == []


def test_killed_before_its_end_it_has_raised_nothing_and_starts_again(scores: None, session: Session) -> None:
    done = subprocess.run([sys.executable, "-c", DIE_BEFORE_COMMIT], cwd=ROOT, env=os.environ, check=False)
    assert done.returncode == -signal.SIGKILL
    for table in (ChurnAlert, LedgerDecision, Notification):
        assert session.exec(select(table)).all() == []
    session.rollback()
    assert run()["alerts"] == 3
    assert queries.alert_page(session, Dataset.COMPANY, AlertFilter())[1] == 3
