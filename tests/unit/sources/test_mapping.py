"""Which header feeds which column."""

import pytest

from ml.frames import CONTRACTS
from ml_insights.sources.mapping import missing_columns, propose_columns, total_header

ORDERS = CONTRACTS["orders"]


@pytest.mark.parametrize(
    "headers",
    [
        ["ORDER_ID", "ORDERED_AT", "PRODUCT_ID", "QUANTITY", "UNIT_PRICE"],
        ["InvoiceNo", "InvoiceDate", "StockCode", "Quantity", "UnitPrice"],
        ["Order ID", " Order Date ", "Product ID", "Qty", "Price"],
        ["N° Pedido", "Fecha", "Código", "Cantidad", "Precio unitario"],
        ["Folio", "Fecha emisión", "SKU", "Unidades", "Precio"],
    ],
)
def test_usual_names_are_understood(headers: list[str]):
    assert list(propose_columns(ORDERS, headers).values()) == headers


def test_the_contracts_own_name_wins():
    columns = propose_columns(ORDERS, ["invoice", "date", "ordered_at", "order_id"])
    assert columns == {"order_id": "order_id", "ordered_at": "ordered_at"}


def test_an_amount_is_offered_but_never_taken():
    headers = ["Order ID", "Order Date", "Product ID", "Quantity", "Sales"]
    columns = propose_columns(ORDERS, headers)
    assert "Sales" not in columns.values()
    assert total_header(ORDERS, headers, columns) == "Sales"
    assert missing_columns(ORDERS, columns) == ["unit_price"]
    assert missing_columns(ORDERS, columns | {"total": "Sales"}) == []


def test_with_a_price_no_amount_is_offered():
    headers = ["Order ID", "Price", "Sales"]
    assert total_header(ORDERS, headers, propose_columns(ORDERS, headers)) is None


def test_spanish_customers_and_products():
    assert propose_columns(CONTRACTS["customers"], ["RUT", "Razón Social", "Teléfono", "Región"]) == {
        "customer_id": "RUT",
        "name": "Razón Social",
        "phone": "Teléfono",
        "region": "Región",
    }
    assert propose_columns(CONTRACTS["products"], ["Código", "Descripción", "Familia", "Costo"]) == {
        "product_id": "Código",
        "name": "Descripción",
        "category": "Familia",
        "unit_cost": "Costo",
    }
