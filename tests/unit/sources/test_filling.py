"""Cells that stand on an order's first line only."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_insights.sources.cells import Cells, encoded
from ml_insights.sources.filling import Filler

Line = tuple[str, str, str]
"""Order, date, state."""
LINES = st.lists(
    st.tuples(st.sampled_from(["", "a", "b"]), st.sampled_from(["", "1/1", "2/1"]), st.sampled_from(["", "paid", "x"])),
    max_size=25,
)


def cells(texts: list[str]) -> Cells:
    return encoded(pa.chunked_array([pa.array(texts, pa.string())]))


def filled(chunks: list[list[Line]], orders: bool) -> list[Line]:
    """What the lines of all chunks say after filling."""
    filler, told = Filler(orders=orders), []
    for lines in chunks:
        order, date, state = (cells([line[place] for line in lines]) for place in range(3))
        skip = [line == ("", "", "x") for line in lines]
        filler.fill(order, date, {"date": date, "state": state}, pa.array(skip, pa.bool_()).to_numpy(False))
        told += [(order.at(row), date.at(row), state.at(row)) for row in range(len(lines))]
    return told


def one_by_one(lines: list[Line], orders: bool) -> list[Line]:
    """The same, told the long way."""
    told, above, day = [], ("", "", ""), ""
    for line in lines:
        if line == ("", "", "x"):
            told.append(line)
            continue
        order, date, state = line
        goes_on = orders and not order and (not date or date == day)
        order = above[0] if goes_on else order
        if order and order == above[0]:
            state, filled_date = state or above[2], date or above[1]
        else:
            filled_date = date
        day = date or day
        above = (order, filled_date, state)
        told.append(above)
    return told


@settings(deadline=None)
@given(LINES, st.lists(st.integers(1, 7), min_size=1, max_size=6), st.booleans())
def test_chunks_are_filled_like_the_whole(lines: list[Line], sizes: list[int], orders: bool):
    chunks, start = [], 0
    while start < len(lines):
        size = sizes[len(chunks) % len(sizes)]
        chunks.append(lines[start : start + size])
        start += size
    assert filled(chunks, orders) == one_by_one(lines, orders)


def test_only_within_the_same_order():
    lines = [("a", "1/1", "paid"), ("a", "", ""), ("b", "", ""), ("", "2/1", "")]
    assert filled([lines], orders=False) == [("a", "1/1", "paid"), ("a", "1/1", "paid"), ("b", "", ""), ("", "2/1", "")]


def test_a_line_without_order_and_date_goes_on_with_the_order_above():
    lines = [("a", "1/1", "paid"), ("", "", ""), ("", "2/1", ""), ("", "", "")]
    assert filled([lines], orders=True) == [("a", "1/1", "paid"), ("a", "1/1", "paid"), ("", "2/1", ""), ("", "", "")]
