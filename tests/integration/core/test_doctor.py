"""The doctor finds what is broken and says what to do about it."""

import json
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from ml_insights.__main__ import add_slices, app
from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Dataset, OrderLine, Product
from ml_insights.core import clock, doctor, migrations
from ml_insights.core.database import engine, transaction
from ml_insights.core.doctor import Status
from ml_insights.core.settings import settings
from ml_insights.jobs import service
from tests.conftest import forget_settings


def finding(question: str) -> doctor.Finding:
    [found] = [answer.finding for answer in doctor.examine() if answer.name == question]
    return found


def test_a_migrated_database_is_well(data_dir: Path) -> None:
    migrations.upgrade(engine())
    assert finding("Database").status == finding("Tables").status == Status.OK


def test_a_database_of_another_version_is_told_how_to_get_here(data_dir: Path) -> None:
    found = finding("Tables")
    assert found.status == Status.BROKEN
    assert "migrate" in found.fix


def test_an_unreachable_database_is_broken_and_keeps_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    monkeypatch.setenv("DATABASE_URL", f"postgresql://someone:s3cret-value@127.0.0.1:{closed}/sales")
    forget_settings()
    answers = doctor.examine()
    assert doctor.broken(answers)
    assert "s3cret-value" not in doctor.as_json(answers)
    assert finding("Database").fix


def test_a_data_folder_that_cannot_be_written_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.os, "access", lambda _path, _mode: False)
    assert doctor.data_folder().status == Status.BROKEN


def test_little_space_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "FREE_SPACE_NEEDED", 2**62)
    found = doctor.data_folder()
    assert found.status == Status.WARNING
    assert found.fix


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://localhost:3000", Status.OK),
        ("https://forecasts.example.com", Status.OK),
        ("http://forecasts.example.com", Status.WARNING),
        ("http://localhost.example.com", Status.WARNING),
    ],
)
def test_an_address_that_sends_passwords_in_the_open_is_a_warning(
    url: str, status: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", url)
    settings.cache_clear()
    assert doctor.address().status == status


def test_a_redis_that_does_not_answer_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{closed}")
    settings.cache_clear()
    assert doctor.redis().status == Status.BROKEN


def test_a_question_that_fails_does_not_end_the_examination(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> doctor.Finding:
        raise RuntimeError("no idea")

    monkeypatch.setattr(doctor, "node", fail)
    assert finding("Node").status == Status.BROKEN
    assert "no idea" in finding("Node").message


def test_orders_and_forecast_are_asked_for(database: Engine) -> None:
    assert finding("Orders").status == Status.NOTE
    assert finding("Results").status == Status.NOTE
    with transaction() as session:
        session.add(
            OrderLine(
                dataset=Dataset.COMPANY,
                order_id="1",
                product_id="P",
                ordered_at=datetime(2026, 1, 2, tzinfo=UTC),
                quantity=1,
                unit_price=1,
            )
        )
        mark_changed(session, Dataset.COMPANY)
    with clock.frozen(datetime(2026, 1, 10, tzinfo=UTC)):
        assert finding("Orders").status == Status.OK
    assert "2026-01-02" in finding("Orders").message
    with clock.frozen(datetime(2028, 1, 2, tzinfo=UTC)):
        assert finding("Orders").status == Status.WARNING
    assert "Being computed" in finding("Results").message


def test_results_that_are_missing_are_asked_for(database: Engine) -> None:
    with transaction() as session:
        session.add(Product(dataset=Dataset.COMPANY, product_id="P"))
        mark_changed(session, Dataset.COMPANY)
        service.request_cancel(session, 1, "tester")
    assert finding("Results").status == Status.WARNING
    assert "Not computed" in finding("Results").message and "compute" in finding("Results").fix


def test_everything_that_is_not_well_says_what_to_do(sqlite_database: Engine) -> None:
    assert [
        answer.name for answer in doctor.examine() if answer.finding.status != Status.OK and not answer.finding.fix
    ] == []


def test_the_command_answers_people_and_programs(data_dir: Path) -> None:
    add_slices()
    spoken = CliRunner().invoke(app, ["doctor"])
    written = CliRunner().invoke(app, ["doctor", "--json"])
    assert spoken.exit_code == written.exit_code == 1
    assert "Tables" in spoken.stdout
    assert {"name", "status", "message", "fix"} == set(json.loads(written.stdout)[0])
