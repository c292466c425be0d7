"""Workbooks as people have them: sheets, cells, headers, names."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from ml_insights.sources import errors, workbooks
from ml_insights.sources.workbooks.cells import cell_text
from tests.workbooks import HEADER, ODS_CELL, ROWS, SHOWN, book, decision, inspect, old_book, open_document


def test_a_sheet_with_a_title_line_is_read_with_the_types_of_its_cells(tmp_path: Path):
    found = inspect(book(tmp_path, {"Ventas": [["Informe de ventas"], [], HEADER, *ROWS]}))
    assert found.shape.headers == tuple(HEADER) and found.sample == SHOWN
    assert (found.shape.sheet, found.shape.skipped, found.numbers) == ("Ventas", 2, (4, 5))
    assert [HEADER[place] for place in found.shape.numeric] == ["N° Pedido", "Producto", "Cantidad", "Precio"]
    assert found.reading.columns["product_id"] == "Producto" and found.decisions == ()


@pytest.mark.parametrize(
    ("cell", "numeric", "mixed"),
    [
        (85123.0, "85123", "85123"),
        (12.995, "12.995", "12995e-3"),
        (0.1 + 0.2, "0.3", "3e-1"),
        (-0.05, "-0.05", "-5e-2"),
        (1234567890123.0, "1234567890123", "1234567890123"),
        (1e20, "1e+20", "1e20"),
        (True, "true", "true"),
        (False, "false", "false"),
        (date(2026, 10, 5), "2026-10-05", "2026-10-05"),
        (datetime(2026, 10, 5, 8, 15), "2026-10-05 08:15:00", "2026-10-05 08:15:00"),
        (datetime(2026, 10, 5, 8, 14, 59, 999_999), "2026-10-05 08:15:00", "2026-10-05 08:15:00"),
        (time(8, 15), "08:15:00", "08:15:00"),
        (timedelta(hours=26, minutes=30), "26:30:00", "26:30:00"),
        ("12.995", "12.995", "12.995"),
        ("", "", ""),
    ],
)
def test_cells_keep_their_value_as_text(cell: Any, numeric: str, mixed: str):
    assert (cell_text(cell, True), cell_text(cell, False)) == (numeric, mixed)


def test_numbers_beside_texts_have_no_decimal_sign(tmp_path: Path):
    rows = [["a", 1, 1.5, 12.995], ["b", 2, "–", "12.995"], ["c", 3, 3, 7]]
    found = inspect(book(tmp_path, {"H": [["Pedido", "Cantidad", "Precio", "Total"], *rows]}))
    assert [row[3] for row in found.sample] == ["12995e-3", "12.995", "7"]
    assert found.shape.numeric == (1, 2) and [row[2] for row in found.sample] == ["1.5", "–", "3"]


def test_broken_references_are_texts_and_no_blanks(tmp_path: Path):
    path = tmp_path / "v.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("V")
        sheet.write_row(1, 1, HEADER)
        sheet.write_row(2, 1, ["2026-01-02", 1, "C1", "P1", 2, 5.5])
        sheet.write_row(3, 1, ["2026-01-02", 2])
        sheet.write(3, 3, "=NA()", None, "#N/A")
        sheet.write_row(3, 4, ["P2", 1])
        sheet.write(3, 6, "=X!A1", None, "#REF!")
    found = inspect(path)
    assert found.sample[1] == ["2026-01-02", "2", "#N/A", "P2", "1", "#REF!"]
    assert found.sample[0][5] == "5.5" and 5 in found.shape.numeric


def test_merged_headers_over_two_rows_are_one_header(tmp_path: Path):
    path = tmp_path / "v.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("V")
        sheet.merge_range("A1:F1", "Ventas del año")
        for place, name in enumerate(HEADER[:3]):
            sheet.merge_range(1, place, 2, place, name)
        sheet.merge_range("D2:F2", "Detalle")
        sheet.write_row(2, 3, HEADER[3:])
        sheet.write_row(3, 0, ["2026-01-02", 1, "C1", "P1", 2, 5.5])
    found = inspect(path)
    assert found.shape.headers == tuple(HEADER) and (found.shape.skipped, found.shape.header_rows) == (1, 2)
    assert found.numbers == (4,) and found.sample == [["2026-01-02", "1", "C1", "P1", "2", "5.5"]]


def test_a_merged_header_over_columns_leaves_the_others_a_name_by_their_place(tmp_path: Path):
    path = tmp_path / "v.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("V")
        sheet.write_row(0, 0, HEADER[:4])
        sheet.merge_range("E1:F1", "Cantidad")
        sheet.write_row(1, 0, ["2026-01-02", 1, "C1", "P1", 2, 5.5])
    found = inspect(path)
    assert found.shape.headers == (*HEADER[:4], "Cantidad", "Column 6")


def test_several_sheets_with_such_columns_are_asked_about(tmp_path: Path):
    months = {"Enero": [HEADER, *ROWS], "Febrero": [HEADER, *ROWS, *ROWS], "Notas": [["Revisar"]]}
    path = book(tmp_path, months)
    asked = decision(inspect(path), "sheet")
    assert asked.open and asked.proposed == "Enero"
    assert [(one.value, one.rows) for one in asked.options] == [("Enero", 2), ("Febrero", 4), ("Notas", 0)]
    chosen = inspect(path, sheet="Febrero")
    assert chosen.shape.sheet == "Febrero" and len(chosen.sample) == 4 and not decision(chosen, "sheet").open


def test_the_sheet_with_the_likeliest_header_is_taken(tmp_path: Path):
    sheets = {
        "Portada": [["Comercial Demo"], ["2026"]],
        "Clientes": [["Rut", "Nombre", "Correo"], ["1-9", "Ana", "a@b.cl"]],
        "Datos": [HEADER, *ROWS],
        "Vacía": [],
    }
    path = book(tmp_path, sheets)
    found = inspect(path)
    assert found.shape.sheet == "Datos" and not decision(found, "sheet").open
    assert found.shape.sheets == ("Portada", "Clientes", "Datos")
    assert inspect(path, "customers").shape.sheet == "Clientes"


def test_hidden_sheets_are_not_offered_first(tmp_path: Path):
    path = book(tmp_path, {"Vieja": [HEADER, *ROWS], "Ventas": [HEADER, *ROWS]}, hidden=("Vieja",))
    found = inspect(path)
    asked = decision(found, "sheet")
    assert (found.shape.sheet, asked.open) == ("Ventas", False)
    assert [(one.value, one.label) for one in asked.options] == [("Ventas", "{sheet}"), ("Vieja", "{sheet} (hidden)")]
    assert inspect(path, sheet="Vieja").sample == SHOWN
    alone = book(tmp_path, {"Vieja": [HEADER, *ROWS], "Nada": []}, hidden=("Vieja",), name="alone.xlsx")
    assert inspect(alone).shape.sheet == "Vieja"


def test_data_on_a_hidden_sheet_alone_are_found_and_asked_about(tmp_path: Path):
    notes = [["Informe de ventas"], ["Preparado para la gerencia"]]
    path = book(tmp_path, {"Portada": notes, "Datos": [HEADER, *ROWS]}, hidden=("Datos",))
    found = inspect(path)
    asked = decision(found, "sheet")
    assert (found.shape.sheet, asked.open, asked.proposed) == ("Datos", True, "Datos")
    assert asked.why == "No sheet that can be seen has such columns, but this hidden one has them."
    assert not decision(inspect(path, sheet="Datos"), "sheet").open


def test_what_does_not_fit_a_workbook_is_refused(tmp_path: Path):
    path = book(tmp_path, {"Ventas": [HEADER, *ROWS]})
    given: dict[str, Any]
    for given, error in (
        ({"sheet": "Otra"}, errors.UnknownSheet),
        ({"encoding": "utf-8"}, errors.NoSigns),
        ({"separator": ","}, errors.NoSigns),
        ({"header_row": 40}, errors.BadHeaderRow),
    ):
        with pytest.raises(error):
            inspect(path, **given)
    text = tmp_path / "v.csv"
    text.write_text("order_id,quantity\nA1,2\n")
    with pytest.raises(errors.NoSheets):
        inspect(text, sheet="Ventas")


def test_a_sheet_without_a_header_is_asked_about(tmp_path: Path):
    path = book(tmp_path, {"Ventas": ROWS * 3})
    found = inspect(path)
    asked = decision(found, "header_row")
    assert asked.open and asked.proposed == "0" and len(found.sample) == 6
    assert [one.value for one in asked.options] == ["0", "1", "2", "3"]
    assert not decision(inspect(path, header_row=0), "header_row").open
    assert inspect(path, header_row=1).shape.headers[2] == "Bazar Sur"


def test_an_empty_workbook_is_empty(tmp_path: Path):
    with pytest.raises(errors.EmptyFile):
        inspect(book(tmp_path, {"A": [], "B": []}))
    with pytest.raises(errors.NoRows):
        inspect(book(tmp_path, {"A": [HEADER]}, name="b.xlsx"))


def test_names_do_not_matter(tmp_path: Path):
    path = book(tmp_path, {"Ventas": [HEADER, *ROWS]}, name="orders.csv")
    assert inspect(path).sample == SHOWN
    text = tmp_path / "orders.xls"
    text.write_text("\t".join(HEADER) + "\n" + "\t".join(SHOWN[0]) + "\n", encoding="utf-16")
    found = inspect(text)
    assert (found.shape.separator, found.shape.sheet, found.sample) == ("\t", "", SHOWN[:1])


def test_the_text_of_a_sheet_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = book(tmp_path, {"Ventas": [HEADER, *ROWS]})
    first = inspect(path)
    monkeypatch.setattr(workbooks, "_convert", lambda *asked: pytest.fail("made again"))
    assert inspect(path) == first


def test_old_workbooks(tmp_path: Path):
    found = inspect(old_book(tmp_path))
    assert found.sample == SHOWN and found.shape.skipped == 1


def test_open_documents_with_a_million_rows_that_are_empty(tmp_path: Path):
    header = [ODS_CELL["string"].format(name) for name in HEADER]
    row = [
        ODS_CELL["date"].format("2026-10-05"),
        *(ODS_CELL[kind].format(value) for kind, value in (("float", 10001), ("string", "Bazar Sur"))),
        *(ODS_CELL[kind].format(value) for kind, value in (("float", 85123), ("float", 2), ("float", 12.995))),
    ]
    found = inspect(open_document(tmp_path, [header, row]))
    assert found.sample == SHOWN[:1] and found.shape.sheet == "Ventas"


def test_errors_in_open_documents_are_texts(tmp_path: Path):
    fault = (
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
    )
    header = [ODS_CELL["string"].format(name) for name in HEADER[1:4]]
    first = [ODS_CELL["float"].format(1), fault, ODS_CELL["string"].format("P1")]
    found = inspect(open_document(tmp_path, [header, first]))
    assert found.sample == [["1", "#N/A", "P1"]]
