"""How files that people have become a header and rows: separators, titles, notes, names, encodings."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_insights.sources import errors
from ml_insights.sources.encodings import legacy
from ml_insights.sources.facts import AsideRow, FileShape, RefusedRow
from ml_insights.sources.headers import column_names, find_header, shown_name
from ml_insights.sources.reading import read_chunks
from ml_insights.sources.shape import MOST_COLUMNS, read_shape
from ml_insights.sources.workbooks.cells import shown_cell

TABLE = "Fecha;N° Pedido;Cliente;Producto;Cantidad;Precio\n"
ROWS = "02-09-2026;10001;Bazar Sur;Té negro;5;$ 2.990\n03-09-2026;10002;Kiosko Luna;Yerba mate;3;$ 7.490\n"


def save(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "ventas.csv"
    path.write_bytes(text.encode(encoding))
    return path


def rows_of(path: Path, shape: FileShape) -> tuple[dict[int, list[str]], list[AsideRow], list[RefusedRow]]:
    """Rows by their numbers, those set aside, and those with too few or too many values."""
    chunks = list(read_chunks(path, shape, path.name, 1 << 16))
    good = {
        number: list(cells)
        for chunk in chunks
        for number, cells in zip(
            chunk.numbers.to_pylist(), zip(*(c.to_pylist() for c in chunk.table.columns), strict=True), strict=True
        )
    }
    return good, [row for chunk in chunks for row in chunk.aside], [row for chunk in chunks for row in chunk.malformed]


@pytest.mark.parametrize("line", ["sep=;\n", "SEP=;\r\n", "\ufeffsep=;\r\n", "Sep=;\n", '"sep=;"\r\n', "sep=;;;;\n"])
def test_a_separator_line_names_the_separator_and_is_no_row(tmp_path: Path, line: str):
    path = save(tmp_path, line + TABLE + ROWS)
    shape = read_shape(path, 10)
    assert (shape.separator, shape.skipped, shape.headers[1]) == (";", 1, "N° Pedido")
    good, aside, refused = rows_of(path, shape)
    assert list(good) == [3, 4] and not aside and not refused


def test_a_separator_line_wins_over_what_rows_look_like(tmp_path: Path):
    path = save(tmp_path, "sep=|\nFecha|Pedido|Nota, con, comas\n2026-01-02|1|a, b, c\n2026-01-03|2|a, b, c\n")
    assert read_shape(path, 10).headers == ("Fecha", "Pedido", "Nota, con, comas")


@pytest.mark.parametrize(
    "above",
    [
        "Informe de ventas;;;;;\nEmpresa: Comercial Demo SpA;;;;;\nPeriodo: 01-07-2026 al 30-09-2026;;;;;\n;;;;;\n",
        "Informe de ventas por cliente\nEmpresa: Comercial Demo SpA\nRut: 76.123.456-7\n\n",
        "\n\nVENTAS\n\n",
        "Desde;01-07-2026;Hasta;30-09-2026;;\nCliente;Todos;;;;\n\n\n",
        "Reporte generado el 01/10/2026 08:15, por Ana\nSucursal, Santiago\n\n\n",
        '"Informe; con punto y coma"\n"Empresa ""Demo"""\n\n\n',
    ],
    ids=["padded", "ragged", "blank", "filters", "commas", "quoted"],
)
def test_titles_above_the_header_are_passed_over(tmp_path: Path, above: str):
    path = save(tmp_path, above + TABLE + ROWS)
    shape = read_shape(path, 10)
    assert shape.separator == ";" and shape.headers == tuple(TABLE.strip().split(";"))
    assert shape.skipped == above.count("\n") == 4
    assert list(rows_of(path, shape)[0]) == [6, 7]


def test_the_words_of_the_contract_help_but_are_not_needed(tmp_path: Path):
    path = save(tmp_path, "Zona norte;Reporte;;\nFrobs;Grick;Blorp;Wump\n1;2026-01-02;P1;3,5\n2;2026-01-03;P2;4,5\n")
    assert read_shape(path, 10).headers == ("Frobs", "Grick", "Blorp", "Wump")


def test_all_texts_and_no_known_word_leave_the_first_row_the_header(tmp_path: Path):
    path = save(tmp_path, "Uno,Dos\nabc,def\nghi,jkl\n")
    shape = read_shape(path, 10, contract="customers")
    assert (shape.headers, shape.skipped, shape.header_rows) == (("Uno", "Dos"), 0, 1)


def test_two_rows_are_one_header_where_cells_were_merged(tmp_path: Path):
    merged = "Fecha;Pedido;Cliente;Producto;;\n;;;Nombre;Cantidad;Precio\n"
    path = save(tmp_path, "Ventas\n" + merged + ROWS)
    shape = read_shape(path, 10)
    assert shape.headers == ("Fecha", "Pedido", "Cliente", "Nombre", "Cantidad", "Precio")
    assert (shape.skipped, shape.header_rows, shape.first_row) == (1, 2, 4)
    assert list(rows_of(path, shape)[0]) == [4, 5]


def test_a_row_of_groups_above_the_header_is_a_title(tmp_path: Path):
    path = save(tmp_path, "Documento;;Quién;Qué;;\n" + TABLE + ROWS)
    shape = read_shape(path, 10)
    assert shape.headers == tuple(TABLE.strip().split(";")) and (shape.skipped, shape.header_rows) == (1, 1)


def test_header_cells_are_trimmed_and_named(tmp_path: Path):
    path = save(tmp_path, '\ufeff Fecha ;"Precio\nUnitario";;Total;Total;\n2026-01-02;1;x;2;3;\n2026-01-03;1;x;2;3;\n')
    shape = read_shape(path, 10)
    assert shape.headers == ("Fecha", "Precio Unitario", "Column 3", "Total", "Total (2)", "Column 6")
    assert shape.repeated == ("Total (2)",)
    assert [shown_name(name, "es") for name in shape.headers[2:4]] == ["Columna 3", "Total"]


@given(st.lists(st.sampled_from(["a", "a (2)", "", "Column 1", "b"]), max_size=12))
def test_every_column_has_a_name_of_its_own(cells: list[str]):
    names = column_names(cells, 12)
    assert len(set(names)) == 12 and all(names)
    assert names == column_names(names, 12)


def test_a_file_without_a_header_says_so(tmp_path: Path):
    path = save(tmp_path, ROWS)
    shape = read_shape(path, 10)
    assert (shape.separator, shape.header_rows, shape.first_row) == (";", 0, 1)
    assert shape.headers == tuple(f"Column {place}" for place in range(1, 7))
    assert list(rows_of(path, shape)[0]) == [1, 2]


def test_the_header_can_be_named(tmp_path: Path):
    path = save(tmp_path, "a;b\nFecha;Pedido\n2026-01-02;1\n2026-01-03;2\n")
    assert read_shape(path, 10, header_row=1).headers == ("a", "b")
    assert rows_of(path, read_shape(path, 10, header_row=1))[0] == {
        2: ["Fecha", "Pedido"],
        3: ["2026-01-02", "1"],
        4: ["2026-01-03", "2"],
    }
    assert read_shape(path, 10, header_row=0).first_row == 1
    for row in (-1, 9):
        with pytest.raises(errors.BadHeaderRow):
            read_shape(path, 10, header_row=row)


def test_a_separator_that_separates_nothing_is_refused(tmp_path: Path):
    path = save(tmp_path, TABLE + ROWS)
    assert read_shape(path, 10, separator=";").headers == read_shape(path, 10).headers
    for wrong in ("|", "\t", ";;", '"', "", "\n"):
        with pytest.raises(errors.BadSeparator):
            read_shape(path, 10, separator=wrong)


def test_decimal_commas_do_not_separate(tmp_path: Path):
    rows = "".join(f"{place},5;{place},25;{place},75\n" for place in range(1, 9))
    assert read_shape(save(tmp_path, "Precio;Costo;Margen\n" + rows), 10).separator == ";"


def test_rows_wider_than_the_header_by_empty_cells_are_rows(tmp_path: Path):
    path = save(tmp_path, "order_id,quantity\nA1,2,,\nA2,3,,\nA3,4,,\n")
    assert read_shape(path, 10).headers == ("order_id", "quantity", "Column 3", "Column 4")
    assert list(rows_of(path, read_shape(path, 10))[0]) == [2, 3, 4]


def test_rows_wider_than_the_header_by_values_are_refused(tmp_path: Path):
    path = save(tmp_path, "order_id,price\nA1,2,500\nA2,3,500\n")
    shape = read_shape(path, 10)
    assert shape.headers == ("order_id", "price") and len(rows_of(path, shape)[2]) == 2


def test_a_header_that_ends_with_a_separator_that_rows_lack(tmp_path: Path):
    path = save(tmp_path, "order_id;quantity;\nA1;2\nA2;3\n")
    assert read_shape(path, 10).headers == ("order_id", "quantity")
    assert list(rows_of(path, read_shape(path, 10))[0]) == [2, 3]


@pytest.mark.parametrize(
    "note",
    ["Página 1 de 1", "Generado por Sistema ERP 4.2", "Page 3 of 9", "(60 filas afectadas)", "Fin del informe",
     "Total de registros: 60", "Fuente: SII", "Los precios incluyen IVA"],
)  # fmt: skip
@pytest.mark.parametrize("padding", ["", ";;;;;"])
@pytest.mark.parametrize("ending", ["\n", ""])
def test_notes_below_the_table_are_set_aside(tmp_path: Path, note: str, padding: str, ending: str):
    path = save(tmp_path, TABLE + ROWS * 3 + "\n" + note + padding + ending)
    good, aside, refused = rows_of(path, read_shape(path, 10))
    assert list(good) == [2, 3, 4, 5, 6, 7] and not refused
    assert [(row.row, row.reason, row.cells[0]) for row in aside] == [(9, "notes", note)]


def test_a_header_that_comes_again_and_rules_of_dashes_are_set_aside(tmp_path: Path):
    rule = "----------;-----;-------;--------;--------;------\n"
    path = save(tmp_path, TABLE + rule + ROWS + TABLE + ROWS)
    good, aside, _ = rows_of(path, read_shape(path, 10))
    assert list(good) == [3, 4, 6, 7]
    assert [(row.row, row.reason) for row in aside] == [(2, "notes"), (5, "headers")]


def test_a_rule_of_dashes_is_no_part_of_the_header(tmp_path: Path):
    rule = "-" * 30 + "\n"
    table = "|Fecha     |Pedido|Precio  |\n" + rule + "|01.02.2026|1001  |1.500,00|\n|02.02.2026|1002  |990,00|\n"
    path = save(tmp_path, "Informe dinámico\n\n" + rule + table + rule)
    shape = read_shape(path, 10)
    assert shape.headers == ("Column 1", "Fecha", "Pedido", "Precio", "Column 5")
    good, aside, refused = rows_of(path, shape)
    assert list(good) == [6, 7] and [row.row for row in aside] == [5, 8] and not refused


@pytest.mark.parametrize("cells", ["Té negro 100 g;;;", ";;;9.990", "A17;;;", "Crema Total Care"])
def test_what_may_be_data_is_not_set_aside(tmp_path: Path, cells: str):
    head = "Producto;Nombre;Categoría;Costo\nTé verde grande;x;y;1\nYerba mate;x;y;2\nMate cocido;x;y;3\n"
    path = save(tmp_path, head + cells + "\nOtra cosa;x;y;4\n")
    good, aside, refused = rows_of(path, read_shape(path, 10, contract="products"))
    assert not aside and (5 in good or [row.row for row in refused] == [5])


def test_a_file_cut_off_in_its_last_row_is_not_one_with_a_note(tmp_path: Path):
    for last in ("10003", "04-09-2026", "04-09", "04-09-2026;10003;Bazar"):
        path = save(tmp_path, TABLE + ROWS + last)
        with pytest.raises(errors.CutOff):
            rows_of(path, read_shape(path, 10))


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_line_endings(tmp_path: Path, ending: str):
    path = save(tmp_path, ("Título\n\n" + TABLE + ROWS).replace("\n", ending))
    shape = read_shape(path, 10)
    assert shape.skipped == 2 and list(rows_of(path, shape)[0]) == [4, 5]


def test_the_end_mark_of_old_systems_is_no_row(tmp_path: Path):
    path = save(tmp_path, TABLE + ROWS + "\x1a")
    assert [list(part) for part in rows_of(path, read_shape(path, 10))] == [[2, 3], [], []]


def test_mixed_line_endings_and_quotes(tmp_path: Path):
    path = save(tmp_path, 'a;b;c\r\n"dos\r\nlíneas";2;"dice ""hola"""\n5" tubo;2;x"y"z\r7;8;9\r\n')
    good, _, refused = rows_of(path, read_shape(path, 10))
    assert not refused
    assert list(good.values()) == [["dos\r\nlíneas", "2", 'dice "hola"'], ['5" tubo', "2", 'x"y"z'], ["7", "8", "9"]]


WORDS = ["Muñoz y Compañía", "Almacén Ñuñoa", "Máquina de café", "¿Qué?", "Ávila", "Código;Descripción", "Güemes",
         "PEÑALOLÉN", "Günther Straße", "Ação", "Café 10"]  # fmt: skip


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850"])
@pytest.mark.parametrize("word", WORDS)
def test_accents_tell_the_encoding(encoding: str, word: str):
    data = word.encode(encoding)
    assert data.decode(legacy(data) if not data.isascii() else "ascii") == word


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("utf-16", "utf-16"), ("mac_roman", "mac_roman"),
     ("cp850", "cp850"), ("latin_1", "cp1252"), ("cp1251", "cp1251")],
)  # fmt: skip
def test_other_encodings_are_found(tmp_path: Path, encoding: str, found: str):
    word = "Компания Восток" if encoding == "cp1251" else "Muñoz y Compañía"
    path = save(tmp_path, f"sep=;\nFecha;Pedido;Cliente\n2026-01-02;1;{word}\n2026-01-03;2;{word}\n", encoding)
    shape = read_shape(path, 10)
    assert (shape.encoding, shape.headers) == (found, ("Fecha", "Pedido", "Cliente"))
    assert rows_of(path, shape)[0][3][2] == word


def test_a_chosen_encoding_holds_and_one_that_does_not_fit_is_refused(tmp_path: Path):
    path = save(tmp_path, TABLE + ROWS, "cp1252")
    assert read_shape(path, 10, encoding="Windows-1252").encoding == "cp1252"
    assert read_shape(path, 10, encoding="mac-roman").headers[1] != "N° Pedido"
    for wrong in ("utf-8", "utf-16", "base64", "ascii"):
        with pytest.raises(errors.WrongEncoding):
            read_shape(path, 10, encoding=wrong)


def test_two_encodings_in_one_file_are_told(tmp_path: Path):
    path = tmp_path / "ventas.csv"
    path.write_bytes((TABLE + ROWS).encode() + ROWS.encode("cp1252"))
    with pytest.raises(errors.MixedEncodings) as caught:
        read_shape(path, 10)
    assert caught.value.values["row"] == 4
    assert read_shape(path, 10, encoding="cp1252").encoding == "cp1252"


def test_columns_beyond_a_spreadsheets_are_refused_and_its_own_are_not(tmp_path: Path):
    wide = ",".join(f"c{place}" for place in range(MOST_COLUMNS))
    path = save(tmp_path, f"{wide}\n{',' * (MOST_COLUMNS - 1)}1\n")
    assert len(read_shape(path, 10).headers) == MOST_COLUMNS
    path = save(tmp_path, f"{wide},x\n{',' * MOST_COLUMNS}1\n")
    with pytest.raises(errors.TooManyColumns):
        read_shape(path, 10)


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7\n...", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\x00\x10JFIF", b"GIF89a\x01\x00", b"SQLite format 3\x00",
     b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c"],
)  # fmt: skip
def test_what_is_neither_text_nor_workbook_is_refused(tmp_path: Path, data: bytes):
    path = tmp_path / "ventas.csv"
    path.write_bytes(data * 20)
    with pytest.raises(errors.NotText):
        read_shape(path, 10)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)


@given(st.lists(st.lists(cells, min_size=0, max_size=6), max_size=20))
def test_any_rows_have_a_header_or_none(rows: list[list[str]]):
    header = find_header("orders", rows)
    assert 0 <= header.first <= len(rows) and header.first - 1 <= header.last < max(1, len(rows))


def test_fractions_of_workbooks_are_shown_with_a_decimal_sign():
    assert [shown_cell(text, ",") for text in ("12995e-3", "-5e-1", "3e-5", "12995", "A-3", "")] == [
        "12,995", "-0,5", "0,00003", "12995", "A-3", ""]  # fmt: skip
