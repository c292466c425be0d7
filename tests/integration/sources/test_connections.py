"""Which project is read: what is saved in the page, else what the environment names; and the key, which nobody sees."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from ml_insights.core.audit import AuditEvent
from ml_insights.core.database import transaction
from ml_insights.core.security import decrypt
from ml_insights.core.settings import settings
from ml_insights.sources.supabase import connections
from ml_insights.sources.supabase.client import Access
from ml_insights.sources.supabase.connections import ENVIRONMENT, SAVED
from ml_insights.sources.supabase.errors import BadMapping, KeyNeeded, NotConfigured
from ml_insights.sources.supabase.mapping import Mapping, TableMapping, as_json, parse_mapping
from ml_insights.sources.tables import SourceConnection, SourceState
from tests.integration.sources.test_supabase import MAPPING

KEY, OTHER_KEY = "sb_secret_first", "sb_secret_second"
URL, OTHER_URL = "https://first.supabase.co", "https://second.supabase.co"
PRODUCTS = TableMapping(table="productos", key="sku", columns={"product_id": "sku", "name": "nombre"})


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Engine) -> Path:
    """Settings that name a project and a mapping; the mapping's file."""
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps(MAPPING))
    monkeypatch.setenv("SUPABASE_URL", URL)
    monkeypatch.setenv("SUPABASE_SERVICE_KEY", KEY)
    monkeypatch.setenv("SUPABASE_MAPPING", str(path))
    settings.cache_clear()
    return path


def save(url: str = OTHER_URL, key: str = OTHER_KEY) -> None:
    with transaction() as session:
        connections.save(session, Access(url, key), "ana@x.cl")


def states(engine: Engine) -> set[str]:
    with Session(engine) as session:
        return {state.source for state in session.exec(select(SourceState))}


def read_once() -> None:
    from ml_insights.core import clock

    with transaction() as session:
        for contract in ("orders", "products"):
            session.add(SourceState(source=f"supabase:{contract}", tried_at=clock.now(), cursor="7"))


def test_the_environment_is_the_default(environment: Path, session: Session) -> None:
    found = connections.current(session)
    assert found.access is not None and (found.access.url, found.access.key) == (URL, KEY)
    assert (found.origin, found.mapping_origin) == (ENVIRONMENT, ENVIRONMENT)
    assert list(found.require_tables()) == ["products", "orders"]


def test_what_is_saved_counts_before_it(environment: Path, session: Session) -> None:
    save()
    found = connections.current(session)
    assert found.access is not None and (found.access.url, found.access.key) == (OTHER_URL, OTHER_KEY)
    assert (found.origin, found.mapping_origin) == (SAVED, ENVIRONMENT)


def test_tables_can_be_chosen_for_the_project_that_the_environment_names(environment: Path, session: Session) -> None:
    with transaction() as writing:
        connections.choose_table(writing, "orders", None, "ana@x.cl")
    found = connections.current(session)
    assert (found.origin, found.mapping_origin, list(found.mapping.root)) == (ENVIRONMENT, SAVED, ["products"])


def test_the_key_is_stored_encrypted_and_nothing_tells_it(database: Engine) -> None:
    save()
    with database.connect() as connection:
        url, stored = connection.execute(text("SELECT url, key FROM source_connections")).one()
        everything = str(connection.execute(text("SELECT * FROM audit_events")).all())
    assert url == OTHER_URL and OTHER_KEY not in stored and decrypt(stored) == OTHER_KEY
    with Session(database) as session:
        row = session.exec(select(SourceConnection)).one()
        (event,) = session.exec(select(AuditEvent)).all()
        assert (event.action, event.actor, event.detail) == ("source.connect", "ana@x.cl", {"address": OTHER_URL})
    assert OTHER_KEY not in repr(row) + everything and stored not in repr(row)


def test_a_key_is_not_sent_to_another_address(environment: Path, session: Session) -> None:
    assert connections.access_of(session, f"{URL}/rest/v1/", "").key == KEY
    with pytest.raises(KeyNeeded):
        connections.access_of(session, OTHER_URL, "")
    save()
    assert connections.access_of(session, OTHER_URL, " ").key == OTHER_KEY
    with pytest.raises(KeyNeeded):
        connections.access_of(session, URL, "")


def test_another_project_is_read_from_its_beginning_another_key_goes_on(environment: Path, database: Engine) -> None:
    read_once()
    save(URL, OTHER_KEY)
    assert states(database) == {"supabase:orders", "supabase:products"}
    save(OTHER_URL, OTHER_KEY)
    assert states(database) == set()


def test_a_table_that_is_read_otherwise_begins_anew(environment: Path, database: Engine) -> None:
    read_once()
    with transaction() as session:
        connections.choose_table(session, "products", PRODUCTS, "ana@x.cl")
    assert states(database) == {"supabase:orders", "supabase:products"}
    with transaction() as session:
        changed = PRODUCTS.model_copy(update={"page": 500})
        connections.choose_table(session, "products", changed, "ana@x.cl")
    assert states(database) == {"supabase:orders"}


def test_disconnecting_forgets_the_key_and_goes_back_to_the_environment(environment: Path, database: Engine) -> None:
    save()
    read_once()
    with transaction() as session:
        connections.disconnect(session, "ana@x.cl")
    with Session(database) as session:
        assert session.exec(select(SourceConnection)).all() == []
        assert connections.current(session).origin == ENVIRONMENT
    assert states(database) == set()


def test_a_file_that_cannot_be_meant_keeps_nobody_from_saving_another_choice(
    environment: Path, session: Session
) -> None:
    environment.write_text("{")
    with pytest.raises(BadMapping):
        connections.current(session)
    with transaction() as writing:
        connections.choose_tables(writing, Mapping({"products": PRODUCTS}), "ana@x.cl")
    assert list(connections.current(session).mapping.root) == ["products"]


def test_without_any_project_it_says_what_is_missing(database: Engine, session: Session) -> None:
    found = connections.current(session)
    assert not connections.is_set_up(session)
    with pytest.raises(NotConfigured):
        found.require_access()


def test_what_is_handed_out_can_be_taken_over(environment: Path, session: Session) -> None:
    mapping = connections.current(session).mapping
    assert parse_mapping(as_json(mapping), "file") == mapping
    several = Mapping({"products": PRODUCTS.model_copy(update={"key": ("sku", "nombre"), "page": 500})})
    assert parse_mapping(as_json(several), "file") == several
