"""What is old goes at night, what is shown stays: on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, col, func, select

from ml_insights.accounts import service as accounts
from ml_insights.capabilities import capabilities
from ml_insights.core import clock
from ml_insights.core.access import Role
from ml_insights.core.database import reading, transaction
from ml_insights.core.settings import settings
from ml_insights.jobs import ageing, service
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.runner import run_now
from ml_insights.jobs.tables import JobLogLine, JobRun, JobStatus
from ml_insights.notifications.tables import Notification
from ml_insights.retraining.tables import (
    ModelWatch,
    RetrainReport,
    RetrainRun,
    RetrainStep,
    RunKind,
    RunStatus,
    StepName,
)

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_night(database: Engine) -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def run(job: str, days: float, status: JobStatus = JobStatus.DONE, **values: Any) -> JobRun:
    at = ago(days)
    return JobRun(job=job, title=job, status=status, actor="tester", created_at=at, finished_at=at, **values)


def put(*rows: SQLModel) -> None:
    with transaction() as session:
        for row in rows:
            session.add(row)
            session.flush()


def remove_old() -> RunFact:
    with transaction() as session:
        run_id = service.enqueue(session, "remove-old", "tester").id or 0
    return run_now(run_id)


def left(session: Session, table: type[SQLModel]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def removed() -> dict[str, int]:
    done = remove_old()
    assert done.status == JobStatus.DONE, done.error_in("en")
    return {name: rows for name, rows in (done.result or {})["removed"].items() if rows}


def test_old_runs_go_and_the_newest_of_each_job_and_data_set_stays() -> None:
    put(
        run("prices", 400, dataset="demo"),
        run("prices", 300, dataset="company"),
        run("prices", 200, dataset="company"),
        run("prices", 199, JobStatus.FAILED, dataset="company"),
        run("backup", 190),
        run("backup", 10),
        run("retrain", 900, JobStatus.RUNNING, heartbeat_at=NOW),
    )
    assert removed() == {"runs": 2}
    with reading() as session:
        kept = session.exec(select(JobRun.job, JobRun.dataset, JobRun.status).where(JobRun.job != "remove-old")).all()
    assert sorted((job, dataset or "", status) for job, dataset, status in kept) == [
        ("backup", "", "done"),
        ("prices", "company", "done"),
        ("prices", "company", "failed"),
        ("prices", "demo", "done"),
        ("retrain", "", "running"),
    ]


def test_logs_go_before_their_runs_and_not_while_these_are_under_way() -> None:
    put(run("backup", 40), run("retrain", 40, JobStatus.RUNNING, heartbeat_at=NOW))
    for number in (1, 2):  # the first two of a fresh table
        for days in (40, 29):
            put(JobLogLine(run_id=number, attempt=1, at=ago(days), level="info", text="said"))
    assert removed() == {"run-logs": 1}
    with reading() as session:
        lines = session.exec(select(JobLogLine.run_id).where(col(JobLogLine.run_id) < 3).order_by(col(JobLogLine.id)))
        assert list(lines) == [1, 2, 2]


def test_old_notices_go_read_or_not() -> None:
    with transaction() as session:
        accounts.add_user(session, "ana@example.com", "Ana", Role.ADMIN, "correct horse 9", "test")
    told = [(366, None), (366, ago(300)), (364, None)]
    put(*(Notification(user_id=1, title="Told", created_at=ago(days), read_at=read) for days, read in told))
    assert removed() == {"notices": 2}


def test_the_newest_look_at_each_model_stays_however_old_it_is() -> None:
    for model, days in (("demand", 900), ("demand", 800), ("churn", 900), ("demand", 10)):
        put(ModelWatch(model=model, dataset="company", version="1", at=ago(days)))
    assert removed() == {"watches": 2}


def test_reports_go_with_their_runs_and_steps() -> None:
    for days in (2000, 1200, 30):
        at, kind = ago(days), RunKind.RETRAIN
        made = RetrainRun(kind=kind, dataset="company", status=RunStatus.DONE, started_at=at, finished_at=at)
        put(made)
        with transaction() as session:
            number = session.exec(select(func.max(RetrainRun.id))).one() or 0
            session.add(RetrainStep(run_id=number, position=0, name=StepName.TRAIN))
            session.add(RetrainReport(run_id=number, dataset="company", kind=kind, created_at=at))
    assert removed() == {"reports": 2}
    with reading() as session:
        assert [left(session, table) for table in (RetrainRun, RetrainStep, RetrainReport)] == [1, 1, 1]


def test_many_rows_go_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ageing, "AT_ONCE", 3)
    put(*(run("backup", 200 + number) for number in range(10)), run("backup", 1))
    assert removed() == {"runs": 10}


def test_a_setting_keeps_longer_shorter_or_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    put(run("backup", 400), run("backup", 50), run("backup", 1))
    monkeypatch.setenv("KEEP_DAYS", '{"runs": 0}')
    settings.cache_clear()
    assert removed() == {}
    monkeypatch.setenv("KEEP_DAYS", '{"runs": 30}')
    settings.cache_clear()
    assert removed() == {"runs": 2}


def test_a_name_that_there_is_not_is_told_and_removes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    put(run("backup", 400), run("backup", 1))
    monkeypatch.setenv("KEEP_DAYS", '{"rums": 30}')
    settings.cache_clear()
    failed = remove_old()
    assert failed.status == JobStatus.FAILED and "KEEP_DAYS cannot be rums" in failed.error_in("en")
    with reading() as session:
        assert session.exec(select(func.count()).where(JobRun.job == "backup")).one() == 2


def test_the_guide_names_what_is_removed_and_when() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "admin.md").read_text(encoding="utf-8")
    for kind in (kind for capability in capabilities() for kind in capability.ageing):
        (row,) = [line for line in guide.splitlines() if line.startswith(f"| `{kind.name}` |")]
        assert row.endswith(f"| {kind.days} |")
