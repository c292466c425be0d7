"""The test bench itself: what it promises to the other tests."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect
from sqlmodel import Session, select

from ml_insights.core import identity
from ml_insights.core.audit import AuditEvent, record
from ml_insights.core.database import engine, transaction
from ml_insights.core.migrations import metadata
from ml_insights.core.settings import settings
from tests.conftest import forget_settings


def test_settings_point_into_the_test_folder(data_dir: Path, tmp_path: Path) -> None:
    assert settings().data_dir == data_dir
    assert data_dir.is_relative_to(tmp_path)


def test_database_has_every_table(database: Engine) -> None:
    assert set(metadata().tables) <= set(inspect(database).get_table_names())


def test_database_is_the_one_that_the_application_uses(database: Engine) -> None:
    with transaction() as session:
        record(session, "somebody", "tested")
    with Session(engine()) as session:
        [event] = session.exec(select(AuditEvent)).all()
    assert event.actor == "somebody"
    assert event.at.tzinfo == UTC
    assert event.at <= datetime.now(UTC)


def test_what_goes_on_in_the_background_ends_with_its_test(
    sqlite_database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted_in: list[str] = []

    def note() -> None:
        time.sleep(0.1)
        noted_in.append(engine().url.database or "")

    identity._notes.submit(note)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "next"))
    forget_settings()
    assert noted_in == [sqlite_database.url.database]


def test_each_test_starts_without_rows(session: Session) -> None:
    assert session.exec(select(AuditEvent)).all() == []
