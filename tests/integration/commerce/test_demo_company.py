"""The demo company in real databases: added, counted, replaced and removed as a whole."""

import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select
from typer.testing import CliRunner

from ml_insights.__main__ import app
from ml_insights.commerce import queries
from ml_insights.commerce.cli import add_commands
from ml_insights.commerce.tables import Customer, Dataset, OrderLine, Product
from ml_insights.core import clock, demo
from ml_insights.core.audit import AuditEvent

NOW = datetime(2026, 3, 15, 2, 30, tzinfo=UTC)
"""Still the evening of the 14th in Chile."""


@pytest.fixture
def own_rows(session: Session) -> None:
    session.add(Customer(dataset=Dataset.COMPANY, customer_id="C0001", name="Ours"))
    session.add(Product(dataset=Dataset.COMPANY, product_id="AB-101"))
    session.add(
        OrderLine(
            dataset=Dataset.COMPANY,
            order_id="F-100001",
            product_id="AB-101",
            ordered_at=NOW,
            quantity=1,
            unit_price=990,
            customer_id="C0001",
        )
    )
    session.commit()


def test_fill_adds_three_years_that_end_yesterday(session: Session):
    with clock.frozen(NOW):
        rows = demo.fill(session, "test")
    counts = queries.counts(session, Dataset.DEMO)
    assert (counts.order_lines, counts.products, counts.customers) == (
        rows["order_lines"],
        rows["products"],
        rows["customers"],
    )
    assert counts.first and counts.last
    zone = ZoneInfo("America/Santiago")
    assert counts.last.astimezone(zone).date() == date(2026, 3, 13)
    assert counts.first.astimezone(zone).date() >= date(2023, 3, 14)
    assert demo.count(session).items() >= rows.items()


def test_it_goes_as_a_whole_and_leaves_own_rows_alone(session: Session, own_rows: None):
    added = demo.fill(session, "ana@example.com", seed=3)
    version = queries.data_version(session, Dataset.DEMO)
    assert queries.active_dataset(session) == Dataset.COMPANY
    removed = demo.clear(session, "ana@example.com")
    assert removed.items() >= added.items()
    assert demo.count(session) == {}
    assert queries.data_version(session, Dataset.DEMO) != version
    own = queries.counts(session, Dataset.COMPANY)
    assert (own.order_lines, own.products, own.customers) == (1, 1, 1)
    session.flush()
    events = session.exec(select(AuditEvent).where(AuditEvent.actor == "ana@example.com")).all()
    assert [event.action for event in events] == ["demo-loaded", "demo-removed"]
    assert [event.detail["rows"]["order_lines"] for event in events] == [added["order_lines"]] * 2
    assert events[0].detail["seed"] == 3


def test_an_interrupted_load_leaves_what_was_there(session: Session):
    before = demo.fill(session, "test", seed=1)
    session.commit()
    demo.fill(session, "test", seed=2)
    session.rollback()
    assert queries.counts(session, Dataset.DEMO).order_lines == before["order_lines"]


def test_commands(sqlite_database: Engine):
    runner = CliRunner()
    if "demo" not in {group.name for group in app.registered_groups}:
        add_commands(app)
    assert "demo load" in runner.invoke(app, ["demo", "status"]).output
    loaded = json.loads(runner.invoke(app, ["demo", "load", "--seed", "4", "--json"]).stdout)
    assert json.loads(runner.invoke(app, ["demo", "status", "--json"]).stdout).items() >= loaded.items()
    assert f"{loaded['order_lines']:,} order lines" in runner.invoke(app, ["demo", "remove"]).output
    assert json.loads(runner.invoke(app, ["demo", "status", "--json"]).stdout) == {}
    assert runner.invoke(app, ["demo", "load", "--seed", "-1"]).exit_code == 2
