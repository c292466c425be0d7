"""Exports must not run code in the spreadsheet that opens them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_insights.core.csv_export import FORMULA, csv_text, defused


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "-cmd|' /C calc'!A0"])
def test_formulas_are_quoted(cell: str) -> None:
    assert defused(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["-12.5", "+3", "-1e5", "-3,5", "-40%", "Café", "", "a=b", 5, -5.0, None])
def test_numbers_and_plain_words_stay(cell: object) -> None:
    assert defused(cell) == cell


@given(st.lists(st.lists(st.text(alphabet=st.characters(exclude_characters="\r\n\0")), min_size=2, max_size=2)))
def test_a_reader_gets_every_cell_back_without_its_danger(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(csv_text(["a", "b"], rows))))
    assert read == [["a", "b"], *[[defused(cell) for cell in row] for row in rows]]
    assert not any(cell.startswith(FORMULA) and defused(cell) != cell for row in read for cell in row)
