"""A promotion sells more than its lower price does: orders that say which lines were promoted keep the two apart."""

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from ml_insights.__main__ import add_slices, app
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.database import reading
from ml_insights.core.settings import settings
from ml_insights.pricing import queries
from ml_insights.pricing.facts import ProductFact
from tests.integration.pricing.conftest import run_job

FIRST, WEEKS = date(2024, 1, 1), 104
ELASTICITY, LIFT = -1.3, 2.2
"""Of price alone, and how many times as much a promotion sells at the same price."""
WORDS = {"words": ("sí", "no"), "names": ("CyberDay 2x1", ""), "numbers": ("1", "0")}


def priced(file: Path, last: date) -> dict[str, ProductFact]:
    """What is said of each product after the import of a file, on the morning after its last week."""
    add_slices()
    with clock.frozen(datetime.combine(last + timedelta(days=1), time(9), settings().zone)):
        done = CliRunner().invoke(app, ["import", str(file), "--as", "orders", "--accept-proposed"])
        assert done.exit_code == 0, done.output
        run_job("prices", dataset="company")
    with reading() as session:
        release = queries.current_release(session, Dataset.COMPANY)
        assert release is not None
        found = [queries.detail(session, release, name) for name in queries.product_ids(session, release)]
    return {one.product.product_id: one.product for one in found if one}


def shop(file: Path, words: tuple[str, str] | None) -> Path:
    """Two years of a product whose regular price moves a little, and falls by a quarter whenever it is promoted."""
    random = np.random.default_rng(4)
    regular = 1000.0
    with file.open("w", newline="", encoding="utf-8") as text:
        rows = csv.writer(text)
        rows.writerow(["order_id", "ordered_at", "product_id", "quantity", "unit_price", *(["promo"] if words else [])])
        for week in range(WEEKS):
            if week % 6 == 0:
                regular = float(round(1000 * np.exp(random.normal(0, 0.06)), -1))
            promoted = week % 7 == 3
            price = round(regular * (0.75 if promoted else 1.0))
            units = 400 * (price / 1000) ** ELASTICITY * (LIFT if promoted else 1.0) * np.exp(random.normal(0, 0.02))
            day = FIRST + timedelta(weeks=week)
            row = [f"O{week}", f"{day} 11:00", "YOG-1", round(units), price]
            rows.writerow([*row, *([words[0 if promoted else 1]] if words else [])])
    return file


@pytest.mark.parametrize("words", list(WORDS.values()), ids=list(WORDS))
def test_a_promotion_column_of_orders_is_used(sqlite_database: Engine, tmp_path: Path, words: tuple[str, str]) -> None:
    last = FIRST + timedelta(days=7 * WEEKS - 1)
    (found,) = priced(shop(tmp_path / "orders.csv", words), last).values()
    assert found.elasticity == pytest.approx(ELASTICITY, abs=0.15)
    assert found.promoted is None, "what the data say needs no guess"


def test_without_a_mark_the_promotions_are_guessed_from_the_prices(sqlite_database: Engine, tmp_path: Path) -> None:
    last = FIRST + timedelta(days=7 * WEEKS - 1)
    (found,) = priced(shop(tmp_path / "orders.csv", None), last).values()
    assert found.elasticity is not None and -2.2 < found.elasticity < -1, "all prices together say -3.4"
    assert found.promoted is not None and found.promoted < found.elasticity - 1, "what promotions alone say is told"


def test_the_case_of_discounts_that_come_with_promotions(sqlite_database: Engine, cases: Path) -> None:
    file = cases / "21-elasticity-promo-confounding" / "semanas.csv"
    rows = list(csv.DictReader(file.open(encoding="utf-8")))
    last = date.fromisoformat(rows[-1]["order_date"]) + timedelta(days=6)
    (found,) = priced(file, last).values()
    assert found.elasticity == pytest.approx(-1.2, abs=0.1)
