"""What is said of a file without being asked: cents in a currency that has none, names of products beside codes."""

from pathlib import Path

import pytest

from ml_insights.core.company import fixed
from ml_insights.core.company_facts import Company
from ml_insights.sources import pipeline
from ml_insights.sources.remarks import CENTS, NAMES

HEADER = "order_id,ordered_at,product_id,quantity,unit_price"


def remarks(path: Path, currency: str, prices: list[str]) -> list[dict[str, object]]:
    rows = [f"{number},2026-06-01,p{number % 2},2,{price}" for number, price in enumerate(prices)]
    path.write_text("\n".join([HEADER, *rows]))
    with fixed(Company(currency, "CL", "America/Santiago")):
        found = pipeline.inspect_file(path, "orders", limit_mb=10, zone="America/Santiago")
    return [one.values for one in found.remarks if one.message == CENTS]


@pytest.mark.parametrize(
    ("currency", "prices", "told"),
    [
        ("CLP", ["3", "2.55", "3.39", "0.85"], 1),
        ("GBP", ["2.55", "3.39", "0.85", "3"], 0),
        ("CLP", ["2990", "1500", "990", "1190.50"], 0),
        ("CLP", ["2990", "1500", "x", "990"], 0),
    ],
)
def test_cents_in_a_currency_without_any_are_told(tmp_path: Path, currency: str, prices: list[str], told: int) -> None:
    found = remarks(tmp_path / "orders.csv", currency, prices)
    assert found == [{"header": "unit_price", "example": "2.55", "currency": "CLP"}][:told]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice", ["Description"]),
        ("Pedido,Fecha,SKU,Nombre producto,Cantidad,Precio", ["Nombre producto"]),
        ("Pedido,Fecha,Producto,Cantidad,Precio", []),
        ("Pedido,Fecha,Descripción,Cantidad,Precio", []),
    ],
)
def test_names_of_products_are_told(tmp_path: Path, columns: str, told: list[str]) -> None:
    values = {"InvoiceDate": "2026-06-01", "Fecha": "2026-06-01", "UnitPrice": "2.55", "Precio": "2990"}
    row = ",".join(values.get(name, "1") for name in columns.split(","))
    file = tmp_path / "orders.csv"
    file.write_text(f"{columns}\n{row}\n", encoding="utf-8")
    found = pipeline.inspect_file(file, "orders", limit_mb=10, zone="America/Santiago")
    assert [one.values["header"] for one in found.remarks if one.message == NAMES] == told
