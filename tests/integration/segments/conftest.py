"""A shop with customers of known kinds: some buy often, some stopped, one never bought, one only gave back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Customer, Dataset, OrderLine
from ml_insights.core.database import transaction
from ml_insights.jobs import runner, service
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.tables import JobStatus

LAST = datetime(2025, 8, 20, 15, tzinfo=UTC)
EACH = 20


def line(customer: str, ago: int, value: float, order: str = "") -> dict[str, Any]:
    return {
        "dataset": Dataset.COMPANY,
        "order_id": order or f"{customer}-{ago}",
        "product_id": f"product-{ago % 5}",
        "occurrence": 0,
        "ordered_at": LAST - timedelta(days=ago),
        "quantity": 1.0 if value > 0 else -1.0,
        "unit_price": abs(value),
        "customer_id": customer,
    }


def sales() -> list[dict[str, Any]]:
    found = []
    for number in range(EACH):
        found += [line(f"best-{number}", ago, 150.0 + number) for ago in range(number % 6, 300, 7)]
        found += [line(f"lost-{number}", ago, 120.0 + number) for ago in range(100 + number, 330, 11)]
        found.append(line(f"fresh-{number}", 1 + number, 10.0 + number))
        found.append(line(f"old-{number}", 260 + number, 8.0 + number))
    return [*found, line("giver", 12, -30.0), line("best-0", 3, -20.0, order="back")]


def add(lines: list[dict[str, Any]]) -> None:
    with transaction() as session:
        session.connection().execute(insert(OrderLine), lines)
        mark_changed(session, Dataset.COMPANY)


def compute() -> RunFact:
    """The job, as the worker runs it."""
    with transaction() as session:
        run_id = service.enqueue(session, "segments", "tester", dataset="company", force=True).id or 0
    done = runner.run_now(run_id)
    assert (done.status, done.error) == (JobStatus.DONE, None)
    return done


@pytest.fixture
def shop(database: Engine) -> Engine:
    add(sales())
    with transaction() as session:
        session.add(Customer(dataset=Dataset.COMPANY, customer_id="best-0", name="Åsa 100% Ltd", region="North"))
        session.add(Customer(dataset=Dataset.COMPANY, customer_id="lost-1", name="Benito_y_hijos", region="South"))
        session.add(Customer(dataset=Dataset.COMPANY, customer_id="silent", name="Never Bought", region="South"))
    return database


@pytest.fixture
def segmented(shop: Engine) -> Engine:
    compute()
    return shop
