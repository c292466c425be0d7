"""An admin connects a Supabase project in the page, chooses its table of orders and sees them counted."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import create_engine, make_url, text

from tests.e2e.conftest import READER, first_admin
from tests.fixtures.sites import Site, free_port, served
from tests.supabase_lite import Supabase, running

LINES = 60
ROLES = "CREATE ROLE anon NOLOGIN; CREATE ROLE authenticated NOLOGIN; CREATE ROLE service_role NOLOGIN;"
SCHEMA = f"""
GRANT USAGE ON SCHEMA public TO service_role;
CREATE TABLE ventas (linea bigint PRIMARY KEY, numero text, fecha timestamptz, sku text, cantidad numeric,
                     precio numeric, moneda text, cliente text, estado text, updated_at timestamptz);
INSERT INTO ventas SELECT i, 'N' || i, timestamptz '2026-03-01 12:00+00' + i * interval '1 hour', 'S' || i % 2, 1,
    CASE WHEN i % 5 = 0 THEN 12.345 ELSE 9000 END, CASE WHEN i % 5 = 0 THEN 'USD' ELSE 'CLP' END,
    'C' || i % 7, CASE WHEN i % 6 = 0 THEN 'anulado' ELSE 'pagado' END, now()
FROM generate_series(1, {LINES}) AS i;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO service_role;
"""


@pytest.fixture
def project(postgres_server: str, tmp_path: Path) -> Iterator[Supabase]:
    """A project with a table of orders: a sixth of them were cancelled, a fifth are in dollars."""
    administration = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = 'service_role'")):
            connection.execute(text(ROLES))
        connection.execute(text("CREATE DATABASE supabase_page"))
    engine = create_engine(make_url(postgres_server).set(database="supabase_page"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(SCHEMA))
    (tmp_path / "project").mkdir()
    with running(tmp_path / "project", free_port(), engine.url) as started:
        yield started
    engine.dispose()


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[Site]:
    """A site of its own, for its orders shall be the company's. Nothing runs by schedule."""
    with served(tmp_path, SCHEDULER="false") as site:
        yield site


def connect(page: Page, project: Supabase) -> None:
    page.goto("/sources")
    page.get_by_role("button", name="Connect a project").click()
    page.get_by_label("Address").fill(project.url)
    page.get_by_label("Key").fill("sb_secret_wrong")
    page.get_by_role("button", name="Test and connect").click()
    expect(page.get_by_role("alert")).to_contain_text("did not accept the key")
    page.get_by_label("Key").fill(project.secret_key)
    page.get_by_role("button", name="Test and connect").click()
    expect(page.get_by_text("It answers and takes the key")).to_be_visible()


def test_orders_of_supabase_are_connected_chosen_and_counted(
    browser: Browser, empty_site: Site, project: Supabase, postgres_server: str
) -> None:
    state = first_admin(browser, empty_site)
    context = browser.new_context(base_url=empty_site.url, storage_state=state, **READER)
    context.set_default_timeout(30_000)
    page = context.new_page()
    connect(page, project)
    assert project.secret_key not in page.content()
    page.get_by_role("button", name="Choose a table").click()
    name = page.get_by_role("textbox", name="Table")
    name.fill("ventas")
    name.press("Tab")
    page.get_by_label("Order number").select_option("numero")
    expect(page.get_by_text(f"The first {LINES} rows can be read.")).to_be_visible()
    save = page.get_by_role("button", name="Read this table")
    expect(save).to_be_disabled()
    page.get_by_label("What one USD is worth").fill("900")
    page.get_by_label("What one USD is worth").press("Tab")
    means = page.get_by_role("group", name="What “anulado” counts as")
    expect(means.get_by_role("button", name="Leave out")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Yes, that is right").click()
    page.get_by_label("Rows that are deleted there go here too").click()
    save.click()
    table = page.get_by_role("region", name="Tables that are read")
    expect(table).to_contain_text("Up to date", timeout=60_000)
    expect(table.get_by_role("cell", name="50", exact=True)).to_be_visible()
    found = {one["name"]: one["message"] for one in json.loads(empty_site.run("doctor", "--json"))}
    assert found["Orders"].startswith("50 order lines")
    page.goto("/ml-insights/customers")
    computing = page.get_by_text("Your data are in")
    expect(computing.or_(page.get_by_text("C1", exact=True)).first).to_be_visible()
    brings_back(page, postgres_server)
    context.close()


def brings_back(page: Page, postgres_server: str) -> None:
    """Orders that are deleted there go here too, and come back when somebody wants them."""
    engine = create_engine(make_url(postgres_server).set(database="supabase_page"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DELETE FROM ventas WHERE linea IN (1, 2)"))
    engine.dispose()
    page.goto("/sources")
    page.get_by_role("button", name="Read everything anew").click()
    gone = page.get_by_role("region", name="Rows that were deleted there")
    expect(gone.get_by_role("cell", name="2", exact=True)).to_be_visible(timeout=60_000)
    gone.get_by_role("button", name="Bring them back").click()
    expect(gone.get_by_text("brought back")).to_be_visible(timeout=30_000)
