"""Reading a real Supabase (the Data API of @supabase/lite over PostgreSQL), in good days and bad."""

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlmodel import Session, select

from ml_insights.commerce.queries import counts, order_lines_frame
from ml_insights.commerce.tables import Dataset, Product
from ml_insights.core.audit import AuditEvent
from ml_insights.core.settings import settings
from ml_insights.sources import queries
from ml_insights.sources.notices import stale_source
from ml_insights.sources.queries import source_status
from ml_insights.sources.supabase import client, snapshot
from ml_insights.sources.supabase.bringing_back import bring_back, removals
from ml_insights.sources.supabase.errors import (
    BadMapping,
    BroughtBack,
    CurrencyUnsaid,
    CurrencyUnused,
    KeyRefused,
    ManyGone,
    NotAKey,
    NotConfigured,
    NothingReturned,
    RowsNotKept,
    SourceDown,
    SourceRefused,
    StateUnused,
)
from ml_insights.sources.supabase.refresh import Refreshed, refresh
from ml_insights.sources.supabase.removal import kept_in
from ml_insights.sources.undo import undo
from tests.faulty_proxy import Proxy, faulty_proxy
from tests.fixtures.sites import free_port
from tests.supabase_lite import Supabase, running

LINES = 2500
COLUMNS = {
    "order_id": "numero",
    "ordered_at": "fecha",
    "product_id": "sku",
    "quantity": "cantidad",
    "unit_price": "precio",
    "customer_id": "cliente",
}
MAPPING = {
    "orders": {"table": "pedidos", "key": "linea", "cursor": "actualizado", "columns": COLUMNS},
    "products": {"table": "productos", "key": "sku", "columns": {"product_id": "sku", "name": "nombre"}},
}
SCHEMA = """
CREATE ROLE anon NOLOGIN; CREATE ROLE authenticated NOLOGIN; CREATE ROLE service_role NOLOGIN;
GRANT USAGE ON SCHEMA public TO service_role;
CREATE TABLE pedidos (linea bigint PRIMARY KEY, numero text, fecha timestamptz, sku text, cantidad numeric,
                      precio numeric, cliente text, actualizado timestamptz DEFAULT now());
CREATE TABLE productos (sku text PRIMARY KEY, nombre text);
GRANT SELECT ON ALL TABLES IN SCHEMA public TO service_role;
"""
FILL = f"""
TRUNCATE pedidos; TRUNCATE productos;
INSERT INTO productos VALUES ('S0', 'Té'), ('S1', 'Café');
INSERT INTO pedidos SELECT i, 'N' || i / 3, timestamptz '2024-03-01 12:00+00' + i * interval '1 minute', 'S' || i % 2,
    1 + i % 4, 1.5 * (i % 10), CASE WHEN i % 5 = 0 THEN NULL ELSE 'C' || i % 7 END,
    timestamptz '2024-03-01 12:00+00' + i * interval '1 minute'
FROM generate_series(1, {LINES}) AS i;
"""


@pytest.fixture(scope="module")
def far(postgres_server: str) -> Iterator[Engine]:
    """The database behind Supabase."""
    administration = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE supabase_far")
    engine = create_engine(make_url(postgres_server).set(database="supabase_far"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(SCHEMA))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def project(far: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supabase]:
    with running(tmp_path_factory.mktemp("supabase"), free_port(), far.url) as started:
        yield started


@pytest.fixture
def proxy(project: Supabase, far: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database: Engine):
    """A filled Supabase behind a proxy, and settings that name it."""
    with far.connect() as connection:
        connection.execute(text(FILL))
    (tmp_path / "mapping.json").write_text(json.dumps(MAPPING))
    monkeypatch.setattr(client, "FIRST_PAUSE_SECONDS", 0)
    with faulty_proxy(project.url) as between:
        monkeypatch.setenv("SUPABASE_URL", between.url)
        monkeypatch.setenv("SUPABASE_SERVICE_KEY", project.secret_key)
        monkeypatch.setenv("SUPABASE_MAPPING", str(tmp_path / "mapping.json"))
        monkeypatch.setenv("SUPABASE_TIMEOUT_SECONDS", "5")
        settings.cache_clear()
        yield between


def read(full: bool = False) -> dict[str, Refreshed]:
    return {result.contract: result for result in refresh(lambda share, contract, rows: None, full)}


def stored(engine: Engine) -> int:
    with Session(engine) as session:
        return counts(session, Dataset.COMPANY).order_lines


def notice(engine: Engine):
    with Session(engine) as session:
        return stale_source(session)


def test_everything_is_read_page_by_page(proxy: Proxy, database: Engine):
    results = read()
    assert (results["orders"].fetched, results["orders"].added) == (LINES, LINES)
    with Session(database) as session:
        frame = order_lines_frame(session, Dataset.COMPANY)
        assert frame["quantity"].sum() == sum(1 + i % 4 for i in range(1, LINES + 1))
        assert frame["customer_id"].isna().sum() == LINES // 5
        assert frame["ordered_at"].min().isoformat() == "2024-03-01T12:01:00+00:00"
        product = session.get(Product, (Dataset.COMPANY, "S0"))
        assert product is not None and product.name == "Té"
        assert all(status.ok for status in source_status(session))
    assert notice(database) is None


def test_the_second_reading_takes_only_what_changed(proxy: Proxy, database: Engine, far: Engine):
    read()
    with far.connect() as connection:
        connection.execute(text("UPDATE pedidos SET precio = 99, actualizado = '2024-05-01' WHERE linea = 3"))
        connection.execute(
            text("INSERT INTO pedidos VALUES (9001, 'N1', '2024-05-01', 'S1', 2, 5, NULL, '2024-05-01 10:00+00')")
        )
    before = proxy.requests
    results = read()
    assert (results["orders"].added, results["orders"].updated) == (1, 1)
    assert proxy.requests - before < 10
    assert read()["orders"].added == 0
    assert stored(database) == LINES + 1


def test_equal_lines_of_an_order_stay_apart(proxy: Proxy, database: Engine, far: Engine):
    twin = "('T', '2024-05-01', 'S1', 1, 5, NULL, '2024-05-01 10:00+00')"
    with far.connect() as connection:
        connection.execute(text("INSERT INTO pedidos VALUES (8001, " + twin[1:]))
    read()
    with far.connect() as connection:
        connection.execute(text("INSERT INTO pedidos VALUES (8002, " + twin[1:].replace("10:00", "12:00")))
    assert read()["orders"].added == 1
    assert stored(database) == LINES + 2


@pytest.mark.parametrize("fault", ["down", "cut", "html", "unavailable", "no cache", "no pool", "timeout"])
def test_a_short_fault_is_waited_out(proxy: Proxy, database: Engine, fault: str):
    proxy.suffer(fault, times=client.ATTEMPTS - 1, after=2)
    assert read()["orders"].added == LINES


def test_short_pages_lose_nothing(proxy: Proxy, database: Engine):
    proxy.suffer("short")
    assert read()["orders"].added == LINES


@pytest.mark.parametrize("fault", ["down", "cut", "html", "slow"])
def test_a_lasting_fault_half_way_writes_nothing(
    proxy: Proxy, database: Engine, monkeypatch: pytest.MonkeyPatch, fault: str
):
    monkeypatch.setenv("SUPABASE_TIMEOUT_SECONDS", "0.3" if fault == "slow" else "5")
    settings.cache_clear()
    proxy.suffer(fault, after=4)
    results = read()
    assert isinstance(results["orders"].error, SourceDown)
    assert stored(database) == 0
    shown = notice(database)
    assert shown is not None and shown.kind == "danger"
    proxy.suffer("")
    monkeypatch.setenv("SUPABASE_TIMEOUT_SECONDS", "30")  # a healthy answer may be slow on a busy machine
    settings.cache_clear()
    assert read()["orders"].added == LINES
    assert notice(database) is None


def test_a_key_that_is_revoked_half_way_writes_nothing_of_that_table(proxy: Proxy, database: Engine):
    proxy.suffer("revoked", after=4)
    results = read()
    assert results["products"].added == 2
    assert isinstance(results["orders"].error, KeyRefused)
    assert stored(database) == 0
    shown = notice(database)
    assert shown is not None and shown.kind == "danger" and shown.route == "/sources"


@pytest.mark.parametrize("full", [False, True])
def test_a_table_that_shows_no_rows_any_more_is_a_warning(proxy: Proxy, database: Engine, full: bool):
    read()
    proxy.suffer("empty")
    result = read(full)["orders"]
    assert isinstance(result.warning, NothingReturned) and result.error is None
    assert stored(database) == LINES
    shown = notice(database)
    assert shown is not None and "row security" in shown.message and shown.values["table"] == "pedidos"
    proxy.suffer("")
    assert read()["orders"].warning is None
    assert notice(database) is None


@pytest.fixture
def mirrored(proxy: Proxy, tmp_path: Path) -> Proxy:
    """Orders whose deleted rows go here too, and none of whose rows tells when it changed."""
    orders = {name: value for name, value in MAPPING["orders"].items() if name != "cursor"} | {"mirror": True}
    (tmp_path / "mapping.json").write_text(json.dumps({"orders": orders}))
    return proxy


def test_rows_that_are_deleted_there_go_here_and_are_kept_in_a_file(mirrored: Proxy, database: Engine, far: Engine):
    read()
    with far.connect() as connection:
        connection.execute(text("DELETE FROM pedidos WHERE linea BETWEEN 10 AND 19"))
    result = read()["orders"]
    assert (result.removed, result.warning, result.gone) == (10, None, 0)
    assert stored(database) == LINES - 10
    with Session(database) as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "source.remove")).one()
    with gzip.open(settings().data_dir / "removed" / event.detail["file"], "rt", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == event.detail["rows"] == 10
    assert read()["orders"].removed == 0


def test_rows_that_went_are_brought_back_and_stay_until_that_is_undone(mirrored: Proxy, database: Engine, far: Engine):
    read()
    before = revenue(database)
    with far.connect() as connection:
        connection.execute(text("DELETE FROM pedidos WHERE linea BETWEEN 9 AND 20"))
    read()
    with Session(database) as session:
        ((removal, possible),) = removals(session, 9)
    assert (removal.rows, removal.far_table, possible) == (12, "pedidos", True)
    with Session(database) as session:
        batch = bring_back(session, removal.id or 0, "ana@x.cl")
        session.commit()
        assert (queries.outcome_of(batch)["read"], batch.counts) == (12, {"added": 12, "unchanged": 0})
    assert stored(database) == LINES and revenue(database) == pytest.approx(before)
    with Session(database) as session, pytest.raises(BroughtBack):
        bring_back(session, removal.id or 0, "ana@x.cl")
    assert read()["orders"].removed == 0 and stored(database) == LINES
    with Session(database) as session:
        assert undo(session, batch.id or 0, "ana@x.cl").removed == 12
        session.commit()
        assert [possible for _, possible in removals(session, 9)] == [True]
    assert stored(database) == LINES - 12


def test_rows_that_are_no_longer_kept_cannot_be_brought_back(mirrored: Proxy, database: Engine, far: Engine):
    read()
    with far.connect() as connection:
        connection.execute(text("DELETE FROM pedidos WHERE linea = 10"))
    read()
    with Session(database) as session:
        ((removal, _),) = removals(session, 9)
        kept_in(removal.file).unlink()
        with pytest.raises(RowsNotKept):
            bring_back(session, removal.id or 0, "ana@x.cl")


def test_rows_of_other_imports_stay_whatever_the_source_says(mirrored: Proxy, database: Engine, far: Engine):
    read()
    with Session(database) as session:
        session.connection().execute(text("UPDATE order_lines SET batch_id = NULL WHERE order_id = 'N100'"))
        session.commit()
    with far.connect() as connection:
        connection.execute(text("DELETE FROM pedidos WHERE numero = 'N100'"))
    assert read()["orders"].removed == 0
    assert stored(database) == LINES


def test_more_than_one_in_five_go_only_when_a_person_says_so(mirrored: Proxy, database: Engine, far: Engine):
    read()
    with far.connect() as connection:
        connection.execute(text("DELETE FROM pedidos WHERE linea > 1500"))
    result = read()["orders"]
    assert isinstance(result.warning, ManyGone) and (result.gone, result.removed) == (1000, 0)
    assert stored(database) == LINES
    shown = notice(database)
    assert shown is not None and shown.values["gone"] == 1000
    confirmed = {one.contract: one for one in refresh(lambda share, table, rows: None, remove=True)}
    assert confirmed["orders"].removed == 1000 and stored(database) == 1500
    assert notice(database) is None


def test_an_empty_answer_removes_nothing_even_when_a_person_said_so(mirrored: Proxy, database: Engine):
    read()
    mirrored.suffer("empty")
    (result,) = refresh(lambda share, table, rows: None, remove=True)
    assert isinstance(result.warning, NothingReturned) and stored(database) == LINES


def test_a_row_that_is_there_but_refused_is_not_taken_for_deleted(mirrored: Proxy, database: Engine, far: Engine):
    read()
    with far.connect() as connection:
        connection.execute(text("UPDATE pedidos SET precio = NULL WHERE linea = 30"))
    result = read()["orders"]
    assert (result.refused, result.removed) == (1, 0)
    assert stored(database) == LINES


def test_pages_go_by_several_columns_where_one_does_not_do(proxy: Proxy, database: Engine, tmp_path: Path, far: Engine):
    orders = MAPPING["orders"] | {"key": ["sku", "linea"], "page": 400}
    (tmp_path / "mapping.json").write_text(json.dumps({"orders": orders}))
    assert read()["orders"].added == LINES
    with far.connect() as connection:
        connection.execute(text("UPDATE pedidos SET precio = 7, actualizado = NULL WHERE linea = 5"))
    assert read()["orders"].updated == 1


@pytest.mark.parametrize(("key", "order"), [("linea", "7"), (["sku", "linea"], "S1-7")])
def test_rows_can_be_orders_of_their_own_with_what_is_the_same_in_all(
    proxy: Proxy, database: Engine, tmp_path: Path, far: Engine, key: str | list[str], order: str
):
    told = {"order": "row", "constants": {"product_id": "Caja", "quantity": "2"}, "mirror": True}
    columns = {"ordered_at": "fecha", "unit_price": "precio"}
    tickets = MAPPING["orders"] | {"key": key, "columns": columns} | told
    (tmp_path / "mapping.json").write_text(json.dumps({"orders": tickets}))
    assert read()["orders"].added == LINES
    with Session(database) as session:
        frame = order_lines_frame(session, Dataset.COMPANY)
    assert frame["order_id"].nunique() == LINES and order in set(frame["order_id"])
    assert (set(frame["product_id"]), set(frame["quantity"])) == ({"Caja"}, {2.0})
    with far.connect() as connection:
        connection.execute(text("UPDATE pedidos SET precio = 77, actualizado = '2024-05-01' WHERE linea = 7"))
    changed = read()["orders"]
    assert (changed.added, changed.updated) == (0, 1)
    with far.connect() as connection:
        connection.execute(text("DELETE FROM pedidos WHERE linea = 9"))
    assert read(full=True)["orders"].removed == 1 and stored(database) == LINES - 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"constants": {"quantity": "dos"}}, "quantity of every row"),
        ({"order": "row"}, "says that it has none"),
    ],
)
def test_what_cannot_be_the_same_in_every_row_is_refused(
    proxy: Proxy, tmp_path: Path, wrong: dict[str, object], said: str
):
    (tmp_path / "mapping.json").write_text(json.dumps({"orders": MAPPING["orders"] | wrong}))
    with pytest.raises(BadMapping) as refused:
        read()
    assert said in refused.value.message("en")


def test_a_key_that_is_none_is_refused_before_anything_is_lost(proxy: Proxy, database: Engine, tmp_path: Path):
    orders = MAPPING["orders"] | {"key": "numero"}
    (tmp_path / "mapping.json").write_text(json.dumps({"orders": orders}))
    error = read()["orders"].error
    assert isinstance(error, NotAKey) and "numero" in error.message("en")
    assert stored(database) == 0


def test_states_decide_what_counts_and_an_unknown_one_is_refused(
    proxy: Proxy, database: Engine, tmp_path: Path, far: Engine
):
    """The customer's column stands in for a state: three of them are orders that were cancelled."""
    states = {f"C{number}": "out" if number < 3 else "sale" for number in range(6)} | {"": "sale"}
    orders = MAPPING["orders"] | {"state": "cliente", "states": states}
    (tmp_path / "mapping.json").write_text(json.dumps({"orders": orders}))
    result = read()["orders"]
    expected = [None if i % 5 == 0 else i % 7 for i in range(1, LINES + 1)]
    assert result.refused == expected.count(6)
    assert result.added == len([one for one in expected if one is None or 3 <= one < 6])


def test_an_order_that_is_cancelled_there_is_no_sale_here_any_more(
    proxy: Proxy, database: Engine, tmp_path: Path, far: Engine
):
    orders = MAPPING["orders"] | {"state": "cliente", "states": {f"C{n}": "sale" for n in range(7)} | {"": "sale"}}
    orders["states"] |= {"anulado": "out"}
    (tmp_path / "mapping.json").write_text(json.dumps({"orders": orders}))
    read()
    changed = "UPDATE pedidos SET cliente = '{}', actualizado = '2024-05-0{}' WHERE linea IN (4, 6)"
    with far.connect() as connection:
        connection.execute(text(changed.format("anulado", 1)))
    result = read()["orders"]
    assert (result.added, result.updated, stored(database)) == (0, 2, LINES - 2)
    assert read()["orders"].updated == 0
    with far.connect() as connection:
        connection.execute(text(changed.format("C1", 2)))
    result = read()["orders"]
    assert (result.added, result.updated, stored(database)) == (2, 0, LINES)


def test_a_state_that_nobody_looked_at_is_warned_about_until_somebody_says_that_every_row_counts(
    proxy: Proxy, database: Engine, tmp_path: Path, far: Engine
):
    with far.connect() as connection:
        connection.execute(text("ALTER TABLE pedidos ADD COLUMN estado text DEFAULT 'anulado'"))
    try:
        warning = read()["orders"].warning
        assert isinstance(warning, StateUnused) and "estado" in warning.message("en")
        (tmp_path / "mapping.json").write_text(json.dumps({"orders": MAPPING["orders"] | {"state": ""}}))
        assert read(full=True)["orders"].warning is None
    finally:
        with far.connect() as connection:
            connection.execute(text("ALTER TABLE pedidos DROP COLUMN estado"))


CURRENCY = "CASE WHEN linea % 4 = 0 THEN 'USD' ELSE 'CLP' END"


@pytest.fixture
def two_currencies(proxy: Proxy, far: Engine) -> Iterator[Proxy]:
    """A quarter of the rows are in dollars, with the rate of the day beside."""
    with far.connect() as connection:
        connection.execute(text("ALTER TABLE pedidos ADD COLUMN moneda text, ADD COLUMN tasa numeric"))
        connection.execute(text(f"UPDATE pedidos SET moneda = {CURRENCY}, tasa = 900"))
    yield proxy
    with far.connect() as connection:
        connection.execute(text("ALTER TABLE pedidos DROP COLUMN moneda, DROP COLUMN tasa"))


def write_mapping(tmp_path: Path, **changed: object) -> None:
    (tmp_path / "mapping.json").write_text(json.dumps({"orders": MAPPING["orders"] | changed}))


def revenue(engine: Engine) -> float:
    with Session(engine) as session:
        lines = order_lines_frame(session, Dataset.COMPANY)
    return float((lines["quantity"] * lines["unit_price"]).sum())


def worth(usd: float) -> float:
    return sum((1 + i % 4) * 1.5 * (i % 10) * (usd if i % 4 == 0 else 1) for i in range(1, LINES + 1))


def test_currencies_that_nobody_looked_at_are_warned_about(two_currencies: Proxy, database: Engine, tmp_path: Path):
    warning = read()["orders"].warning
    assert isinstance(warning, CurrencyUnused) and "USD" in warning.message("en")
    write_mapping(tmp_path, currency="")
    assert read(full=True)["orders"].warning is None
    assert revenue(database) == pytest.approx(worth(1))


@pytest.mark.parametrize("rates", [{"USD": 900}, {"USD": "file"}])
def test_what_a_currency_is_worth_is_a_number_or_stands_beside(
    two_currencies: Proxy, database: Engine, tmp_path: Path, rates: dict[str, object]
):
    write_mapping(tmp_path, currency="moneda", rates=rates, rate="tasa")
    assert read()["orders"].warning is None
    assert revenue(database) == pytest.approx(worth(900))


def test_a_currency_that_nobody_named_is_left_out_and_told(
    two_currencies: Proxy, database: Engine, tmp_path: Path, far: Engine
):
    write_mapping(tmp_path, currency="moneda", rates={"USD": "out"})
    assert read()["orders"].warning is None
    assert stored(database) == LINES - LINES // 4
    with far.connect() as connection:
        connection.execute(text("UPDATE pedidos SET moneda = 'EUR', actualizado = now() WHERE linea = 1"))
    warning = read()["orders"].warning
    assert isinstance(warning, CurrencyUnsaid) and "EUR" in warning.message("es")


def test_refunds_are_taken_off_and_what_was_cancelled_is_left_out(
    proxy: Proxy, database: Engine, tmp_path: Path, far: Engine
):
    columns = "ADD COLUMN devuelto numeric DEFAULT 0, ADD COLUMN anulado_el timestamptz"
    with far.connect() as connection:
        connection.execute(text(f"ALTER TABLE pedidos {columns}"))
        connection.execute(text("UPDATE pedidos SET devuelto = precio / 2, numero = 'X' WHERE linea = 7"))
        connection.execute(text("UPDATE pedidos SET anulado_el = now() WHERE linea = 8"))
    try:
        write_mapping(tmp_path, refund="devuelto", cancelled="anulado_el")
        assert read()["orders"].added == LINES - 1
        assert revenue(database) == pytest.approx(worth(1) - 1.5 * 7 / 2 - 1.5 * 8)
    finally:
        with far.connect() as connection:
            connection.execute(text("ALTER TABLE pedidos DROP COLUMN devuelto, DROP COLUMN anulado_el"))


def test_while_it_is_down_the_last_rows_stay_and_a_banner_says_so(proxy: Proxy, database: Engine):
    read()
    proxy.suffer("down")
    assert not read()["orders"].stood_in
    assert stored(database) == LINES
    shown = notice(database)
    assert shown is not None and shown.kind == "warning" and shown.values["since"]


def test_a_new_database_starts_from_the_snapshot(proxy: Proxy, database: Engine):
    read()
    with Session(database) as session:
        before = order_lines_frame(session, Dataset.COMPANY)
        session.connection().execute(text("DELETE FROM order_lines"))
        session.commit()
    assert snapshot.taken_at("orders") is not None
    proxy.suffer("down")
    assert read()["orders"].stood_in
    with Session(database) as session:
        after = order_lines_frame(session, Dataset.COMPANY)
    order = ["order_id", "product_id", "ordered_at"]
    for column in before.columns:
        old = before.astype({"order_id": str, "product_id": str}).sort_values(order)[column].astype(str).tolist()
        new = after.astype({"order_id": str, "product_id": str}).sort_values(order)[column].astype(str).tolist()
        assert old == new


def test_bad_rows_are_left_out_and_counted(proxy: Proxy, database: Engine, far: Engine):
    with far.connect() as connection:
        connection.execute(text("INSERT INTO pedidos VALUES (9002, 'X', '2999-01-01', 'S1', 1, 1, NULL, now())"))
    result = read()["orders"]
    assert (result.added, result.refused) == (LINES, 1)


def test_what_asking_again_cannot_mend_is_told_at_once(proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    wrong = {"products": {"table": "nothing", "key": "sku", "columns": {"product_id": "sku"}}}
    (tmp_path / "mapping.json").write_text(json.dumps(wrong))
    error = read()["products"].error
    assert isinstance(error, SourceRefused) and "nothing" in error.message("en")
    assert proxy.requests == 1
    (tmp_path / "mapping.json").write_text(json.dumps(MAPPING))
    monkeypatch.setenv("SUPABASE_SERVICE_KEY", "sb_secret_wrong")
    settings.cache_clear()
    assert isinstance(read()["orders"].error, KeyRefused)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("{", "Expecting"),
        ("{}", "no table"),
        ('{"orders": {"table": "t", "key": "id", "columns": {"order_id": "a"}}}', "ordered_at"),
        ('{"products": {"table": "t", "key": "id", "columns": {"product_id": "a", "colour": "b"}}}', "colour"),
        ('{"invoices": {}}', "invoices"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(
    tmp_path: Path, sqlite_database: Engine, monkeypatch: pytest.MonkeyPatch, content: str, word: str
):
    (tmp_path / "mapping.json").write_text(content)
    monkeypatch.setenv("SUPABASE_URL", "http://localhost:1")
    monkeypatch.setenv("SUPABASE_SERVICE_KEY", "key")
    monkeypatch.setenv("SUPABASE_MAPPING", str(tmp_path / "mapping.json"))
    settings.cache_clear()
    with pytest.raises(BadMapping) as caught:
        refresh(lambda share, table, rows: None)
    assert word in caught.value.message("en")


def test_without_settings_it_says_which_is_missing(sqlite_database: Engine):
    with pytest.raises(NotConfigured) as caught:
        refresh(lambda share, table, rows: None)
    assert "SUPABASE_URL" in caught.value.message("en")
