"""A small shop with known sales, and an engine that takes seconds."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert

from ml.demand import model
from ml.demand.candidates.naive import SeasonalNaive
from ml.demand.candidates.smoothing import DAMPED_TREND, Smoothing
from ml_insights.commerce.tables import Dataset, OrderLine, Product
from ml_insights.core.database import transaction
from ml_insights.demand.service import answers
from ml_insights.jobs import runner, service
from ml_insights.jobs.facts import RunFact

FIRST_DAY = datetime(2025, 1, 6, 15, tzinfo=UTC)
DAYS = 200
WEEK = (4, 5, 6, 7, 8, 2, 0)
"""Pieces of "bread" sold on each weekday."""


@pytest.fixture
def quick_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tournament with two cheap candidates; how good they are is not what these tests are about."""
    field = [SeasonalNaive(), Smoothing("damped_trend", DAMPED_TREND)]
    monkeypatch.setattr(model, "candidates", lambda country, seed: field)
    monkeypatch.setattr(answers, "FRESH_SECONDS", 0.0)


def line(product: str, day: int, quantity: float, price: float = 10.0) -> dict[str, object]:
    return {
        "dataset": Dataset.COMPANY,
        "order_id": f"{product}-{day}-{quantity}",
        "product_id": product,
        "occurrence": 0,
        "ordered_at": FIRST_DAY + timedelta(days=day),
        "quantity": quantity,
        "unit_price": price,
    }


def add_lines(lines: list[dict[str, object]]) -> None:
    with transaction() as session:
        session.connection().execute(insert(OrderLine), lines)


@pytest.fixture
def shop(database: Engine, quick_engine: None) -> Engine:
    """Bread with a weekly rhythm and one return, milk every day, and salt that sold only once, on the last day."""
    lines = [line("bread", day, WEEK[day % 7]) for day in range(DAYS) if WEEK[day % 7]]
    lines += [line("milk", day, 3.0 + day % 2, price=2.0) for day in range(DAYS)]
    lines += [line("bread", 50, -100.0), line("salt", DAYS - 1, 1.0)]
    add_lines(lines)
    with transaction() as session:
        session.add(Product(dataset=Dataset.COMPANY, product_id="bread", name="Brown bread", category="Bakery"))
        session.add(Product(dataset=Dataset.COMPANY, product_id="milk", name="=Milk()", category="Dairy"))
    return database


def compute(force: bool = False) -> RunFact:
    """Run the job in this process."""
    with transaction() as session:
        run_id = service.enqueue(session, "demand-forecast", "tester", dataset="company", force=force).id or 0
    return runner.run_now(run_id)
