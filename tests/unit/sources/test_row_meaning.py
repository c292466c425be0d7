"""What the rows of invented files mean: what is proposed, what is asked, and what the rows amount to then."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml_insights.core import clock
from ml_insights.sources import answers, pipeline
from ml_insights.sources.facts import Answer, Decision, Inspection, RefusedRow, Summary


def inspected(folder: Path, text: str) -> Inspection:
    path = folder / "file.csv"
    path.write_text(text.lstrip("\n"), encoding="utf-8")
    return pipeline.inspect_file(path, "orders", limit_mb=10, zone="America/Santiago")


def opened(found: Inspection) -> dict[str, Decision]:
    """The questions that are open."""
    return {one.name: one for one in found.decisions if one.open}


def proposed(decision: Decision) -> dict[str, str]:
    return {option.value: option.proposed for option in decision.options}


def settled(found: Inspection, **given: Answer) -> Inspection:
    """With every proposal taken, and `given` over it."""
    return answers.settle(found, {**answers.proposals(found), **given})


def checked(found: Inspection, **given: Answer) -> tuple[Summary, list[RefusedRow]]:
    read = settled(found, **given)
    source = pipeline.Source(read.path, "file", read.shape, read.reading, clock.now())
    refused: list[RefusedRow] = []
    return pipeline.check_file(source, lambda chunk: refused.extend(chunk.refused)).summary, refused


ODOO = """
Order Reference,Order Date,Customer,Status,Order Lines/Product,Order Lines/Quantity,Order Lines/Unit Price
S1,2026-03-02 10:15:00,Andes,Sales Order,Total Care Balm,2,1500
,,,,Mixer,1,5000
,,,,Delivery,1,950
S2,2026-03-03 09:00:00,Norte,Quotation,Mixer,3,5000
,,,,Total Care Balm,1,1500
S3,2026-03-06 12:00:00,Plaza,Locked,Mixer,4,5000
"""


def test_lines_that_leave_out_their_order_go_on_with_the_one_above(tmp_path: Path):
    found = inspected(tmp_path, ODOO)
    assert opened(found).keys() == {"fill", "states"}
    assert [remark.values for remark in found.remarks] == [{"program": "Odoo"}]
    summary, refused = checked(found)
    assert (summary.orders, summary.customers, summary.units, summary.revenue) == (2, 2, 8, 28_950)
    assert (summary.set_aside, refused) == ({"state": 2}, [])
    kept, refused = checked(found, fill="leave", states={"Sales Order": "sale", "Locked": "sale", "Quotation": "out"})
    assert len(refused) == 3 and kept.accepted == 2


WOO = """
Número de pedido;Estado;Fecha;Correo electrónico;SKU;Cantidad;Precio;Total del pedido;Monto reembolsado
501;Completado;12/03/2026 10:00;a@x.cl;P1;2;1000,0;5990,0;1000,0
501;Completado;12/03/2026 10:00;a@x.cl;P2;1;2000,0;5990,0;1000,0
502;Cancelado;15/03/2026 10:00;b@x.cl;P1;1;1000,0;2990,0;0
502;Cancelado;15/03/2026 10:00;b@x.cl;P2;1;1000,0;2990,0;0
503;Reembolsado;16/03/2026 10:00;b@x.cl;P1;1;1000,0;2990,0;2990,0
504;Procesando;17/03/2026 10:00;c@x.cl;P2;3;2000,0;9990,0;0
504;Procesando;17/03/2026 10:00;c@x.cl;P1;3;1000,0;9990,0;0
505;En disputa;18/03/2026 10:00;d@x.cl;P1;3;1000,0;4990,0;0
"""


def test_a_refund_on_every_line_is_taken_off_once(tmp_path: Path):
    found = inspected(tmp_path, WOO)
    states = opened(found)["states"]
    assert proposed(states) == {
        "Completado": "sale",
        "Procesando": "sale",
        "Cancelado": "out",
        "Reembolsado": "return",
        "En disputa": "",
    }
    assert [(one.rows, one.money) for one in states.options if one.value == "Completado"] == [(2, 4000)]
    assert "states" in opened(settled(found))
    meant = {**proposed(states), "En disputa": "out"}
    summary, refused = checked(found, states=meant)
    assert (summary.revenue, summary.refunds, summary.units) == (4000 - 1000 + 9000, 1000, 9)
    assert summary.order_totals == 5990 - 1000 + 9990
    assert (summary.set_aside, summary.customers, refused) == ({"state": 3, "refunded": 1}, 2, [])
    ignored, _ = checked(found, states=meant, refunds="ignore")
    assert ignored.revenue == 13_000


def test_a_state_that_nobody_has_explained_is_refused_not_sold(tmp_path: Path):
    found = inspected(tmp_path, WOO)
    known = proposed(opened(found)["states"])
    _, refused = checked(found, states={state: meaning for state, meaning in known.items() if meaning})
    assert [(row.row, row.problems[0].code) for row in refused] == [(9, "unknown-state")]


LEDGER = """
Tipo de documento,Folio,Fecha emisión,RUT cliente,Código,Cantidad,Precio neto
Factura,10,2026-01-05,76.111.111-1,A,10,100
Boleta,11,2026-01-06,66.666.666-6,A,1,120
Nota de crédito,3,2026-01-07,76.111.111-1,A,4,100
Guía de despacho,8,2026-01-08,76.111.111-1,A,10,100
"""


def test_credit_notes_are_returns_of_their_own(tmp_path: Path):
    found = inspected(tmp_path, LEDGER)
    kinds = proposed(opened(found)["states"])
    assert kinds == {"Factura": "sale", "Boleta": "sale", "Nota de crédito": "return", "Guía de despacho": ""}
    summary, _ = checked(found, states={**kinds, "Guía de despacho": "out"})
    assert (summary.units, summary.revenue, summary.orders) == (10 + 1 - 4, 1000 + 120 - 400, 3)
    assert summary.customers == 1
    given_back, _ = checked(found, states={**kinds, "Guía de despacho": "out"}, returns="refunded", guests="keep")
    assert (given_back.units, given_back.customers, given_back.set_aside["refunded"]) == (11, 2, 1)


MONIES = """
Folio,Fecha,Cliente,Producto,Cantidad,Precio,Moneda,Tipo de cambio
1,2026-03-01,A,P1,1,10000,CLP,
2,2026-03-02,B,P1,2,10,USD,950
3,2026-03-03,C,P2,1,8,EUR,1040
4,2026-03-04,A,P1,1,9000,CLP,
"""


def test_currencies_are_never_added_up(tmp_path: Path):
    found = inspected(tmp_path, MONIES)
    asked = opened(found)["currency"]
    assert proposed(asked) == {"CLP": "1", "USD": "file", "EUR": "file"}
    assert checked(found)[0].revenue == 19_000 + 19_000 + 8_320
    typed, _ = checked(found, currency={"CLP": "1", "USD": "900", "EUR": "out"})
    assert (typed.revenue, typed.set_aside) == (19_000 + 18_000, {"currency": 1})


def test_a_row_without_its_rate_is_refused(tmp_path: Path):
    found = inspected(tmp_path, MONIES + "5,2026-03-05,A,P1,1,7,USD,\n")
    assert proposed(opened(found)["currency"])["USD"] == ""
    _, refused = checked(found, currency={"CLP": "1", "USD": "file", "EUR": "file"})
    assert [(row.row, row.problems[0].code) for row in refused] == [(6, "not-a-rate")]


def test_one_foreign_currency_is_asked_and_the_companys_own_is_not(tmp_path: Path):
    dollars = MONIES.replace("CLP", "USD").replace("EUR", "USD")
    assert opened(inspected(tmp_path, dollars)).keys() == {"currency"}
    pesos = MONIES.replace("USD", "CLP").replace("EUR", "$")
    assert opened(inspected(tmp_path, pesos)) == {}


def test_signs_beside_amounts_count_too(tmp_path: Path):
    signs = """
Invoice,Date,Customer,Product,Qty,Unit price
1,2026-03-01,A,P1,1,$10000.50
2,2026-03-02,B,P1,2,US$10.50
3,2026-03-03,C,P2,1,€8.25
"""
    found = inspected(tmp_path, signs)
    assert proposed(opened(found)["currency"]) == {"": "1", "USD": "", "EUR": ""}
    summary, _ = checked(found, currency={"": "1", "USD": "1000", "EUR": "out"})
    assert (summary.revenue, summary.set_aside) == (10_000.5 + 21_000, {"currency": 1})


TICKETS = """
Fecha y hora,Cliente,Producto,Cantidad,Importe
2026-05-02 10:00,Ana,Té,2,2000
2026-05-02 10:00,Ana,Café,1,3000
2026-05-02 10:05,Luis,Té,1,1000
2026-05-02 10:05,Luis,Té,1,1000
2026-05-03 09:00,,Té,3,3000
2026-05-04 09:00,Ana,Café,2,6000
2026-05-04 10:00,Ana,Café,4,12000
"""


def test_without_a_number_each_line_is_an_order_or_each_moment_of_a_customer(tmp_path: Path):
    found = inspected(tmp_path, TICKETS)
    assert opened(found).keys() == {"order"}
    amount = answers.decision_of(found, "amount")
    assert amount is not None and (amount.proposed, amount.open) == ("total", False)
    assert checked(found)[0].orders == 7
    moments, _ = checked(found, order="moment")
    assert (moments.orders, moments.customers, moments.units) == (5, 2, 14)


def test_an_amount_that_does_not_grow_with_the_quantity_is_a_price(tmp_path: Path):
    rows = "\n".join(f"{n},2026-01-0{n},P{n % 2},{n},{50 + n % 2}" for n in range(1, 9))
    found = inspected(tmp_path, f"Pedido,Fecha,Producto,Cantidad,Valor\n{rows}\n")
    amount = answers.decision_of(found, "amount")
    assert amount is not None and (amount.proposed, amount.open) == ("price", False)
    assert checked(found)[0].revenue == sum(n * (50 + n % 2) for n in range(1, 9))


def test_the_total_of_an_order_is_never_taken_for_that_of_a_line(tmp_path: Path):
    rows = "1,2026-01-01,A,2,90\n1,2026-01-01,B,1,90\n2,2026-01-02,A,1,70\n2,2026-01-02,C,5,70\n3,2026-01-03,A,1,8\n"
    found = inspected(tmp_path, "Order,Date,Product,Quantity,Total\n" + rows)
    amount = opened(found)["amount"]
    assert amount.proposed == "" and answers.proposals(found) == {}


def test_what_no_column_says_is_constant(tmp_path: Path):
    found = inspected(tmp_path, "fecha,monto\n2026-01-01,(100)\n2026-01-02,250\n2026-01-03,40\n")
    assert opened(found).keys() == {"order", "product", "quantity"}
    summary, _ = checked(found, product="Servicios", quantity="1")
    assert (summary.revenue, summary.units, summary.products, summary.orders) == (190, 1, 1, 3)


IDS = """
order_id,date,product,qty,price,customer_id
12345.0,2026-01-01,ABC-1,1,10,W01
12346,2026-01-02,abc-1,2,10,w01
12347,2026-01-03,ABC-1,1,10, W01
12348,2026-01-04,XY 2,1,5,77.0
12349,2026-01-04,XY 2,1,5,77
"""


def test_spellings_are_pointed_out_and_joined_if_told(tmp_path: Path):
    found = inspected(tmp_path, IDS)
    assert opened(found) == {}
    same = answers.decision_of(found, "same_customers")
    assert same is not None and (same.examples, same.proposed) == ((("w01", "W01"),), "keep")
    assert (checked(found)[0].customers, checked(found)[0].products) == (3, 3)
    joined, _ = checked(found, same_customers="join", same_products="join")
    assert (joined.customers, joined.products) == (2, 2)
    assert checked(found, whole_ids="keep")[0].customers == 4


def test_rows_that_add_up_are_read_like_others_if_told(tmp_path: Path):
    rows = "2026-01-01,1,A,2,10\n2026-01-02,2,B,1,10\nTotal,,,3,30\n"
    found = inspected(tmp_path, "Date,Order,Product,Qty,Price\n" + rows)
    assert checked(found)[0].set_aside == {"totals": 1}
    _, refused = checked(found, totals="in")
    assert [row.row for row in refused] == [4]


def test_an_answer_that_fits_no_longer_is_asked_again(tmp_path: Path):
    found = inspected(tmp_path, WOO)
    old = {"states": {"Completado": "sale", "Procesando": "sale", "Cancelado": "out", "Reembolsado": "return"}}
    states = answers.decision_of(answers.settle(found, old), "states")
    assert states is not None and states.open


AMOUNTS = st.lists(
    st.tuples(
        st.integers(1, 5), st.integers(1, 4), st.integers(1, 90), st.sampled_from(["paid", "voided", "refunded"])
    ),
    min_size=1,
    max_size=25,
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(AMOUNTS, st.booleans(), st.integers(120, 400))
def test_refunds_and_states_add_up_however_the_file_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drawn: list[tuple[int, int, int, str]], on_first: bool, block: int
):
    """Orders with a refund of a third of their worth, on their first line or on all of them."""
    lines, revenue, units = [], 0.0, 0
    for order in sorted({one[0] for one in drawn}):
        own = [one for one in drawn if one[0] == order]
        state, worth = own[0][3], sum(quantity * price for _, quantity, price, _ in own)
        for place, (_, quantity, price, _) in enumerate(own):
            told = f"{worth / 3:.4f}" if place == 0 or not on_first else ""
            shown = (state, "2026-01-05", "C1") if place == 0 else ("", "", "")
            lines.append(f"{order},{','.join(shown)},P{place},{quantity},{price},{told}")
        if state == "paid":
            revenue, units = revenue + worth * 2 / 3, units + sum(one[1] for one in own)
    text = "Order,Status,Date,Customer,Product,Quantity,Price,Refunded Amount\n" + "\n".join(lines) + "\n"
    monkeypatch.setattr("ml_insights.sources.reading.read_chunks.__defaults__", (block,))
    monkeypatch.setattr("ml_insights.sources.row_meaning.FIRST_BYTES", block)
    summary, refused = checked(inspected(tmp_path, text))
    assert refused == []
    assert (summary.units, summary.revenue) == (units, pytest.approx(revenue, abs=0.01))
    assert summary.accepted + sum(summary.set_aside.values()) == len(lines)


def test_a_foreign_currency_in_the_header_of_the_price_is_asked_about(tmp_path: Path):
    found = inspected(
        tmp_path,
        "orden;fecha;cliente;producto;cantidad;Precio (USD)\n1;2026-01-13;a;X;1;$ 10,50\n2;2026-01-14;b;X;2;25,50\n",
    )
    asked = opened(found)["currency"]
    assert [(one.value, one.rows, one.values["amount"]) for one in asked.options] == [("USD", 2, "61.5")]
    summary, _ = checked(found, currency={"USD": "1000"})
    assert summary.revenue == 61_500


def test_the_companys_own_currency_in_the_header_is_not_asked_about(tmp_path: Path):
    text = "orden;fecha;cliente;producto;cantidad;Precio CLP\n1;2026-01-13;a;X;1;$ 1.050\n2;2026-01-14;b;X;2;990\n"
    assert "currency" not in opened(inspected(tmp_path, text))


@pytest.mark.parametrize(
    ("header", "given_back"),
    [("quantity,unit_price", "-1,-1000"), ("quantity,total", "-1,1000"), ("quantity,unit_price", "-1,1000")],
)
def test_a_return_is_one_however_its_minus_is_written(tmp_path: Path, header: str, given_back: str):
    rows = ("A,2026-01-02,p,3,1000" if header.endswith("unit_price") else "A,2026-01-02,p,3,3000", "B,2026-01-03,p,")
    text = f"order_id,ordered_at,product_id,{header}\n{rows[0]}\n{rows[1]}{given_back}\n"
    found = inspected(tmp_path, text)
    summary, refused = checked(found, **({"amount": "total"} if header.endswith("total") else {}))
    assert (summary.units, summary.revenue, refused) == (2, 2000, [])


DELIVERED = """
Pedido;Fecha;Cliente;SKU;Cantidad;Precio;Estado pago;Estado envío
501;2026-01-03;Ana;A1;2;10000;Pagado;Entregado
502;2026-01-04;Luis;A2;3;5000;Pagado;Devuelto
503;2026-01-05;Eva;A1;1;10000;Error en pago;
504;2026-01-06;Pía;A2;4;5000;Pagado;Pendiente
"""


def test_a_delivery_that_came_back_is_asked_about_beside_the_payment(tmp_path: Path):
    found = inspected(tmp_path, DELIVERED)
    states = opened(found)["states"]
    assert proposed(states) == {
        "Pagado · Entregado": "sale",
        "Pagado · Devuelto": "return",
        "Error en pago · –": "out",
        "Pagado · Pendiente": "sale",
    }
    summary, _ = checked(found)
    assert (summary.revenue, summary.set_aside) == (40_000, {"state": 1, "refunded": 1})
    kept, _ = checked(found, states=proposed(states) | {"Pagado · Devuelto": "sale"})
    assert kept.revenue == 55_000


def test_a_delivery_that_undoes_nothing_is_left_alone(tmp_path: Path):
    found = inspected(tmp_path, DELIVERED.replace("Devuelto", "En camino"))
    assert proposed(opened(found)["states"]) == {"Pagado": "sale", "Error en pago": "out"}
    assert checked(found)[0].revenue == 55_000


def test_what_is_void_by_a_flag_of_its_own_is_no_sale(tmp_path: Path):
    rows = "1;2026-01-03;A;2;1000;No\n2;2026-01-04;B;1;500;Sí\n3;2026-01-05;A;1;1000;\n"
    found = inspected(tmp_path, "Boleta;Fecha;Producto;Cantidad;Precio;Anulado\n" + rows)
    assert proposed(opened(found)["states"]) == {"No": "sale", "Sí": "out", "": "sale"}
    assert checked(found)[0].revenue == 3_000


def test_the_payment_comes_first_of_three_states(tmp_path: Path):
    rows = "1;2026-01-03;A;2;1000;Abierta;Recibido;Enviado\n2;2026-01-04;B;1;500;Abierta;Pendiente;No enviado\n" + (
        "3;2026-01-05;A;1;700;Abierta;Recibido;Devuelto\n4;2026-01-05;A;1;300;Cancelada;Recibido;No enviado\n"
    )
    header = "Orden;Fecha;Producto;Cantidad;Precio;Estado de la orden;Estado del pago;Estado del envío\n"
    found = inspected(tmp_path, header + rows)
    assert proposed(opened(found)["states"]) == {
        "Recibido · Abierta · Enviado": "sale",
        "Pendiente · Abierta · No enviado": "out",
        "Recibido · Abierta · Devuelto": "return",
        "Recibido · Cancelada · No enviado": "out",
    }
    assert checked(found)[0].revenue == 2_000


def test_a_quantity_with_a_unit_is_refused_with_a_reason(tmp_path: Path):
    rows = "1;2026-01-03;Pan;3 un.;1000\n2;2026-01-04;Papas;1.250 kg;990\n"
    summary, refused = checked(inspected(tmp_path, "Pedido;Fecha;Producto;Cantidad;Precio\n" + rows))
    assert (summary.units, summary.revenue) == (3, 3_000)
    assert [(row.row, row.problems[0].code) for row in refused] == [(3, "with-unit")]


def test_ids_of_products_that_differ_in_capitals_only_are_pointed_out(tmp_path: Path):
    path = tmp_path / "products.csv"
    path.write_text("SKU,Name\nP1,Mug\np1,Mug\nP1,Cup\nP2,Plate\n", encoding="utf-8")
    found = pipeline.inspect_file(path, "products", limit_mb=10, zone="America/Santiago")
    (told,) = found.decisions
    assert (told.name, told.open, told.examples) == ("same_products", False, (("p1", "P1"),))
    joined = answers.settle(found, {"same_products": "join"}).reading
    assert (joined.joined, joined.spellings) == (("product_id",), {"product_id": {"p1": "P1"}})
