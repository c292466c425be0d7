"""Migrations give exactly the tables of the code, on both databases, whole or not at all."""

import threading

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, text

from ml_insights.core import migrations
from ml_insights.core.database import make_engine
from ml_insights.core.settings import Settings


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_database(request: pytest.FixtureRequest, data_dir: object) -> Engine:
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    created = make_engine(Settings(database_url=url).url)
    request.addfinalizer(created.dispose)
    return created


def test_upgrade_gives_the_tables_of_the_code(empty_database: Engine) -> None:
    migrations.upgrade(empty_database)
    migrations.check(empty_database)
    assert migrations.current(empty_database) == migrations.head()


def test_upgrading_again_changes_nothing(empty_database: Engine) -> None:
    migrations.upgrade(empty_database)
    migrations.upgrade(empty_database)
    assert migrations.current(empty_database) == migrations.head()


def test_downgrade_empties_the_database(empty_database: Engine) -> None:
    migrations.upgrade(empty_database)
    migrations.downgrade(empty_database, "base")
    assert set(inspect(empty_database).get_table_names()) <= {"alembic_version"}
    assert migrations.current(empty_database) is None


def test_a_second_migration_waits_for_the_first(empty_database: Engine) -> None:
    ended = threading.Event()

    def migrate() -> None:
        migrations.upgrade(empty_database)
        ended.set()

    waiting = threading.Thread(target=migrate)
    with migrations.alone(empty_database) as connection:
        connection.execute(text("SELECT 1"))
        waiting.start()
        assert not ended.wait(0.3)
    assert ended.wait(30)
    assert migrations.current(empty_database) == migrations.head()


def test_an_interrupted_migration_leaves_the_database_as_it_was(
    empty_database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = command.upgrade

    def interrupted(*arguments: object) -> None:
        upgrade(*arguments)  # pyright: ignore
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "upgrade", interrupted)
    with pytest.raises(KeyboardInterrupt):
        migrations.upgrade(empty_database)
    assert inspect(empty_database).get_table_names() == []
    monkeypatch.undo()
    migrations.upgrade(empty_database)
    migrations.check(empty_database)


def test_decisions_on_prices_that_are_there_get_their_turns(empty_database: Engine) -> None:
    migrations.upgrade(empty_database)
    migrations.downgrade(empty_database, "0026")
    known = "'company', 10, 11, 'prices/1', 50, 550, '2026-03-02 12:00:00+00:00', 'ana@x.cl'"
    columns = "dataset, price_before, price, model_version, expected_quantity, expected_revenue, decided_at, decided_by"
    with empty_database.begin() as connection:
        for product, state, applied_by in (
            ("milk", "superseded", "beto@x.cl"),
            ("bread", "rejected", ""),
            ("milk", "approved", ""),
        ):
            connection.execute(
                text(
                    f"INSERT INTO price_decisions (product_id, state, applied_by, reason, note, {columns})"
                    f" VALUES ('{product}', '{state}', '{applied_by}', '', '', {known})"
                )
            )
    migrations.upgrade(empty_database)
    with empty_database.connect() as connection:
        found = connection.execute(
            text("SELECT product_id, turn, version, changed_by FROM price_decisions ORDER BY id")
        ).all()
    assert found == [("milk", 1, 1, "beto@x.cl"), ("bread", 1, 1, "ana@x.cl"), ("milk", 2, 1, "ana@x.cl")]
