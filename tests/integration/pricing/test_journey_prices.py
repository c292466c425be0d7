"""One product, followed from the rows of a file to the outcome of the price that was decided for it."""

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import Engine
from sqlmodel import Session
from typer.testing import CliRunner

from ml_insights.__main__ import add_slices, app
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.settings import settings
from ml_insights.ledger import queries as ledger
from ml_insights.ledger.service import verify
from ml_insights.pricing import queries
from ml_insights.pricing.tables import PriceState
from tests.integration.pricing.conftest import calling, run_job

FIRST, LAST = date(2025, 1, 6), date(2025, 9, 7)
PRODUCTS = {"BREAD-1": -1.2, "MILK-2": -2.0, "SALT-3": -1.6}
SUBJECT = "product/BREAD-1"


def price_of(product: str, day: date) -> float:
    """Another one each week, by a rule that looks like none; the usual one at the end."""
    if day > LAST - timedelta(days=14):
        return 10.0
    week = np.random.default_rng(day.toordinal() // 7 * 10 + len(product) + ord(product[0]))
    return round(10.0 * float(np.exp(week.normal(0, 0.1))), 2)


def import_files(folder: Path, days: list[date], price: float | None = None) -> None:
    """Orders of these days, and what the products cost, as a person imports them."""
    orders, products = folder / f"orders-{days[0]}.csv", folder / "products.csv"
    with orders.open("w", newline="", encoding="utf-8") as text:
        rows = csv.writer(text)
        rows.writerow(["order_id", "ordered_at", "product_id", "quantity", "unit_price"])
        for day in days:
            for product, elasticity in PRODUCTS.items():
                charged = price if price and product == "BREAD-1" else price_of(product, day)
                units = round(60 * (charged / 10) ** elasticity)
                rows.writerow([f"{product}-{day}", f"{day} 11:00", product, units, charged])
    products.write_text("product_id,name,unit_cost\n" + "".join(f"{name},The {name},6\n" for name in PRODUCTS))
    for file, contract in ((products, "products"), (orders, "orders")):
        done = CliRunner().invoke(app, ["import", str(file), "--as", contract])
        assert done.exit_code == 0, done.output


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), settings().zone)


async def test_from_a_source_row_to_the_outcome_of_a_price(database: Engine, session: Session, tmp_path: Path) -> None:
    add_slices()
    days = [FIRST + timedelta(days=day) for day in range((LAST - FIRST).days + 1)]
    monday = LAST + timedelta(days=1)
    with clock.frozen(at(monday)):
        import_files(tmp_path, days)
        run_job("prices", dataset="company")
        async with calling() as client:
            told = (await client.post("/predict/price", json={"product": "BREAD-1"})).json()
            assert told["elasticity"]["lo_95"] < -1.2 < told["elasticity"]["hi_95"]
            price = told["suggestion"]["price"]
            assert price > told["present_price"], "the margin is far below what this elasticity bears"
            decision = {"product": "BREAD-1", "action": "approve", "price": price}
            assert (await client.post("/prices/decisions", json=decision)).status_code == 201
            applied = await client.post("/prices/decisions", json={"product": "BREAD-1", "action": "apply"})
            assert applied.status_code == 201, applied.text

    story = ledger.story(session, Dataset.COMPANY, SUBJECT)
    (decided,) = story.decisions
    assert (decided.id, decided.action, decided.detail["price"]) == (
        applied.json()["ledger_id"],
        "price applied",
        price,
    )
    predicted = next(one for one in story.predictions if one.id == decided.prediction_id)
    assert predicted.model == decided.model == "prices/1" and predicted.outcome is None
    assert predicted.target_at == at(monday + timedelta(days=14), 0), "the first whole week at the new price"
    assert predicted.lo_80 is not None and predicted.value is not None and predicted.lo_80 < predicted.value

    later = [monday + timedelta(days=day) for day in range(15)]
    with clock.frozen(at(later[-1], 18)):
        import_files(tmp_path, later, price)
        assert (run_job("mature-outcomes").result or {})["outcomes"] > 0
        run_job("prices", dataset="company")

    session.expire_all()
    release = queries.current_release(session, Dataset.COMPANY)
    assert release is not None and release.as_of == later[-2]
    detail = queries.detail(session, release, "BREAD-1")
    assert detail is not None and detail.product.price == price, "the applied price is the present one now"
    (kept,) = detail.decisions
    week = round(60 * (price / 10) ** -1.2) * 7
    assert (kept.state, kept.actual_quantity) == (PriceState.APPLIED, week)
    assert predicted.lo_80 * 0.8 <= week <= (predicted.hi_80 or 0) * 1.25
    assert verify(session, Dataset.COMPANY).breach is None
