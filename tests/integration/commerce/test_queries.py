"""Reads of order lines and products on both databases."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from ml_insights.commerce import queries
from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Dataset, OrderLine, Product


def line(order: str, product: str, at: datetime, quantity: float = 1, dataset: Dataset = Dataset.COMPANY) -> OrderLine:
    return OrderLine(
        dataset=dataset, order_id=order, product_id=product, ordered_at=at, quantity=quantity, unit_price=2.5
    )


@pytest.fixture
def filled(session: Session) -> Session:
    """Two orders on either side of midnight in Santiago, and one of the demo company."""
    session.add(line("A1", "P1", datetime(2024, 1, 16, 2, 59, tzinfo=UTC), 3))
    session.add(line("A2", "P2", datetime(2024, 1, 16, 3, 0, tzinfo=UTC), -1))
    session.add(line("D1", "P9", datetime(2024, 1, 20, tzinfo=UTC), 7, Dataset.DEMO))
    session.add(Product(dataset=Dataset.COMPANY, product_id="P1", name="Té", category="Bebidas", unit_cost=1))
    session.commit()
    return session


def test_an_empty_dataset_has_typed_frames(session: Session):
    frame = queries.order_lines_frame(session, Dataset.COMPANY)
    assert frame.empty and str(frame["ordered_at"].dtype) == "datetime64[us, UTC]"
    assert queries.daily_totals(session, Dataset.COMPANY, ZoneInfo("UTC")).empty
    assert queries.products_frame(session, Dataset.COMPANY).empty
    assert queries.active_dataset(session) == Dataset.DEMO
    assert queries.counts(session, Dataset.COMPANY).first is None


def test_datasets_never_mix(filled: Session):
    assert queries.active_dataset(filled) == Dataset.COMPANY
    frame = queries.order_lines_frame(filled, Dataset.COMPANY)
    assert sorted(frame["order_id"]) == ["A1", "A2"] and frame["quantity"].sum() == 2
    assert queries.counts(filled, Dataset.DEMO).order_lines == 1
    assert queries.products_frame(filled, Dataset.DEMO)["product_id"].tolist() == ["P9"]


def test_days_are_those_of_the_zone(filled: Session):
    totals = queries.daily_totals(filled, Dataset.COMPANY, ZoneInfo("America/Santiago"))
    assert totals["day"].dt.day.tolist() == [15, 16]
    assert totals["units"].tolist() == [3, -1] and totals["revenue"].tolist() == [7.5, -2.5]
    calcutta = queries.daily_totals(filled, Dataset.COMPANY, ZoneInfo("Asia/Kolkata"), product_ids=["P2"])
    assert calcutta["day"].dt.day.tolist() == [16] and calcutta["lines"].tolist() == [1]


def test_products_that_only_orders_name_are_listed(filled: Session):
    frame = queries.products_frame(filled, Dataset.COMPANY)
    assert frame["product_id"].tolist() == ["P1", "P2"] and frame["category"].tolist()[0] == "Bebidas"
    assert frame["unit_cost"].dtype == "float64"


def test_the_version_changes_with_the_rows_of_its_dataset(filled: Session):
    before = {dataset: queries.data_version(filled, dataset) for dataset in Dataset}
    mark_changed(filled, Dataset.COMPANY)
    after = {dataset: queries.data_version(filled, dataset) for dataset in Dataset}
    assert after[Dataset.COMPANY] != before[Dataset.COMPANY] and after[Dataset.DEMO] == before[Dataset.DEMO]
