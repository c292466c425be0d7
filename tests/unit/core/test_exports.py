"""Exports must not run code in the spreadsheet that opens them, and must hold what the product holds."""

import csv
import io
import math
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from ml_insights.core import xlsx_export
from ml_insights.core.csv_export import FORMULA, csv_lines, defused, undefused
from ml_insights.core.exports import exported, save
from ml_insights.core.sheets import Column, Form, Kind, Sheet

NASTY = ["=1+1", "+1+1", "-2+3", "@SUM(1;1)", "\t=2+2", "\r=1", "\n=1", " =1", "-10%", "+56 9 5555 0000", "＝1", "'=1"]
AT = datetime(2026, 1, 31, 2, 30, tzinfo=UTC)


def sheet(columns: list[Column], *rows: tuple[object, ...], name: str = "x", title: str = "x") -> Sheet:
    return Sheet(name, title, columns, rows)


def csv_rows(made: Sheet) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(csv_lines(made)), newline="")))


def xlsx_rows(made: Sheet, language: str = "en", page: int = 0) -> list[list[object]]:
    file = exported(made, "xlsx", language)
    return CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(page).to_python()


@pytest.mark.parametrize("cell", NASTY)
def test_formulas_are_defused_in_csv_and_are_texts_in_excel(cell: str) -> None:
    made = sheet([Column("name")], (cell,))
    assert csv_rows(made)[1] == ["'" + cell]
    assert xlsx_rows(made)[1] == [cell]


@pytest.mark.parametrize("cell", ["Café", "", "a=b", "1-2", "'tis", "#1"])
def test_plain_words_stay(cell: str) -> None:
    assert defused(cell) == cell == undefused(cell)


@given(st.text())
def test_what_is_exported_comes_back_and_never_begins_like_a_formula(cell: str) -> None:
    assert undefused(defused(cell)) == cell
    assert defused(cell).startswith("'") or not FORMULA.match(cell)


@settings(deadline=None)
@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2), max_size=5))
def test_both_forms_give_every_text_back(rows: list[list[str]]) -> None:
    made = Sheet("x", "x", [Column("a"), Column("b")], rows)
    assert [[undefused(cell) for cell in row] for row in csv_rows(made)[1:]] == rows
    filled = [row for row in rows if any(row)]
    assert [row for row in xlsx_rows(made)[1:] if any(row)] == filled


def test_numbers_stay_numbers() -> None:
    columns = [Column("n", kind=Kind.NUMBER), Column("f", kind=Kind.MONEY, digits=2), Column("s", kind=Kind.SHARE)]
    made = sheet(columns, (-1, -1000.005, -0.25), (None, math.nan, math.inf))
    assert csv_rows(made)[1:] == [["-1", "-1000.0", "-0.25"], ["", "", ""]]
    assert xlsx_rows(made)[1] == [-1, -1000.005, -0.25]


def test_cells_of_a_file_stay_as_they_stood_but_formulas() -> None:
    made = sheet([Column("q", kind=Kind.RAW)], ("-1",), ("-1.234,50",), ("+3e5",), ("-10%",), ("=1",), ("007",))
    assert csv_rows(made)[1:] == [["-1"], ["-1.234,50"], ["+3e5"], ["'-10%"], ["'=1"], ["007"]]
    assert xlsx_rows(made)[1:] == [["-1"], ["-1.234,50"], ["+3e5"], ["-10%"], ["=1"], ["007"]]


def test_days_and_moments_are_dates_in_the_companys_zone() -> None:
    made = sheet(
        [Column("d", kind=Kind.DAY), Column("m", kind=Kind.MOMENT)], (date(2026, 1, 31), AT), (date(1850, 1, 1), None)
    )
    assert csv_rows(made)[1:] == [["2026-01-31", "2026-01-30T23:30:00-03:00"], ["1850-01-01", ""]]
    assert xlsx_rows(made)[1] == [date(2026, 1, 31), datetime(2026, 1, 30, 23, 30)]
    assert xlsx_rows(made)[2][0] == "1850-01-01", "Excel knows no day before 1900"


def test_people_read_words_and_the_currency_programs_read_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = [Column("revenue", "Revenue", Kind.MONEY), Column("state", "State", words={"open": "Sign out"})]
    made = sheet(columns, (5.0, "open"))
    assert csv_rows(made) == [["revenue", "state"], ["5.0", "open"]]
    assert xlsx_rows(made, "es") == [["Ingresos (CLP)", "Estado"], [5, "Cerrar sesión"]]


def test_heads_and_names_made_from_data_are_safe() -> None:
    made = sheet([Column("=cmd()")], ("a",), name="../=prod/ñandú\t*?.csv", title="[a]:*?/\\'b" + "x" * 40)
    assert csv_rows(made)[0] == ["'=cmd()"]
    assert made.file_name(Form.CSV) == "prod-ñandú-csv.csv"
    assert sheet([Column("a")], name="///").file_name(Form.XLSX) == "table.xlsx"
    file = exported(made, "xlsx", "en")
    (title,) = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).sheet_names
    assert title.startswith("a ") and len(title) <= 31


def test_more_rows_than_a_page_of_excel_holds_go_to_a_second_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_export, "MOST_ROWS", 2)
    made = sheet([Column("a")], ("1",), ("2",), ("3",), ("4",), ("5",))
    assert [xlsx_rows(made, page=page) for page in range(3)] == [
        [["a"], ["1"], ["2"]],
        [["a"], ["3"], ["4"]],
        [["a"], ["5"]],
    ]


def test_a_text_that_no_cell_holds_is_cut_and_says_so() -> None:
    (cell,) = xlsx_rows(sheet([Column("a")], ("x" * 40_000,)))[1]
    assert len(str(cell)) == 32_767 and str(cell).endswith("…")


def test_the_name_of_a_file_decides_what_is_saved(tmp_path: Path) -> None:
    made = sheet([Column("a")], ("=1",))
    save(made, tmp_path / "deep" / "a.csv", "en")
    save(made, tmp_path / "a.XLSX", "en")
    assert (tmp_path / "deep" / "a.csv").read_text() == "a\n'=1\n"
    assert CalamineWorkbook.from_path(str(tmp_path / "a.XLSX")).get_sheet_by_index(0).to_python() == [["a"], ["=1"]]


def test_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="pdf"):
        exported(sheet([Column("a")]), "pdf", "en")
