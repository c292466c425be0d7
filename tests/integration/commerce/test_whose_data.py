"""Whose data pages show, how old they are, and what is said about that."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, insert
from sqlmodel import Session, SQLModel

from ml_insights.capabilities import capabilities
from ml_insights.commerce import queries
from ml_insights.commerce.notices import orders_missing
from ml_insights.commerce.queries import reach
from ml_insights.commerce.queries.reach import old_orders
from ml_insights.commerce.service import customers_missing, mark_changed
from ml_insights.commerce.tables import Customer, Dataset, OrderLine, Product
from ml_insights.core import clock
from ml_insights.core.capability import ImportTarget, load
from ml_insights.core.i18n import gettext
from ml_insights.logistics.tables import Delivery, RouteStop
from ml_insights.pricing.tables import PriceObservation

NOON = datetime(2024, 6, 30, 16, tzinfo=UTC)
OF = {"dataset": Dataset.COMPANY}
TARGETS = [target for capability in capabilities() for target in capability.imports]
ROWS: dict[str, Callable[[], SQLModel]] = {
    "orders": lambda: OrderLine(**OF, order_id="1", product_id="P", ordered_at=NOON, quantity=1, unit_price=1),
    "customers": lambda: Customer(**OF, customer_id="C"),
    "products": lambda: Product(**OF, product_id="P"),
    "prices": lambda: PriceObservation(**OF, period=date(2024, 6, 24), product_id="P", price=1, quantity=1),
    "deliveries": lambda: Delivery(**OF, route_id="R", departed_at=NOON, cost=1),
    "stops": lambda: RouteStop(**OF, route_id="R", seq=0, lat=-33.4, lon=-70.6),
}


@pytest.fixture
def demo(session: Session) -> Session:
    """A demo company with an order of its own."""
    session.add(
        OrderLine(dataset=Dataset.DEMO, order_id="1", product_id="P", ordered_at=NOON, quantity=1, unit_price=1)
    )
    session.commit()
    return session


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.contract)
def test_a_row_of_any_kind_makes_the_site_the_companys(demo: Session, target: ImportTarget) -> None:
    assert queries.active_dataset(demo) == Dataset.DEMO
    demo.add(ROWS[target.contract]())
    demo.commit()
    assert queries.active_dataset(demo) == Dataset.COMPANY
    table: Any = load(target.table)
    demo.exec(delete(table).where(table.dataset == Dataset.COMPANY))
    demo.commit()
    assert queries.active_dataset(demo) == Dataset.DEMO


def trade(session: Session, last: datetime, days: int = 60, gap: int = 1) -> None:
    rows = [
        {
            **OF,
            "order_id": f"{last:%Y}-{number}",
            "product_id": "P",
            "occurrence": 0,
            "ordered_at": last - timedelta(days=number * gap),
            "quantity": 1.0,
            "unit_price": 1.0,
        }
        for number in range(days)
    ]
    session.connection().execute(insert(OrderLine), rows)
    mark_changed(session, Dataset.COMPANY)
    session.commit()


def test_orders_that_end_long_ago_are_told(session: Session) -> None:
    trade(session, NOON)
    with clock.frozen(NOON + timedelta(days=10)):
        assert old_orders(session, Dataset.COMPANY) is None
        assert orders_missing(session) is None
    with clock.frozen(datetime(2026, 11, 22, tzinfo=UTC)):
        assert old_orders(session, Dataset.COMPANY) == date(2024, 6, 30)
        notice = orders_missing(session)
        assert notice is not None and notice.route == "/import"
        assert "Jun 30, 2024" in gettext(notice.message, "en", **notice.values)
        assert "30 jun 2024" in gettext(notice.message, "es", **notice.values).replace(".", "")


def test_a_monthly_supplier_is_waited_for(session: Session) -> None:
    trade(session, NOON, days=12, gap=30)
    with clock.frozen(NOON + timedelta(days=60)):
        assert old_orders(session, Dataset.COMPANY) is None
    with clock.frozen(NOON + timedelta(days=150)):
        assert old_orders(session, Dataset.COMPANY) == date(2024, 6, 30)


def test_newer_orders_end_the_warning(session: Session) -> None:
    trade(session, NOON)
    with clock.frozen(datetime(2026, 11, 22, tzinfo=UTC)):
        assert old_orders(session, Dataset.COMPANY)
        trade(session, clock.now())
        assert old_orders(session, Dataset.COMPANY) is None


def test_orders_are_gone_through_once_for_each_state_of_the_data(session: Session) -> None:
    trade(session, NOON)
    reach._known.clear()
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *call: asked.append(call[2]))
    with clock.frozen(datetime(2026, 11, 22, tzinfo=UTC)):
        old_orders(session, Dataset.COMPANY)
        scans = sum("order_lines" in one and "max(order_lines.id)" not in one for one in asked)
        asked.clear()
        old_orders(session, Dataset.COMPANY)
    assert scans == 2
    assert not any("ordered_at" in one for one in asked)


def test_the_demo_company_is_never_called_old(demo: Session) -> None:
    with clock.frozen(datetime(2026, 11, 22, tzinfo=UTC)):
        assert orders_missing(demo) is None


def test_why_there_is_nobody_to_learn_from(session: Session) -> None:
    assert customers_missing(session, Dataset.COMPANY).code == "no-orders"
    session.add(ROWS["orders"]())
    session.commit()
    assert customers_missing(session, Dataset.COMPANY).code == "no-customers-named"
