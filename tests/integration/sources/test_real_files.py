"""Real files that nobody here made."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ml_insights.commerce.queries import counts, daily_totals, order_lines_frame
from ml_insights.commerce.tables import Dataset
from ml_insights.core.settings import settings
from tests.integration.sources.test_import import run

pytestmark = pytest.mark.real_data


@pytest.mark.slow
def test_online_retail_enters_whole_and_once(database: Engine, real_data: Path):
    path = real_data / "online_retail_uci" / "online_retail.csv.gz"
    batch, refused = run(path)
    assert (batch.counts["added"], refused) == (541_909, [])
    assert (batch.tally["anonymous"], batch.tally["negative_prices"]) == (135_080, 2)
    with Session(database) as session:
        frame = order_lines_frame(session, Dataset.COMPANY)
        days = daily_totals(session, Dataset.COMPANY, settings().zone)
        assert counts(session, Dataset.COMPANY).orders == 25_900
    revenue = (frame["quantity"] * frame["unit_price"]).sum()
    assert revenue == pytest.approx(9_747_747.93, abs=0.01)
    assert days["revenue"].sum() == pytest.approx(revenue) and days["units"].sum() == frame["quantity"].sum()
    assert run(path)[0].counts == {"added": 0, "unchanged": 541_909, "updated": 0, "kept": 0}


def test_superstore_has_days_first_and_amounts(database: Engine, real_data: Path):
    path = real_data / "superstore_tableau" / "superstore.csv.gz"
    batch, refused = run(path)
    assert (batch.counts["added"], refused, batch.reading["date_format"]) == (10_194, [], "day-first")
    with Session(database) as session:
        found = counts(session, Dataset.COMPANY)
        frame = order_lines_frame(session, Dataset.COMPANY)
    assert found.first is not None and found.last is not None
    assert (found.first.year, found.last.astimezone(settings().zone).year) == (2019, 2022)
    assert (frame["quantity"] * frame["unit_price"]).sum() == pytest.approx(2_326_534.35, abs=0.01)
    assert run(path, "products")[0].counts["added"] == 1862
