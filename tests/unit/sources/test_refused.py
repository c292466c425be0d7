"""Refused rows, kept and given back."""

import csv
import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ml_insights.sources.facts import Problem, RefusedRow
from ml_insights.sources.refused import RefusedLog, read_refused, refused_csv, sentence

ROWS = [
    RefusedRow(3, (Problem("quantity", "many", "not-a-number"),), ("A1", "many", "=1+1"), 0),
    RefusedRow(9, (Problem("", "2 ≠ 3", "columns"),), ("A2", "-5"), None),
]


def test_a_log_is_read_back_by_pages(tmp_path: Path):
    with RefusedLog(tmp_path / "log") as log:
        log.add(ROWS)
    assert list(read_refused(tmp_path / "log")) == ROWS
    assert list(read_refused(tmp_path / "log", offset=1, limit=1)) == ROWS[1:]
    assert list(read_refused(tmp_path / "none")) == []


def test_the_csv_has_the_files_columns_and_says_why():
    text = "".join(refused_csv(("order", "quantity", "note"), ROWS, "orders", "en"))
    header, first, second = csv.reader(io.StringIO(text))
    assert header == ["order", "quantity", "note", "occurrence", "refused_row", "refused_because"]
    assert first == ["A1", "many", "'=1+1", "0", "3", "Quantity is not a number (“many”)"]
    assert second[:5] == ["A2", "-5", "", "", "9"]


def test_reasons_are_told_in_spanish():
    assert sentence(ROWS[0].problems[0], "orders", "es").startswith("Cantidad no ")


@given(st.lists(st.text(max_size=10), min_size=2, max_size=2))
def test_no_cell_starts_a_formula(cells: list[str]):
    row = RefusedRow(2, (Problem("a", cells[0], "missing"),), tuple(cells), 0)
    text = "".join(refused_csv(("a", "b"), [row], "orders", "en"))
    for cell in list(csv.reader(io.StringIO(text, newline="")))[1]:
        assert not cell.startswith(("=", "@", "\t", "\r"))
        assert (
            not cell.startswith(("+", "-"))
            or cell[1:]
            .replace(".", "")
            .replace(",", "")
            .replace("%", "")
            .replace("e", "")
            .replace("E", "")
            .replace("+", "")
            .replace("-", "")
            .isdecimal()
        )
