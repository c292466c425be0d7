"""The pages' figures are what the rows add up to, and where they are not, the audit says so."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, text
from sqlmodel import Session
from typer.testing import CliRunner

from ml_insights.__main__ import add_slices, app
from ml_insights.audit.facts import Report
from ml_insights.audit.service import audit
from ml_insights.churn.queries import headline
from ml_insights.churn.state.rows import best_count
from ml_insights.commerce.queries.rfm import buyers_between
from ml_insights.commerce.queries.visits import visits_frame
from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Customer, Dataset, OrderLine
from ml_insights.core import demo
from ml_insights.core.company import company
from ml_insights.core.database import snapshot, transaction
from ml_insights.core.doctor import Status, examine
from ml_insights.customers.queries.orders import orders_of, products_of
from tests.integration.audit.learning import learn
from tests.integration.churn.shop import trade
from tests.integration.sources.test_import import run

LAST = datetime(2024, 6, 30, 16, tzinfo=UTC)
NIGHT = datetime(2024, 6, 10, 3, 30, tzinfo=UTC)
"""Still the evening before in Santiago."""


def line(order: str, customer: str | None, at: datetime, quantity: float, price: float, product: str = "p") -> None:
    with transaction() as session:
        values = {"product_id": product, "quantity": quantity, "unit_price": price, "customer_id": customer}
        session.add(OrderLine(dataset=Dataset.COMPANY, order_id=order, ordered_at=at, **values))
        mark_changed(session, Dataset.COMPANY)


def looked() -> Report:
    with snapshot() as session:
        return audit(session)


@pytest.fixture
def shop(database: Engine) -> Engine:
    """A shop with all that makes figures disagree: returns, free samples, guests, orders around midnight."""
    trade(LAST)
    with transaction() as session:
        session.add(Customer(dataset=Dataset.COMPANY, customer_id="never", name="Who only asked"))
    line("big", "back", NIGHT, 700, 90.0)
    line("C-big", "back", NIGHT + timedelta(minutes=12), -700, 90.0)
    line("late", "slow", NIGHT, 3, 20.0)
    line("C-late", "slow", NIGHT + timedelta(days=9), -1, 20.0)
    line("sample", "free", NIGHT, 1, 0.0)
    line("cheap", "other price", NIGHT, 2, 10.0)
    line("C-cheap", "other price", NIGHT + timedelta(minutes=20), -2, 9.0)
    line("within", "half", NIGHT, 4, 10.0)
    line("within", "half", NIGHT, -1, 10.0, "q")
    line("guest", None, LAST, 5, 7.0)
    line("blank", " ", LAST, 5, 7.0)
    return database


def test_every_figure_of_a_wild_shop_is_what_its_rows_add_up_to(shop: Engine) -> None:
    learn("demand", "segments", "churn", "propensity")
    found = looked()
    assert found.differences == () and found.figures > 1000
    assert {"Data", "Demand", "Segments", "Customers", "Customer", "Churn", "Likely buyers"} == set(found.compared)
    assert {one.page for one in found.left_out} == {"Prices", "Routes"}


@pytest.mark.parametrize(
    ("wrong", "page", "figure"),
    [
        ("UPDATE segment_groups SET revenue = revenue + 1", "Segments", "revenue of"),
        ("UPDATE segment_members SET orders = orders + 1 WHERE customer_id = 'c1'", "Segments", "orders of c1"),
        ("UPDATE segment_releases SET customers = customers + 1", "Segments", "customers who have bought"),
    ],
)
def test_a_wrong_figure_is_listed_with_its_sql(shop: Engine, wrong: str, page: str, figure: str) -> None:
    learn("segments")
    assert looked().differences == ()
    with shop.begin() as connection:
        connection.execute(text(wrong))
    differences = looked().differences
    assert any(one.page == page and one.figure.startswith(figure) for one in differences)
    assert all(one.shown != one.recomputed and "SELECT" in one.sql for one in differences)


def test_the_command_and_the_doctor_say_it_too(shop: Engine) -> None:
    learn("segments")
    add_slices()
    fine = CliRunner().invoke(app, ["audit"])
    assert fine.exit_code == 0 and "differences: 0" in fine.output
    assert next(one for one in examine("audit") if one.name == "Figures").finding.status == Status.OK
    assert "Figures" not in {one.name for one in examine()}
    with shop.begin() as connection:
        connection.execute(text("UPDATE segment_releases SET customers = 1"))
    wrong = CliRunner().invoke(app, ["audit", "--json"])
    told = json.loads(wrong.output)
    assert wrong.exit_code == 1 and told["rows_of"] == "company" and told["differences"][0]["shown"] == 1
    assert told["figures"] == sum(told["compared"].values())
    assert next(one for one in examine("audit") if one.name == "Figures").finding.status == Status.BROKEN


def test_figures_of_earlier_rows_are_left_out_and_said_to_be(shop: Engine) -> None:
    learn("segments")
    line("new", "c1", LAST, 1, 5.0)
    found = looked()
    assert "Segments" not in found.compared
    assert "earlier rows" in next(one.why for one in found.left_out if one.page == "Segments")


def test_what_came_back_on_its_day_was_not_bought(shop: Engine) -> None:
    zone = company().zone
    with Session(shop) as session:
        visits = visits_frame(session, Dataset.COMPANY, zone).set_index("order_id")
        assert not visits.loc[["big", "C-big", "sample", "cheap"], "lines"].any()
        assert visits.loc[["late", "within"], "lines"].tolist() == [1, 1]
        assert visits.loc[["late", "within"], "revenue"].tolist() == [60.0, 30.0]
        net = (visits["revenue"] - visits["returned"]).groupby(visits["customer_id"]).sum()
        assert net[["back", "slow", "free", "other price", "half"]].tolist() == [0.0, 40.0, 0.0, 2.0, 30.0]
        day = date(2024, 6, 9)
        assert buyers_between(session, Dataset.COMPANY, zone, day - timedelta(days=1), day) & {"back", "slow"} == {
            "slow"
        }
        own = visits_frame(session, Dataset.COMPANY, zone, customer_id="slow").set_index("order_id")
        assert own.loc[["late"]].equals(visits.loc[["late"]])
        orders = {one.order_id: one.bought for one in orders_of(session, Dataset.COMPANY, "back", zone)}
        assert orders == {"big": False, "C-big": False}
        assert products_of(session, Dataset.COMPANY, "back", NIGHT - timedelta(days=9)) == []


def test_the_text_about_contacts_counts_as_the_headline_does(shop: Engine) -> None:
    learn("churn")
    with Session(shop) as session:
        found = headline(session, Dataset.COMPANY)
    assert found is not None and found.now.customers > 0
    thinned = replace(found, release=replace(found.release, curve=found.release.curve[::7]))
    assert best_count(thinned)["best"] == found.now.customers
    assert best_count(thinned)["most"] == best_count(found)["most"]


@pytest.mark.slow
def test_the_demo_company_s_figures_are_all_equal(sqlite_database: Engine) -> None:
    with transaction() as session:
        demo.fill(session, "test")
    learn()
    found = looked()
    assert found.differences == () and found.left_out == () and found.figures > 2000
    assert len(found.compared) == 9


@pytest.mark.slow
@pytest.mark.real_data
def test_online_retail_s_figures_are_all_equal(sqlite_database: Engine, real_data: Path) -> None:
    run(real_data / "online_retail_uci" / "online_retail.csv.gz")
    learn("segments", "churn")
    found = looked()
    assert found.differences == () and found.figures > 20_000
    assert {"Segments", "Customers", "Customer", "Churn"} <= set(found.compared)
    with Session(sqlite_database) as session:
        visits = visits_frame(session, Dataset.COMPANY, company().zone, customer_id="12346")
    assert not visits["lines"].any()


def test_free_samples_guests_and_returns(sqlite_database: Engine, cases: Path) -> None:
    """The awkward orders of case 18, customer by customer."""
    folder = cases / "18-rfm-ties-refunds-guests"
    with (folder / "pedidos.csv").open(encoding="utf-8-sig") as file:
        rows = [
            {
                "dataset": Dataset.COMPANY,
                "order_id": row["order_id"],
                "product_id": row["product"],
                "occurrence": 0,
                "ordered_at": datetime.fromisoformat(row["order_date"]).replace(hour=12, tzinfo=company().zone),
                "quantity": float(row["quantity"]),
                "unit_price": float(row["unit_price"]),
                "customer_id": row["customer_id"].strip() or None,
            }
            for row in csv.DictReader(file)
        ]
    with transaction() as session:
        session.connection().execute(insert(OrderLine), rows)
        found = visits_frame(session, Dataset.COMPANY, company().zone)
    bought = found[found["lines"] > 0].groupby("customer_id").size()
    net = (found["revenue"] - found["returned"]).groupby(found["customer_id"]).sum()
    with (folder / "tabla_esperada.csv").open(encoding="utf-8-sig") as file:
        expected = list(csv.DictReader(file))
    assert len(expected) == 55 and set(net.index) == {row["customer_id"] for row in expected}
    for row in expected:
        customer = row["customer_id"]
        assert bought.get(customer, 0) == int(row["purchases (total>0)"])
        assert net[customer] == pytest.approx(float(row["net_monetary"]))
