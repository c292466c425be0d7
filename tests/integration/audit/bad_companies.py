"""Companies that models can learn little or nothing from, each in few rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import insert

from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Dataset, OrderLine, Product
from ml_insights.core.database import transaction
from ml_insights.logistics.tables import Delivery

FIRST = datetime(2025, 10, 6, 15, tzinfo=UTC)
"""A Monday."""
WEEKS = 60
Row = dict[str, Any]


def line(day: int, customer: str = "c0", quantity: float = 1.0, price: float = 10.0, product: str = "bread") -> Row:
    """A line of an order of its own, `day` days after the first one."""
    return {
        "dataset": Dataset.COMPANY,
        "order_id": f"{day}-{customer}-{product}-{quantity}",
        "product_id": product,
        "occurrence": 0,
        "ordered_at": FIRST + timedelta(days=day),
        "quantity": quantity,
        "unit_price": price,
        "customer_id": customer,
        "promotion": None,
    }


def one_day() -> Iterator[Row]:
    """Everything was sold on one Monday."""
    for number in range(12):
        yield line(0, f"c{number % 4}", 1.0 + number % 3, 5.0 + number % 2, f"product-{number % 3}")


def one_product() -> Iterator[Row]:
    """One product, sold once a week to one of five customers."""
    return (line(7 * week, f"c{week % 5}", 1.0 + week % 3) for week in range(WEEKS))


def one_customer() -> Iterator[Row]:
    """Three products, sold to one customer every few days."""
    return (line(3 * number, "c0", 1.0 + number % 4, 8.0, f"product-{number % 3}") for number in range(130))


def only_returns() -> Iterator[Row]:
    """Nothing but goods that came back."""
    return (line(2 * number, f"c{number % 9}", -1.0 - number % 2) for number in range(90))


def years_ago() -> Iterator[Row]:
    """Half a year of orders, fifteen years before they are read."""
    for number in range(300):
        row = line(number * 180 // 300, f"c{number % 40}", 1.0 + number % 4, 10.0, f"product-{number % 3}")
        yield row | {"ordered_at": row["ordered_at"] - timedelta(days=365 * 14 + 200)}


def back_after_a_year() -> Iterator[Row]:
    """Milk is sold daily; ice cream for three months, not for a year, and again for the last two weeks."""
    for day in range(90 + 365 + 14):
        yield line(day - 60, f"c{day % 20}", 4.0 + day % 3, 2.0, "milk")
        if not 90 <= day < 90 + 365:
            yield line(day - 60, f"c{day % 20}", 6.0 + day % 2, 3.0, "ice cream")


def _weekly(price_in: Callable[[int], float], promoted_in: Callable[[int], float | None]) -> Iterator[Row]:
    """A product each week to one of ten customers; what is promoted sells twice as much, by chance a bit more."""
    random = np.random.default_rng(1)
    for week in range(WEEKS):
        price, promoted = price_in(week), promoted_in(week)
        units = (
            100
            * (price / 10) ** -1.5
            * (2.0 if promoted or price < 10 else 1.0)
            * float(np.exp(random.normal(0, 0.05)))
        )
        for day in range(7):
            yield line(7 * week + day, f"c{(week + day) % 10}", round(units / 7), price) | {"promotion": promoted}


def prices_never_moved() -> Iterator[Row]:
    """One price all the time."""
    return _weekly(lambda _: 10.0, lambda _: None)


def prices_moved_once() -> Iterator[Row]:
    """One price until the middle, another one since."""
    return _weekly(lambda week: 10.0 if week < WEEKS // 2 else 8.0, lambda _: None)


def prices_moved_with_promotions() -> Iterator[Row]:
    """Lower in each promoted week, and marked so."""
    return _weekly(lambda week: 8.0 if week % 4 == 2 else 10.0, lambda week: float(week % 4 == 2))


def prices_moved_with_promotions_unmarked() -> Iterator[Row]:
    """The same without a mark."""
    return _weekly(lambda week: 8.0 if week % 4 == 2 else 10.0, lambda _: None)


COMPANIES: dict[str, Callable[[], Iterator[Row]]] = {
    made.__name__: made
    for made in (
        one_day,
        one_product,
        one_customer,
        only_returns,
        years_ago,
        back_after_a_year,
        prices_never_moved,
        prices_moved_once,
        prices_moved_with_promotions,
        prices_moved_with_promotions_unmarked,
    )
}


def found(name: str) -> None:
    """Give the company these orders, with products that cost three fifths of their price, and one delivery."""
    rows = list(COMPANIES[name]())
    known = {"dataset": Dataset.COMPANY, "category": "Food"}
    costs = {row["product_id"]: 0.6 * row["unit_price"] for row in rows}
    trip = {"route_id": "R1", "departed_at": rows[0]["ordered_at"], "cost": 100.0, "distance_km": 5.0}
    with transaction() as session:
        session.connection().execute(insert(OrderLine), rows)
        session.add_all(Product(**known, product_id=one, name=one, unit_cost=cost) for one, cost in costs.items())
        session.add(Delivery(dataset=Dataset.COMPANY, **trip))
        mark_changed(session, Dataset.COMPANY)
