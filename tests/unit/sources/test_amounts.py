"""What the lines of invented files are worth, where amounts of lines, discounts or taxes stand beside the price."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_insights.sources import pipeline
from ml_insights.sources.discounts import is_discount
from tests.unit.sources.test_row_meaning import checked, inspected, opened, settled

DISCOUNTED = """
Order ID,Date,Customer,SKU,Quantity,Unit Price,Discount,Line Total
1001,2026-01-03,Ana,P1,2,10000,0,20000
1002,2026-01-04,Luis,P2,3,10000,2500,27500
1003,2026-01-05,Eva,P1,1,10000,1000,9000
1004,2026-01-06,Ana,P3,5,2000,0,10000
1004,2026-01-06,Ana,P1,1,10000,500,9500
"""


def revenues(found, name: str) -> dict[str, float | None]:
    """Revenue under each answer."""
    answers = next(one for one in found.decisions if one.name == name).options
    return {one.value: checked(found, **{name: one.value})[0].revenue for one in answers}


def test_lines_worth_less_than_their_price_are_asked_about(tmp_path: Path):
    found = inspected(tmp_path, DISCOUNTED)
    asked = opened(found)["line_total"]
    assert (asked.values["lines"], asked.proposed, asked.examples) == (3, "total", (("3 × 10000", "27500"),))
    assert revenues(found, "line_total") == {"total": 76_000, "price": 80_000}


@pytest.mark.parametrize(
    ("text", "total", "price"),
    [
        ("Folio;Fecha;Cliente;Codigo;Cantidad;Precio;Dcto %;Total\n1;2026-01-03;A;P;2;10000;10;18000\n"
         "2;2026-01-04;B;P;3;5000;0;15000\n3;2026-01-05;A;P;1;10000;20;8000\n", 41_000, 45_000),
        ("Pedido;Fecha;Producto;Cantidad;Precio;Descuento;Total línea\n1;2026-01-03;Café;2;10.000;2.000;18.000\n"
         "1;2026-01-03;Té;3;5.000;0;15.000\n2;2026-01-04;Café;1;10.500;2.500;8.000\n", 41_000, 45_500),
        ("Pedido;Fecha;Producto;Cantidad;Precio;Neto\n1;2026-01-03;Café;2;1190;2000\n1;2026-01-03;Té;1;595;500\n",
         2_500, 2_975),
    ],
)  # fmt: skip
def test_each_answer_gives_its_own_revenue(tmp_path: Path, text: str, total: float, price: float):
    assert revenues(inspected(tmp_path, text), "line_total") == {"total": total, "price": price}


def test_amounts_with_a_tax_suggest_nothing(tmp_path: Path):
    found = inspected(
        tmp_path,
        "Folio;Fecha;Codigo;Cantidad;Precio neto;Total con IVA\n1;2026-01-03;A1;2;10000;23800\n"
        "2;2026-01-04;A2;1;5000;5950\n",
    )
    assert opened(found)["line_total"].proposed == ""
    assert "line_total" in opened(settled(found))


def test_a_price_that_rises_with_the_quantity_is_asked_about(tmp_path: Path):
    rows = ("1,Coffee,3,30000", "2,Coffee,1,10000", "3,Tea,2,8000", "4,Tea,1,4000")
    text = "order_id,date,product,quantity,price\n" + "\n".join(row.replace(",", ",2026-01-03,", 1) for row in rows)
    found = inspected(tmp_path, text)
    assert opened(found)["line_total"].proposed == "total"
    assert revenues(found, "line_total") == {"total": 52_000, "price": 120_000}


CLEAN = """
Order ID,Date,Customer,SKU,Qty,Unit Price,Discount,Total
1,2026-01-03,Ana,M1,2,10000,0,20000
1,2026-01-03,Ana,C1,1,5000,,5000
2,2026-01-04,Eva,M1,1,10000,0,10000
3,2026-01-05,Eva,C1,2,5000,0,10000
"""


@pytest.mark.parametrize(
    "text",
    [
        CLEAN,
        "Folio,Fecha,Codigo,Cantidad,Precio unitario,Neto,IVA,Total\n1,2026-01-03,A,2,100,200,38,238\n",
        "Order ID,Date,SKU,Qty,Price,Total\n1,2026-01-03,M,2,100,250\n1,2026-01-03,C,1,50,250\n2,2026-01-04,M,1,9,9\n",
        "Order ID,Date,SKU,Qty,Price,Total\n1,2026-01-03,M,2,100,230\n2,2026-01-03,C,1,50,81\n3,2026-01-04,M,1,9,40\n",
        "Order ID,Date,SKU,Qty,Price,List price,Discount\n1,2026-01-03,M,2,90,100,10%\n2,2026-01-03,C,1,50,50,0%\n",
        "Order ID,Date,SKU,Qty,Gross Sales,Discounts,Net Sales\n1,2026-01-03,L,2,70,-7,63\n2,2026-01-03,T,1,9,0,9\n",
    ],
)
def test_what_adds_up_puts_no_question(tmp_path: Path, text: str):
    assert not {"line_total", "discount"} & opened(inspected(tmp_path, text)).keys()


@pytest.mark.parametrize(
    ("header", "cells", "revenue"),
    [
        ("Descuento %", ("10", "0", "20"), {"percent": 41_000, "none": 45_000}),
        ("Dscto.", ("10%", "", "20 %"), {"percent": 41_000, "none": 45_000}),
        ("Discount %", ("0.1", "0", "0.2"), {"share": 41_000, "none": 45_000}),
        ("Rebaja", ("-1000", "0", "2000"), {"line": 42_000, "unit": 41_000, "none": 45_000}),
        ("Desc", ("5", "0", "10"), {"percent": 43_000, "line": 44_985, "unit": 44_980, "none": 45_000}),
    ],
)
def test_a_discount_is_never_passed_over(tmp_path: Path, header: str, cells: tuple[str, ...], revenue: dict):
    rows = zip(("A;2;10000", "B;3;5000", "A;1;10000"), cells, strict=True)
    lines = [f"{place};2026-01-0{place};{row};{cell}" for place, (row, cell) in enumerate(rows, 1)]
    found = inspected(tmp_path, f"Pedido;Fecha;SKU;Cantidad;Precio;{header}\n" + "\n".join(lines))
    assert opened(found)["discount"].proposed == ""
    assert revenues(found, "discount") == revenue


def test_the_lines_of_a_product_say_that_a_discount_is_taken_off(tmp_path: Path):
    rows = [f"{n},2026-01-03,A,{n},{1000 * n * (1 - n / 10):g},{n / 10}" for n in range(1, 6)]
    found = inspected(tmp_path, "Order ID,Date,SKU,Quantity,Sales,Discount\n" + "\n".join(rows))
    assert "discount" not in {one.name for one in found.decisions}


def test_a_discount_that_is_more_than_the_line_is_refused(tmp_path: Path):
    text = DISCOUNTED.replace(",Line Total", "").replace(",27500", "").replace(",2500", ",99000")
    text = "\n".join(line.rsplit(",", 1)[0] if line.count(",") == 7 else line for line in text.strip().splitlines())
    _, refused = checked(inspected(tmp_path, text), discount="line")
    assert [(row.row, row.problems[0].code) for row in refused] == [(3, "not-a-discount")]


SHOPIFY = """
Name,Financial Status,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Refunded Amount
#1,paid,27000,1000,2026-01-03,2,Mug,10000,0
#1,,,,2026-01-03,1,Cup,5000,
#2,paid,12000,1000,2026-01-04,1,Mug,10000,4500
"""


def test_the_discount_of_an_order_is_taken_off_its_lines_once(tmp_path: Path):
    found = inspected(tmp_path, SHOPIFY)
    assert opened(found).keys() == set()
    told = next(one for one in found.decisions if one.name == "discount")
    assert (told.proposed, [one.value for one in told.options]) == ("none", ["order", "none"])
    assert revenues(found, "discount") == {"order": 24_000 + 4_500, "none": 25_000 + 5_500}
    assert checked(found, discount="order")[0].refunds == 4_500
    single = SHOPIFY.replace("#1,,,,2026-01-03,1,Cup,5000,\n", "")
    assert opened(inspected(tmp_path, single)).keys() == set()


def test_a_discount_that_other_lines_of_the_order_lack_is_of_the_line(tmp_path: Path):
    rows = "1,2026-01-03,M,2,10000,0\n1,2026-01-03,C,1,5000,500\n2,2026-01-04,M,1,10000,1000\n"
    found = inspected(tmp_path, "Order ID,Date,SKU,Product Qty,Product Price,Product Discount\n" + rows)
    assert [one.value for one in opened(found)["discount"].options] == ["line", "none"]
    assert revenues(found, "discount") == {"line": 33_500, "none": 35_000}


def test_the_subtotal_of_a_known_program_is_what_a_line_is_worth(tmp_path: Path):
    text = (
        "Order Reference,Order Date,Order Lines/Product,Order Lines/Quantity,Order Lines/Unit Price,"
        "Order Lines/Discount (%),Order Lines/Subtotal\n"
        "S1,2026-03-02,Balm,2,1500,10,2700\nS1,2026-03-02,Mixer,1,5000,0,5000\nS2,2026-03-03,Mixer,3,5000,0,15000\n"
    )
    found = inspected(tmp_path, text)
    assert opened(found).keys() == set()
    assert checked(found)[0].revenue == 22_700
    assert revenues(found, "line_total") == {"total": 22_700, "price": 23_000}


def test_the_price_of_an_item_at_amazon_is_of_the_line(tmp_path: Path):
    text = (
        "amazon-order-id\tpurchase-date\torder-status\tproduct-name\tsku\tasin\tquantity\tcurrency\titem-price\n"
        "1-1\t2026-01-03T10:00:00+00:00\tShipped\tMug\tM1\tB1\t3\tCLP\t30000\n"
        "1-2\t2026-01-04T10:00:00+00:00\tShipped\tCup\tC1\tB2\t1\tCLP\t5000\n"
    )
    summary, _ = checked(inspected(tmp_path, text))
    assert (summary.units, summary.revenue) == (4, 35_000)
    report = (
        "order-id\torder-item-id\tpurchase-date\tbuyer-email\tsku\tproduct-name\tquantity-purchased\titem-price\n"
        "1-1\t7\t2026-01-03T10:00:00+00:00\ta@x.cl\tM1\tMug\t3\t30000\n"
    )
    found = inspected(tmp_path, report)
    assert (opened(found), checked(found)[0].revenue) == ({}, 30_000)


def test_amounts_that_are_negative_alone_are_asked_about(tmp_path: Path):
    lines = [f"{n},2026-01-03,P{n % 9},1,5000,{-5000 if n == 50 else 5000}" for n in range(1, 101)]
    found = inspected(tmp_path, "Folio,Fecha,Codigo,Cantidad,Precio,Total\n" + "\n".join(lines))
    asked = opened(found)["line_total"]
    assert (asked.proposed, asked.values["negative"]) == ("total", 1)
    assert revenues(found, "line_total") == {"total": 98 * 5_000, "price": 100 * 5_000}
    kinds = ["Nota de crédito" if n == 50 else "Boleta" for n in range(1, 101)]
    stated = [f"{line},{kind}" for line, kind in zip(lines, kinds, strict=True)]
    found = inspected(tmp_path, "Folio,Fecha,Codigo,Cantidad,Precio,Total,Tipo\n" + "\n".join(stated))
    assert (opened(found).keys(), checked(found)[0].revenue) == ({"states"}, 98 * 5_000)


def test_another_price_is_compared_anew(tmp_path: Path):
    rows = "1,2026-01-03,P1,2,10000,9000,18000\n2,2026-01-04,P2,3,5000,5000,15000\n"
    found = inspected(tmp_path, "Order ID,Date,SKU,Quantity,Unit Price,Paid each,Line Total\n" + rows)
    assert opened(found)["line_total"].values["price"] == "Unit Price"
    columns = {**found.reading.columns, "unit_price": "Paid each"}
    again = pipeline.with_columns(found.path, "file.csv", found, columns)
    assert (opened(again), again.reading.columns["unit_price"], again.reading.fed.get("total")) == (
        {},
        "Paid each",
        None,
    )
    assert checked(again)[0].revenue == 33_000


@pytest.mark.parametrize(
    ("header", "is_one"),
    [
        ("Descuento (con IVA)", True),
        ("TotalDiscount", True),
        ("% Dcto", True),
        ("item-promotion-discount", True),
        ("Rabatt %", True),
        ("Precio con descuento", False),
        ("Discount Code", False),
        ("Shipping Discount", False),
        ("discount_tax", False),
        ("Descripción", False),
    ],
)
def test_what_is_called_a_discount(header: str, is_one: bool):
    assert is_discount(header) is is_one
