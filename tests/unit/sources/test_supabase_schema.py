"""What a project tells of its tables, and the columns that are proposed to read them by."""

from ml_insights.sources.supabase.schema import (
    FarColumn,
    FarTable,
    proposed_cursor,
    proposed_key,
    repeated,
    table_of_rows,
    tables_of,
)

KEY = "Note:\nThis is a Primary Key.<pk/>"
DESCRIPTION = {
    "swagger": "2.0",
    "definitions": {
        "ventas": {
            "required": ["id"],
            "type": "object",
            "properties": {
                "id": {"description": KEY, "format": "bigint", "type": "integer"},
                "estado": {"format": "public.estado", "type": "string", "enum": ["pagado", "anulado"]},
                "created_at": {"format": "timestamp with time zone", "type": "string"},
                "updated_at": {"format": "timestamp with time zone", "type": "string"},
            },
        },
        "lineas": {
            "properties": {
                "pedido": {"description": KEY, "format": "text"},
                "linea": {"description": "Which line.\n\n" + KEY, "format": "integer"},
            }
        },
    },
}


def test_tables_come_with_their_columns_types_keys_and_choices():
    lines, sales = tables_of(DESCRIPTION)
    assert (lines.name, lines.primary_key) == ("lineas", ("pedido", "linea"))
    assert sales.names == ("id", "estado", "created_at", "updated_at")
    assert sales.columns[1] == FarColumn("estado", "public.estado", choices=("pagado", "anulado"))


def test_a_description_without_details_still_names_the_columns():
    (table,) = tables_of({"definitions": {"orders": {"properties": {"id": {}, "total": {}}}}})
    assert table.names == ("id", "total") and table.primary_key == ()


def test_what_is_no_description_has_no_tables():
    for odd in ({}, {"definitions": []}, {"definitions": {"a": None}}):
        assert all(not table.columns for table in tables_of(odd))


def test_the_key_is_the_primary_one_else_a_telling_name_whose_values_differ():
    lines, sales = tables_of(DESCRIPTION)
    assert proposed_key(lines, []) == ("pedido", "linea") and proposed_key(sales, []) == ("id",)
    rows = [{"order": "A", "id": 1}, {"order": "A", "id": 2}]
    assert proposed_key(table_of_rows("orders", rows), rows) == ("id",)
    twice = [{"order": "A", "id": 1}, {"order": "A", "id": 1}]
    assert proposed_key(table_of_rows("orders", twice), twice) == ()
    assert proposed_key(table_of_rows("orders", []), []) == ()


def test_only_a_column_that_changes_with_the_row_is_proposed_as_cursor():
    sales = tables_of(DESCRIPTION)[1]
    assert proposed_cursor(sales) == "updated_at"
    assert proposed_cursor(FarTable("t", (FarColumn("created_at", "timestamp with time zone"),))) == ""
    assert proposed_cursor(FarTable("t", (FarColumn("updated_at", "boolean"),))) == ""
    assert proposed_cursor(FarTable("t", (FarColumn("Última actualización"),))) == "Última actualización"


def test_rows_that_a_key_does_not_tell_apart_are_found():
    rows = [{"a": 1, "b": 1}, {"a": 1, "b": 2}]
    assert repeated(("a",), rows) and not repeated(("a", "b"), rows)
    assert repeated(("a",), [{"a": None}])
