"""What is proposed for a table from its first rows, and what would become of them."""

from collections.abc import Iterator
from typing import Any

import pytest

from ml_insights.core.company import fixed
from ml_insights.core.company_facts import Company
from ml_insights.sources.supabase.mapping import TableMapping
from ml_insights.sources.supabase.sampling import Sample, Tried, proposed, tried
from ml_insights.sources.supabase.schema import FarColumn, FarTable, table_of_rows
from ml_insights.sources.supabase.understanding import said_of

ORDERS = [
    {"id": 1, "numero": "A1", "fecha": "2026-05-01T12:00:00+00:00", "sku": "P1", "cantidad": 2, "precio": 12.345,
     "estado": "pagado", "updated_at": "2026-05-01T12:00:00+00:00"},
    {"id": 2, "numero": "A2", "fecha": "2026-05-02T12:00:00+00:00", "sku": "P1", "cantidad": 1, "precio": 990,
     "estado": "anulado", "updated_at": "2026-05-02T12:00:00+00:00"},
]  # fmt: skip


MAPPED = {"order_id": "numero", "ordered_at": "fecha", "product_id": "sku", "quantity": "cantidad",
          "unit_price": "precio"}  # fmt: skip


def found(rows: list[dict[str, Any]]) -> Sample:
    return Sample(table_of_rows("pedidos", rows), rows)


def columns(**changed: Any) -> TableMapping:
    mapping = proposed(found(ORDERS), "orders").model_dump(exclude_unset=True)
    return TableMapping.model_construct(None, **mapping | {"columns": MAPPED} | changed)


def asked(seen: Tried) -> dict[str, bool]:
    return {one.name: one.open for one in seen.decisions}


@pytest.fixture(autouse=True)
def in_pesos(data_dir: object) -> Iterator[None]:
    with fixed(Company("CLP", "CL", "America/Santiago")):
        yield


def test_columns_key_and_cursor_are_proposed() -> None:
    mapping = proposed(found(ORDERS), "orders")
    assert {name: mapping.columns[name] for name in MAPPED if name != "order_id"} == {
        name: column for name, column in MAPPED.items() if name != "order_id"
    }
    assert (mapping.keys, mapping.cursor, mapping.features) == (("id",), "updated_at", ())


def test_numbers_keep_their_point_however_they_look() -> None:
    seen = tried(found(ORDERS), "orders", columns(), {}, "en")
    price = [column.name for column in seen.columns if column.read].index("unit_price")
    assert [(row.cells[price].raw, row.cells[price].shown) for row in seen.first_rows] == [
        ("12.345", "$12.345"),
        ("990", "$990"),
    ]
    assert (seen.tried, seen.refused, seen.missing) == (2, 0, [])


def test_a_state_is_found_and_asked_about() -> None:
    seen = tried(found(ORDERS), "orders", columns(), {}, "en")
    assert asked(seen)["states"] and seen.mapping.state == "estado"
    settled = tried(found(ORDERS), "orders", columns(), {"states": {"pagado": "sale", "anulado": "return"}}, "en")
    assert not any(asked(settled).values())
    assert settled.mapping.states == {"pagado": "sale", "anulado": "return"}


def test_every_row_can_count_whatever_its_state_says() -> None:
    seen = tried(found(ORDERS), "orders", columns(state=""), {}, "en")
    assert asked(seen) == {} and (seen.mapping.state, seen.mapping.states) == ("", {})


def test_the_states_of_an_enum_are_all_asked_about() -> None:
    enum = [FarColumn(name, choices=("pagado", "devuelto") if name == "estado" else ()) for name in ORDERS[0]]
    seen = tried(Sample(FarTable("pedidos", tuple(enum)), ORDERS), "orders", columns(), {}, "en")
    (states,) = (one for one in seen.decisions if one.name == "states")
    assert {one.value: (one.rows, one.answer) for one in states.options} == {
        "pagado": (1, "sale"),
        "anulado": (1, "out"),
        "devuelto": (0, "return"),
    }


def test_rows_given_back_can_be_documents_of_their_own() -> None:
    rows = [ORDERS[0], ORDERS[1] | {"estado": "devuelto"}]
    answers = {"states": {"pagado": "sale", "devuelto": "return"}, "returns": "negative"}
    assert tried(found(rows), "orders", columns(), {"states": answers["states"]}, "en").mapping.returns == "refunded"
    assert tried(found(rows), "orders", columns(), answers, "en").mapping.returns == "negative"


def test_several_currencies_are_asked_about_one_is_not() -> None:
    one = [row | {"moneda": "CLP"} for row in ORDERS]
    assert "currency" not in asked(tried(found(one), "orders", columns(state=""), {}, "en"))
    two = [*one, ORDERS[0] | {"id": 3, "moneda": "USD"}]
    assert asked(tried(found(two), "orders", columns(state=""), {}, "en")) == {"currency": True}
    settled = tried(found(two), "orders", columns(state=""), {"currency": {"CLP": "1", "USD": "950"}}, "en")
    assert asked(settled) == {"currency": False}
    assert (settled.mapping.currency, settled.mapping.rates) == ("moneda", {"CLP": 1.0, "USD": 950.0})
    left_out = tried(found(two), "orders", columns(state=""), {"currency": {"CLP": "1", "USD": "out"}}, "en")
    assert left_out.mapping.rates["USD"] == "out"


def test_what_was_refunded_and_cancelled_is_found() -> None:
    rows = [
        ORDERS[0] | {"refunded_amount": 0, "cancelled_at": None},
        ORDERS[1] | {"refunded_amount": 990, "cancelled_at": "2026-05-03"},
    ]
    seen = tried(found(rows), "orders", columns(state=""), {}, "en")
    assert (seen.mapping.refund, seen.mapping.cancelled) == ("refunded_amount", "cancelled_at")
    neither = tried(found(rows), "orders", columns(state=""), {"refunds": "ignore", "cancelled": "in"}, "en")
    assert (neither.mapping.refund, neither.mapping.cancelled) == (None, None)


def test_what_was_answered_is_answered_when_the_table_is_opened_again() -> None:
    rows = [row | {"moneda": code} for row, code in zip(ORDERS, ("CLP", "USD"), strict=True)]
    answers = {"states": {"pagado": "sale", "anulado": "out"}, "currency": {"CLP": "1", "USD": "950"}}
    first = tried(found(rows), "orders", columns(), answers, "en").mapping
    known = TableMapping.model_validate(first.model_dump(exclude_defaults=True))
    again = tried(found(rows), "orders", known, said_of(known), "en")
    assert not any(asked(again).values()) and again.mapping.model_dump() == known.model_dump()


def test_a_key_that_repeats_itself_is_noticed_and_columns_that_are_missing_too() -> None:
    draft = columns(columns={"order_id": "numero"}, key="id")
    seen = tried(found([ORDERS[0], ORDERS[0]]), "orders", draft, {}, "en")
    assert seen.repeated and seen.missing[0] == "Date" and seen.first_rows == []


def test_dates_that_could_be_either_are_asked_about() -> None:
    rows = [row | {"fecha": text} for row, text in zip(ORDERS, ("03/04/2026", "03/04/2026"), strict=True)]
    draft = columns(state="")
    (question,) = tried(found(rows), "orders", draft, {}, "es").decisions
    assert question.name == "dates" and question.open and len(question.options) == 2
    settled = tried(found(rows), "orders", draft, {"dates": question.options[0].value}, "es")
    assert not any(asked(settled).values()) and settled.mapping.dates == question.options[0].value


def test_deliveries_keep_what_their_contract_does_not_name() -> None:
    rows = [{"id": 1, "ruta": "R1", "salida": "2026-05-01T12:00:00+00:00", "costo": 100, "km": 12, "chofer": "Ana"}]
    mapping = proposed(found(rows), "deliveries")
    assert "chofer" in mapping.features and "id" not in mapping.features


TICKETS = [
    {"id": 1, "fecha": "2026-05-01T12:00:00+00:00", "monto": 4500},
    {"id": 2, "fecha": "2026-05-02T12:00:00+00:00", "monto": 990},
]


def test_rows_without_order_product_and_quantity_are_asked_about_as_those_of_files() -> None:
    draft = proposed(found(TICKETS), "orders")
    seen = tried(found(TICKETS), "orders", draft, {}, "en")
    assert {"order", "product", "quantity"} <= set(asked(seen)) and seen.missing == []
    (order,) = (one for one in seen.decisions if one.name == "order")
    assert [option.value for option in order.options] == ["line"]
    answers = {"order": "line", "product": "Caja", "quantity": "2", "amount": "total"}
    settled = tried(found(TICKETS), "orders", draft, answers, "en")
    assert not any(asked(settled).values()) and (settled.tried, settled.refused) == (2, 0)
    mapping = TableMapping.model_validate(settled.mapping.model_dump(exclude_defaults=True))
    assert (mapping.order, mapping.constants) == ("row", {"product_id": "Caja", "quantity": "2"})
    assert mapping.columns == {"ordered_at": "fecha", "total": "monto"}
    again = tried(found(TICKETS), "orders", mapping, said_of(mapping), "en")
    assert not any(asked(again).values()) and again.mapping.model_dump() == mapping.model_dump()


def test_a_column_that_is_chosen_takes_the_place_of_what_was_said() -> None:
    known = TableMapping(
        table="cajas", key="id", columns={"ordered_at": "fecha", "total": "monto"}, order="row",
        constants={"product_id": "Caja", "quantity": "1"},
    )  # fmt: skip
    chosen = known.model_copy(update={"columns": {**known.columns, "order_id": "id"}})
    seen = tried(found(TICKETS), "orders", chosen, said_of(known), "en")
    assert (seen.mapping.order, seen.mapping.columns["order_id"]) == ("", "id")
