"""A company's first rows, of one kind alone: the site is theirs, what can be computed is, and the rest says why not."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import Engine, insert
from sqlmodel import Session, select

from ml_insights.churn.tables import ChurnAlert
from ml_insights.commerce.queries import active_dataset
from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Dataset
from ml_insights.core.computing import Computing, Stand, computer
from ml_insights.core.database import transaction
from ml_insights.logistics.tables import Delivery, RouteStop
from ml_insights.notifications.tables import Notification
from ml_insights.pricing.tables import PriceObservation
from tests.integration.churn.shop import trade

LAST = datetime(2024, 6, 30, 16, tzinfo=UTC)
OF = {"dataset": Dataset.COMPANY}


def prices() -> None:
    """A year of weekly prices and what they sold."""
    random = np.random.default_rng(0)
    rows = [
        {
            **OF,
            "period": date(2024, 6, 24) - timedelta(weeks=week),
            "product_id": f"P{product}",
            "store": "",
            "price": price,
            "quantity": round(50 * (price / 10) ** -1.5),
        }
        for product in range(4)
        for week in range(52)
        for price in [float(random.choice([9, 10, 11, 12]))]
    ]
    _add(PriceObservation, rows)


def deliveries() -> None:
    """Trips whose cost is their distance."""
    random = np.random.default_rng(0)
    lengths = random.uniform(10, 200, 300)
    rows = [
        {
            **OF,
            "route_id": f"R{number}",
            "departed_at": LAST - timedelta(hours=12 * number),
            "cost": 500 + 30 * length + random.normal(0, 20),
            "distance_km": length,
        }
        for number, length in enumerate(lengths)
    ]
    _add(Delivery, rows)


def stops() -> None:
    """One trip of five stops."""
    _add(RouteStop, [{**OF, "route_id": "R1", "seq": n, "lat": -33.4 - n / 100, "lon": -70.6} for n in range(5)])


def _add(table: type, rows: list[dict[str, object]]) -> None:
    with transaction() as session:
        session.connection().execute(insert(table), rows)
        mark_changed(session, Dataset.COMPANY)


@pytest.mark.parametrize(
    ("imported", "ready"),
    [(prices, {"prices": date(2024, 6, 30)}), (deliveries, {"route-cost": date(2024, 6, 30)}), (stops, {})],
    ids=["prices", "deliveries", "stops"],
)
def test_one_kind_alone_is_used_and_the_rest_says_why_not(
    database: Engine, imported: Callable[[], None], ready: dict[str, date]
) -> None:
    imported()
    done = computer().work("tester", None)
    assert done.dataset == "company"
    assert {name: model.until for name, model in done.models.items() if model.stand == Stand.READY} == ready
    unused = [model for name, model in done.models.items() if name not in ready]
    assert {model.stand for model in unused} == {Stand.NOT_USED}
    assert all("among your data" in model.why or "whole week" in model.why for model in unused)


def test_old_orders_are_computed_as_of_their_last_day_and_alert_nobody(database: Engine, session: Session) -> None:
    trade(LAST)
    done: Computing = computer().work("tester", None)
    assert active_dataset(session) == Dataset.COMPANY
    ready = {name for name, model in done.models.items() if model.stand == Stand.READY}
    assert {"demand", "segments", "churn"} <= ready
    assert {done.models[name].until for name in ("demand", "segments", "churn")} == {date(2024, 6, 30)}
    assert session.exec(select(ChurnAlert)).all() == session.exec(select(Notification)).all() == []
