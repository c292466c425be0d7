"""What is proposed for a table from its first rows, and what would become of them."""

from typing import Any

from ml_insights.sources.supabase.mapping import TableMapping
from ml_insights.sources.supabase.sampling import Sample, currency_column, proposed, state_column, tried
from ml_insights.sources.supabase.schema import FarColumn, FarTable, table_of_rows

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
    return TableMapping.model_construct(**mapping | changed)


def test_columns_key_and_cursor_are_proposed(data_dir: object) -> None:
    mapping = proposed(found(ORDERS), "orders")
    assert {name: mapping.columns[name] for name in MAPPED if name != "order_id"} == {
        name: column for name, column in MAPPED.items() if name != "order_id"
    }
    assert (mapping.keys, mapping.cursor, mapping.features) == (("id",), "updated_at", ())


def test_numbers_keep_their_point_however_they_look(data_dir: object) -> None:
    seen = tried(found(ORDERS), "orders", columns(columns=MAPPED), "en")
    price = seen.columns.index("unit_price")
    assert [cells[price] for cells in seen.cells] == [("12.345", "12.345"), ("990", "990")]
    assert (seen.tried, seen.refused, seen.missing) == (2, 0, [])


def test_a_state_is_pointed_out_and_a_state_that_nobody_named_is_refused(data_dir: object) -> None:
    assert state_column(found(ORDERS)) == "estado"
    known = columns(columns=MAPPED, state="estado", states={"pagado": "sale"})
    assert tried(found(ORDERS), "orders", known, "en").refused == 1
    all_known = columns(columns=MAPPED, state="estado", states={"pagado": "sale", "anulado": "out"})
    assert tried(found(ORDERS), "orders", all_known, "en").refused == 0


def test_the_states_of_an_enum_are_all_asked_about() -> None:
    table = FarTable("pedidos", (FarColumn("estado", "public.estado", choices=("pagado", "devuelto")),))
    assert dict(Sample(table, ORDERS).values("estado")) == {"anulado": 1, "pagado": 1, "devuelto": 0}


def test_several_currencies_are_pointed_out_one_is_not() -> None:
    one = [row | {"moneda": "CLP"} for row in ORDERS]
    assert currency_column(found(one)) == "" and currency_column(found(ORDERS)) == ""
    assert currency_column(found([*one, ORDERS[0] | {"moneda": "USD"}])) == "moneda"


def test_a_key_that_repeats_itself_is_noticed_and_columns_that_are_missing_too(data_dir: object) -> None:
    seen = tried(found([ORDERS[0], ORDERS[0]]), "orders", columns(columns={"order_id": "numero"}, key="id"), "en")
    assert seen.repeated and "ordered_at" in seen.missing and seen.cells == []


def test_dates_that_could_be_either_are_asked_about(data_dir: object) -> None:
    rows = [row | {"fecha": text} for row, text in zip(ORDERS, ("03/04/2026", "03/04/2026"), strict=True)]
    (question,) = tried(found(rows), "orders", columns(columns=MAPPED), "es").questions
    assert question.name == "dates" and len(question.answers) == 2
    settled = columns(columns=MAPPED, dates=question.answers[0][0])
    assert tried(found(rows), "orders", settled, "es").questions == []


def test_deliveries_keep_what_their_contract_does_not_name(data_dir: object) -> None:
    rows = [{"id": 1, "ruta": "R1", "salida": "2026-05-01T12:00:00+00:00", "costo": 100, "km": 12, "chofer": "Ana"}]
    mapping = proposed(found(rows), "deliveries")
    assert "chofer" in mapping.features and "id" not in mapping.features
