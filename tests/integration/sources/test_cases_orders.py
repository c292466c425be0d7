"""The awkward order files: what a check says of them, and what really stands in the tables after an import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from ml_insights.core import clock
from ml_insights.core.database import transaction
from ml_insights.core.errors import ProductError
from ml_insights.sources import answers, errors, pipeline, service
from ml_insights.sources.facts import Answer, Summary

FIGURES = """
    SELECT count(*), count(DISTINCT order_id), count(DISTINCT customer_id), count(DISTINCT product_id),
           sum(quantity), sum(quantity * unit_price)
    FROM order_lines
"""

STATES: tuple[str, ...] = ("paid", "refunded", "partially_refunded", "voided")


def inspected(path: Path, **given: Answer):
    """The file with every proposal taken, and `given` over it."""
    found = pipeline.inspect_file(path, "orders", limit_mb=100, zone="America/Santiago")
    return answers.settle(found, {**answers.proposals(found), **given})


def checked(path: Path, **given: Answer) -> Summary:
    """What a check says, without writing anything."""
    found = inspected(path, **given)
    source = pipeline.Source(path, path.name, found.shape, found.reading, clock.now())
    return pipeline.check_file(source, lambda chunk: None).summary


def imported(path: Path, /, *, skip_bad: bool = False, **given: Answer) -> dict[str, Any]:
    """The summary of a real import."""
    found = inspected(path, **given)
    pipeline.require_ready(found, found.reading, path.name, True)
    source = pipeline.Source(path, path.name, found.shape, found.reading, clock.now())
    with transaction() as session:
        batch = service.import_recorded(
            session, source, "test", skip_bad=skip_bad, update=False, on_chunk=lambda c: None
        )
        return {**batch.tally, **batch.summary, **batch.counts}


def figures(engine: Engine) -> tuple:
    """Lines, orders, customers, products, units and money in the tables."""
    with engine.connect() as connection:
        return tuple(connection.execute(text(FIGURES)).one())


def grouped(engine: Engine, column: str, what: str) -> dict[str, float]:
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT {column}, sum({what}) FROM order_lines GROUP BY {column}"))
        return {row[0]: row[1] for row in rows}


@pytest.fixture
def shopify(cases: Path) -> Path:
    return cases / "01-shopify-multiline" / "orders_export.csv"


@pytest.fixture
def woo(cases: Path) -> Path:
    return cases / "08-woo-status-refunds" / "orders-woo.csv"


def test_shopify_asks_for_states_and_currency(shopify: Path):
    found = pipeline.inspect_file(shopify, "orders", limit_mb=100, zone="America/Santiago")
    assert {one.name for one in found.decisions if one.open} == {"states", "currency"}
    states = next(one for one in found.decisions if one.name == "states")
    assert {one.value: (one.rows, one.proposed) for one in states.options} == {
        "paid": (92, "sale"),
        "refunded": (5, "return"),
        "partially_refunded": (4, "sale"),
        "voided": (3, "out"),
    }
    with pytest.raises(errors.DecisionsOpen):
        pipeline.require_ready(found, found.reading, shopify.name, True)


def test_shopify_with_every_state_loses_no_line(sqlite_database: Engine, shopify: Path):
    sales: dict[str, str] = dict.fromkeys(STATES, "sale")
    assert checked(shopify, states=sales, cancelled="in", currency={"USD": "1"}).units == 160
    summary = imported(shopify, states=sales, cancelled="in", refunds="ignore", currency={"USD": "1"})
    assert (summary["added"], summary["refused"], summary["order_totals"]) == (104, 0, pytest.approx(3325.83))
    assert figures(sqlite_database) == (104, 48, 19, 5, 170, pytest.approx(3157.5))
    assert grouped(sqlite_database, "product_id", "quantity") == {
        "MUG-01": 39,
        "TEE-M": 26,
        "BAG-07": 37,
        "CAP-02": 44,
        "NTB-11": 24,
    }


def test_shopify_without_what_was_given_back(sqlite_database: Engine, shopify: Path):
    summary = imported(shopify, currency={"USD": "1"})
    assert summary["set_aside"] == {"state": 3, "refunded": 5}
    assert (summary["orders"], summary["units"]) == (45, 155)
    assert summary["order_totals"] == pytest.approx(3063.78)
    assert figures(sqlite_database)[4:] == (155, pytest.approx(2928.85 - 19.90))
    again = imported(shopify, currency={"USD": "1"})
    assert (again["added"], again["unchanged"]) == (0, 96)


def test_shopify_in_pesos(sqlite_database: Engine, shopify: Path):
    summary = imported(shopify, currency={"USD": "950"}, refunds="ignore")
    assert summary["currency"] == "CLP"
    assert figures(sqlite_database)[5] == pytest.approx(2928.85 * 950)
    left_out = checked(shopify, currency={"USD": "out"})
    assert (left_out.accepted, left_out.set_aside["currency"]) == (0, 96)


def test_woocommerce_counts_what_was_paid_once(sqlite_database: Engine, woo: Path):
    found = pipeline.inspect_file(woo, "orders", limit_mb=100, zone="America/Santiago")
    (states,) = (one for one in found.decisions if one.name == "states")
    assert states.open and {one.value: one.rows for one in states.options} == {
        "Completed": 26,
        "On hold": 3,
        "Processing": 6,
        "Pending payment": 4,
        "Draft": 1,
        "Cancelled": 5,
        "Refunded": 4,
        "Failed": 3,
    }
    assert checked(woo).order_totals == 990_150
    summary = imported(woo)
    assert (summary["orders"], summary["customers"], summary["units"]) == (32, 14, 56)
    assert (summary["order_totals"], summary["refunds"]) == (990_150, 56_970)
    assert figures(sqlite_database)[1:3] + figures(sqlite_database)[4:] == (32, 14, 56, 919_440 - 56_970)
    assert not {"13", "99"} & grouped(sqlite_database, "customer_id", "quantity").keys()


def test_woocommerce_by_the_totals_of_orders(sqlite_database: Engine, woo: Path):
    found = pipeline.inspect_file(woo, "orders", limit_mb=100, zone="America/Santiago")
    columns = {name: header for name, header in found.reading.columns.items() if name != "unit_price"}
    found = pipeline.with_columns(woo, woo.name, found, columns | {"total": "Order Total Amount"})
    found = answers.settle(found, answers.proposals(found))
    source = pipeline.Source(woo, woo.name, found.shape, found.reading, clock.now())
    summary = pipeline.check_file(source, lambda chunk: None).summary
    assert (summary.revenue, summary.units, summary.orders) == (pytest.approx(990_150), 56, 32)


def test_woocommerce_with_a_new_state_asks_again(woo: Path, tmp_path: Path):
    known = {**answers.proposals(pipeline.inspect_file(woo, "orders", limit_mb=100, zone="UTC"))}
    path = tmp_path / woo.name
    path.write_text(woo.read_text("utf-8").replace("Failed", "Dispute opened"), "utf-8")
    found = answers.settle(pipeline.inspect_file(path, "orders", limit_mb=100, zone="UTC"), known)
    states = answers.decision_of(found, "states")
    assert states is not None and states.open
    with pytest.raises(ProductError):
        pipeline.require_ready(found, found.reading, path.name, True)


def test_named_customers_with_spaces_and_blanks(sqlite_database: Engine, cases: Path):
    summary = imported(cases / "18-rfm-ties-refunds-guests" / "pedidos.csv")
    assert (summary["rows"], summary["customers"], summary["last"]) == (103, 55, "2026-11-22")
    net = grouped(sqlite_database, "customer_id", "quantity * unit_price")
    assert (net[None], net["W01"], net["N01"], net["R01"]) == (300_000, 360_000, -15_000, 0)  # pyright: ignore
    assert grouped(sqlite_database, "customer_id", "1")["W01"] == 12


def test_names_that_look_like_formulas_stay(sqlite_database: Engine, cases: Path):
    summary = imported(cases / "26-csv-formula-export" / "productos_peligrosos.csv")
    assert (summary["rows"], summary["products"], summary["revenue"]) == (12, 11, 21_000)
    names = grouped(sqlite_database, "product_id", "quantity").keys()
    assert {"'ya con apóstrofo", "=1+1", "-10%", "+56 9 5555 0000", 'Tornillo 1/2"'} <= names


def test_pesos_with_points(sqlite_database: Engine, cases: Path):
    folder = cases / "02-clp-dot-thousands"
    summary = imported(folder / "ventas_clp.csv")
    assert (summary["rows"], summary["revenue"]) == (72, 28_178_190)
    assert (summary["first"], summary["last"]) == ("2026-09-02", "2026-11-19")
    assert grouped(sqlite_database, "product_id", "quantity * unit_price") == {
        "Té negro 100 g": 47840,
        "Yerba mate 1 kg": 262150,
        "Alcuza de greda": 363720,
        "Ponchera artesanal": 1241730,
        "Clavo de olor 20 g": 14850,
        "Máquina de café": 26247900,
    }
    assert {"Muñoz y Compañía", "Almacén Ñuñoa"} <= grouped(sqlite_database, "customer_id", "1").keys()
    second = checked(folder / "ventas_clp_sin_prueba.csv")
    assert (second.rows, second.revenue) == (40, 1_214_710)


def test_a_report_with_subtotals(sqlite_database: Engine, cases: Path):
    path = cases / "05-report-totals-preamble" / "informe_ventas.csv"
    found = pipeline.inspect_file(path, "orders", limit_mb=100, zone="America/Santiago")
    assert [one.name for one in found.decisions if one.open] == ["order"]
    summary = imported(path)
    assert (summary["rows"], summary["units"], summary["revenue"]) == (60, 184, pytest.approx(597_360))
    assert (summary["set_aside"], summary["declared"], summary["agrees"]) == ({"totals": 4, "notes": 1}, 597_360, True)
    assert figures(sqlite_database) == (60, 60, 4, 3, 184, pytest.approx(597_360))
    assert {"Total Ltda.", "Subtotal Publicidad SpA"} <= grouped(sqlite_database, "customer_id", "1").keys()
    assert grouped(sqlite_database, "substr(ordered_at, 1, 7)", "quantity * unit_price") == pytest.approx(
        {"2026-07": 210_240, "2026-08": 232_620, "2026-09": 154_500}
    )
    assert imported(path)["added"] == 0


def test_amounts_as_accountants_write_them(sqlite_database: Engine, cases: Path):
    path = cases / "07-accounting-negatives" / "libro.csv"
    found = pipeline.inspect_file(path, "orders", limit_mb=100, zone="America/Santiago")
    assert [one.name for one in found.decisions if one.open] == ["product", "quantity"]
    summary = imported(path, skip_bad=True)
    assert summary["added"] + summary["refused"] == summary["rows"] == 16
    lines = grouped(sqlite_database, "order_id", "quantity * unit_price")
    right = {
        "D100": 1234.5,
        "D101": -250,
        "D102": -75,
        "D103": 40,
        "D104": -12.3,
        "D105": 12.3,
        "D106": -5,
        "D107": -5,
        "D108": -18.25,
        "D109": 20,
        "D110": -1000,
        "D111": 1500,
        "D112": 0,
        "D114": -9.99,
        "D115": 30,
    }
    assert lines == pytest.approx({order: right[order] for order in lines})
    assert {f"D{number}" for number in range(100, 113)} <= lines.keys()
    net = grouped(sqlite_database, "customer_id", "quantity * unit_price")
    assert (net["C01"], net["C02"], net["C06"], net["C07"]) == pytest.approx((984.5, -35, 500, 0))
