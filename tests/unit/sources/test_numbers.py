"""Numbers as people write them."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_insights.sources.numbers import LARGEST, guess_decimal, parse_numbers


def parsed(texts: list[str], decimal: str = ".") -> list[float | None]:
    return parse_numbers(pa.array(texts, pa.string()), decimal).to_pylist()


def test_plain_numbers():
    assert parsed(["1", "-2.5", "+3", ".5", "1e3"]) == [1, -2.5, 3, 0.5, 1000]


def test_grouped_and_priced():
    assert parsed(["1,234.50", "$ 1,000", "€12.5", "-1,000,000"]) == [1234.5, 1000, 12.5, -1_000_000]


def test_decimal_comma():
    assert parsed(["1.234,50", "3,7", "-0,25", "$1.990"], ",") == [1234.5, 3.7, -0.25, 1990]


@pytest.mark.parametrize(
    "text", ["", "abc", "1,23,4", "nan", "inf", "-Infinity", "1e16", "0x10", "1_000", "12-3", "1.2.3"]
)
def test_what_is_no_number_is_null(text: str):
    assert parsed(["7", text]) == [7, None]


def test_a_point_is_refused_where_the_comma_is_decimal():
    assert parsed(["12.5"], ",") == [None]


@given(st.floats(-LARGEST / 2, LARGEST / 2, allow_nan=False))
def test_every_float_comes_back(value: float):
    assert parsed([repr(value)]) == [value]


@given(st.lists(st.text(max_size=12), max_size=20), st.sampled_from(".,"))
def test_any_text_is_a_finite_number_or_null(texts: list[str], decimal: str):
    results = parsed(texts, decimal)
    assert len(results) == len(texts)
    assert all(result is None or abs(result) < LARGEST for result in results)


@pytest.mark.parametrize(
    ("values", "separator", "decimal"),
    [
        (["1.5", "2"], ",", "."),
        (["1,5", "2"], ";", ","),
        (["1,234.5"], ",", "."),
        (["1.234,5"], ";", ","),
        (["1,234"], ",", "."),
        (["1,234"], ";", ","),
        (["0,125"], ",", ","),
        ([], ",", "."),
    ],
)
def test_guessed_decimal_sign(values: list[str], separator: str, decimal: str):
    assert guess_decimal(values, separator) == decimal
