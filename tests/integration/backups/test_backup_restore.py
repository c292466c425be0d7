"""What was backed up comes back, byte for byte, whatever happened to the installation since."""

import json
import shutil
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, MetaData, make_url, select, text, update
from sqlmodel import Session

from ml import artifact
from ml_insights.backups import folder, model_files, service, writing
from ml_insights.backups.errors import JobsUnderWay
from ml_insights.core import migrations
from ml_insights.core.audit import AuditEvent
from ml_insights.core.database import engine, make_engine
from ml_insights.core.errors import NotFound
from ml_insights.core.settings import settings
from ml_insights.jobs.tables import JobRun, JobStatus
from ml_insights.registry.service import load, model_folder
from ml_insights.registry.tables import ModelVersion
from tests.integration.backups import stock

ACTOR = "ana@example.com"


def test_what_was_wiped_comes_back(stocked: Engine) -> None:
    rows, files = stock.rows(stocked), stock.files()
    made = service.create(ACTOR)
    assert made.rows == sum(len(found) for found in rows.values())
    stock.wipe(stocked)
    restored = service.restore(made.name, ACTOR)
    assert (restored.rows, restored.models, restored.before) == (made.rows, 2, "")
    assert stock.without_trace(stock.rows(stocked)) == rows
    assert stock.files() == files
    migrations.check(stocked)
    assert migrations.current(stocked) == migrations.head()


def test_every_table_is_in_the_proof(stocked: Engine) -> None:
    assert [name for name, found in stock.rows(stocked).items() if not found] == []


def test_new_rows_get_new_numbers_after_a_restore(stocked: Engine) -> None:
    made = service.create(ACTOR)
    stock.wipe(stocked)
    service.restore(made.name, ACTOR)
    with Session(stocked) as session:
        stock.train(session, "3")
        session.commit()
        numbers = session.scalars(select(ModelVersion.id).order_by(ModelVersion.id)).all()  # pyright: ignore
    assert numbers == [1, 2, 3]


def test_a_later_state_is_replaced_and_kept_in_a_backup_of_its_own(stocked: Engine) -> None:
    rows, files = stock.rows(stocked), stock.files()
    made = service.create(ACTOR)
    with Session(stocked) as session:
        stock.train(session, "3")
        session.commit()
    later_rows, later_files = stock.rows(stocked), stock.files()
    restored = service.restore(made.name, ACTOR)
    assert stock.without_trace(stock.rows(stocked)) == rows
    assert stock.files() == files
    service.restore(restored.before, ACTOR, keep_present=False)
    assert stock.without_trace(stock.rows(stocked)) == stock.without_trace(later_rows)
    assert stock.files() == later_files


def test_a_restore_is_audited(stocked: Engine) -> None:
    made = service.create(ACTOR)
    service.restore(made.name, ACTOR, keep_present=False)
    with Session(stocked) as session:
        noted = session.scalars(select(AuditEvent).where(AuditEvent.action == "backup.restore")).one()  # pyright: ignore
    assert (noted.actor, noted.subject) == (ACTOR, made.name)


def test_the_file_being_restored_survives_the_rotation(stocked: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKUP_KEEP", "2")
    settings.cache_clear()
    oldest, middle, newest = (service.create(ACTOR).name for _ in range(3))
    assert {path.name for path in folder.paths()} == {middle, newest}
    with pytest.raises(NotFound):
        service.restore(oldest, ACTOR)
    before = service.restore(middle, ACTOR).before
    assert {path.name for path in folder.paths()} == {middle, newest, before}


def test_two_versions_of_one_number_do_not_overwrite_each_other(stocked: Engine) -> None:
    """A restored installation numbers its versions again, so older backups hold other files under the same path."""
    made = service.create(ACTOR)
    taken = model_folder() / "company/sample/2"
    shutil.rmtree(taken)
    taken.mkdir()
    digest = artifact.write(taken, *stock.version_files("2", weight=0.75))
    with stocked.begin() as connection:
        connection.execute(text("UPDATE ai_models SET digest = :digest WHERE version = '2'"), {"digest": digest})
    service.restore(made.name, ACTOR, keep_present=False)
    with Session(stocked) as session:
        loaded = load(session, "sample", "company")
    assert json.loads(loaded.files["weights.json"]) == {"weight": 0.25, "version": "2"}
    with stocked.connect() as connection:
        assert {path for (path,) in connection.execute(text("SELECT path FROM ai_models"))} == {
            str(path.parent.relative_to(model_folder())) for path in model_folder().rglob("manifest.json")
        }


def test_a_champion_that_goes_while_the_backup_is_made_is_followed(
    stocked: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, calls = writing.database_kind(), []
    taken = kind.snapshot

    def overtaken(*arguments: Any) -> Any:
        done = taken(*arguments)
        calls.append(done)
        if len(calls) == 1:
            with Session(stocked) as session:
                stock.train(session, "3")
                session.commit()
            model_files.remove(["company/sample/2"])
        return done

    monkeypatch.setattr(kind, "snapshot", overtaken)
    made = service.create(ACTOR)
    assert "company/sample/3" in _manifest(made.path)["models"]


def test_a_champion_without_files_is_told_and_the_rest_is_saved(stocked: Engine) -> None:
    model_files.remove(["company/sample/2"])
    made = service.create(ACTOR)
    assert made.missing == ("company/sample/2",)
    assert made.models == 1


def test_nobody_else_can_read_a_backup_and_the_key_is_not_in_it(stocked: Engine) -> None:
    made = service.create(ACTOR)
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.folder().stat().st_mode) == 0o700
    with zipfile.ZipFile(made.path) as archive:
        assert [name for name in archive.namelist() if "secret" in name] == []


def test_nothing_is_restored_while_jobs_run(stocked: Engine) -> None:
    made = service.create(ACTOR)
    with stocked.begin() as connection:
        first = connection.scalar(select(JobRun.id).order_by(JobRun.id))  # pyright: ignore
        queued = {"status": JobStatus.QUEUED, "title": "Demand forecast"}
        connection.execute(update(JobRun).where(JobRun.id == first).values(**queued))  # pyright: ignore
    rows = stock.rows(stocked)
    with pytest.raises(JobsUnderWay) as refused:
        service.restore(made.name, ACTOR)
    assert "Demand forecast" in refused.value.message("en")
    assert stock.rows(stocked) == rows


def test_what_ran_when_the_backup_was_made_does_not_come_back_to_life(stocked: Engine) -> None:
    with stocked.begin() as connection:
        connection.execute(update(JobRun).values(status=JobStatus.RUNNING))
    made = service.create(ACTOR)
    with stocked.begin() as connection:
        connection.execute(update(JobRun).values(status=JobStatus.DONE))
    service.restore(made.name, ACTOR)
    with stocked.connect() as connection:
        assert set(connection.scalars(select(JobRun.status))) == {JobStatus.CANCELLED}
        assert set(connection.scalars(select(JobRun.slot))) == {None}


def test_a_backup_of_an_older_version_is_migrated(stocked: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    older = _older_database(stocked)
    with monkeypatch.context() as then:
        reflected = MetaData()
        reflected.reflect(older)
        reflected.remove(reflected.tables["alembic_version"])
        then.setattr(writing, "engine", lambda: older)
        then.setattr(migrations, "head", lambda: "0001")
        then.setattr(migrations, "metadata", lambda: reflected)
        made = service.create(ACTOR)
    older.dispose()
    assert made.revision == "0001"
    restored = service.restore(made.name, ACTOR)
    assert restored.migrated_from == "0001"
    migrations.check(stocked)
    with stocked.connect() as connection:
        assert connection.scalars(text("SELECT subject FROM audit_events ORDER BY id")).all() == ["then", made.name]


def _older_database(stocked: Engine) -> Engine:
    """A database at the first revision, with one row."""
    if stocked.dialect.name == "sqlite":
        older = make_engine(f"sqlite:///{settings().data_dir / 'older.db'}")
    else:
        name = f"{stocked.url.database}_older"
        with stocked.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        older = make_engine(make_url(engine().url).set(database=name).render_as_string(hide_password=False))
    with migrations.alone(older) as connection:
        command.upgrade(migrations.configuration(connection), "0001")
    with older.begin() as connection:
        values = {"at": "2025-01-01 00:00:00+00:00", "actor": "a", "action": "b", "subject": "then", "detail": "{}"}
        columns, places = ", ".join(values), ", ".join(f":{name}" for name in values)
        connection.execute(text(f"INSERT INTO audit_events ({columns}) VALUES ({places})"), values)
    return older


def _manifest(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))
