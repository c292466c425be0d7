"""The canonical bytes: one content, one digest; another content, another digest."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_insights.ledger.canonical import (
    NULL_WHOLE,
    block_digest,
    changed_rows,
    column_bytes,
    column_digests,
    row_checks,
)

TEXTS = st.lists(st.none() | st.text(max_size=5), max_size=6)
FLOATS = st.lists(st.floats(allow_infinity=False), max_size=6)


@given(TEXTS, TEXTS)
def test_texts_have_the_same_bytes_only_if_they_are_the_same(one: list[str | None], other: list[str | None]) -> None:
    assert (column_bytes(one) == column_bytes(other)) == (one == other)


@given(FLOATS, FLOATS)
def test_numbers_have_the_same_bytes_only_if_they_are_the_same(one: list[float], other: list[float]) -> None:
    same = len(one) == len(other) and np.array_equal(np.array(one), np.array(other), equal_nan=True)
    assert (column_bytes(np.array(one, float)) == column_bytes(np.array(other, float))) == same


def test_what_a_database_cannot_tell_apart_has_the_same_bytes() -> None:
    assert column_bytes(np.array([-0.0])) == column_bytes(np.array([0.0]))
    strange = np.array([0x7FF8000000000001], np.uint64).view(float)
    assert np.isnan(strange[0]) and column_bytes(strange) == column_bytes(np.array([np.nan]))


def test_the_bytes_are_those_that_are_written_down() -> None:
    assert column_bytes(["ñ", None, ""]) == b"\1\0\0\0\xff\xff\xff\xff\0\0\0\0" + "ñ".encode()
    assert column_bytes(np.array([1, NULL_WHOLE])) == b"\1" + bytes(7) + bytes(7) + b"\x80"
    assert column_bytes(np.array([1.0])) == bytes(6) + b"\xf0\x3f"
    assert column_digests({"a": np.array([1.0])}) == {"a": hashlib.sha256(bytes(6) + b"\xf0\x3f").hexdigest()}


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(0, 3)), min_size=1, max_size=8), st.data())
def test_a_changed_row_is_found(rows: list[tuple[str, int]], data: st.DataObject) -> None:
    names, numbers = [row[0] for row in rows], np.array([row[1] for row in rows])
    checks = row_checks({"name": names, "number": numbers})
    assert changed_rows({"name": names, "number": numbers}, checks) == []
    place = data.draw(st.integers(0, len(rows) - 1))
    numbers[place] += 1
    assert changed_rows({"name": names, "number": numbers}, checks) == [place]


def test_the_same_value_in_another_column_is_another_row() -> None:
    one, other = np.array([1.0]), np.array([2.0])
    assert row_checks({"a": one, "b": other}) != row_checks({"a": other, "b": one})


@pytest.mark.parametrize("header", [{"number": 2}, {"previous": "b"}, {"model": None}, {"more": 1}])
def test_the_digest_covers_the_whole_header(header: dict[str, object]) -> None:
    plain = {"number": 1, "previous": "a", "model": "demand"}
    assert block_digest(plain | header, b"") != block_digest(plain, b"")
    assert block_digest(plain, b"") == block_digest(dict(reversed(plain.items())), b"")
    assert block_digest(plain, b"1") != block_digest(plain, b"")
