"""Numbers as people write them."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_insights.sources.numbers import LARGEST, parse_degrees, parse_numbers, with_unit, without_pieces


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


@settings(deadline=None)
@given(st.floats(-LARGEST / 2, LARGEST / 2, allow_nan=False))
def test_every_float_comes_back(value: float):
    assert parsed([repr(value)]) == [value]


@settings(deadline=None)
@given(st.lists(st.text(max_size=12), max_size=20), st.sampled_from(".,"))
def test_any_text_is_a_finite_number_or_null(texts: list[str], decimal: str):
    results = parsed(texts, decimal)
    assert len(results) == len(texts)
    assert all(result is None or abs(result) < LARGEST for result in results)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(250.00)", -250),
        ("75.00-", -75),
        ("($12.30)", -12.3),
        ("$(12.30)", -12.3),
        ("$ 12.30", 12.3),
        ("-$5.00", -5),
        ("$ -5.00", -5),
        ("$5.00-", -5),
        ("\u221218.25", -18.25),
        ("\u201318.25", -18.25),
        ("+20.00", 20),
        ("(1,000.00)", -1000),
        ("9.99 CR", -9.99),
        ("30.00 DR", 30),
        ("$ -", 0),
        ("- \u20ac", 0),
        ("(0.00)", 0),
    ],
)
def test_signs_of_accountants(text: str, value: float):
    assert parsed([text]) == [value]


@pytest.mark.parametrize(
    "text",
    ["US$ 12.50", "12.50 USD", "usd 12.50", "R$12.50", "\u00a312.50", "S/ 12.50", "CLP $ 12.50", "12.50\u00a0€"],
)
def test_a_currency_may_stand_beside(text: str):
    assert parsed([text]) == [12.5]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1'234.50", 1234.5),
        ("1\u2019234.50", 1234.5),
        ("1 234.50", 1234.5),
        ("1\u202f234\u202f567.5", 1234567.5),
        ("12,34,567.80", 1234567.8),
    ],
)
def test_groups_of_other_countries(text: str, value: float):
    assert parsed([text]) == [value]


@pytest.mark.parametrize(
    "text",
    ["12,34.5", "1.234,567.8", "-", "\u2014", "15%", "15 %", "--5", "-5-", "-(5)", "(-5)", "(5", "5)", "-5 DR",
     "(5) CR", "5 5", "12 34", "1 234,567", "012,345", "0,990", "1,23", "5 kg", "five", "#N/A", "1,234,", "12\u00b2"],
)  # fmt: skip
def test_what_could_mean_something_else_is_refused(text: str):
    assert parsed([text]) == [None]


def test_whole_amounts_end_in_a_dash_after_the_sign():
    assert parsed(["$ 12.990.-", "12.990,-"], ",") == [12990, 12990]
    assert parsed(["12.990.-"], ".") == [None]


def test_numbers_of_a_workbook_are_read_under_either_sign():
    assert parsed(["12995e-3"], ",") == parsed(["12995e-3"], ".") == [12.995]


@pytest.mark.parametrize("text", ["-33.4372", "-33,4372", "\u221233,4372"])
def test_degrees_have_decimals_after_either_sign(text: str):
    assert parse_degrees(pa.array([text])).to_pylist() == [-33.4372]


STYLES = st.fixed_dictionaries(
    {
        "decimal": st.sampled_from(".,"),
        "group": st.sampled_from(["", "other", " ", "\u00a0", "\u202f", "'"]),
        "minus": st.sampled_from(["-{}", "{}-", "({})", "\u2212{}", "- {}", "{} CR"]),
        "currency": st.sampled_from(["{}", "$ {}", "{} \u20ac", "US${}", "CLP {}", "{} usd"]),
    }
)


@settings(deadline=None)
@given(st.integers(-(10**9), 10**9), st.sampled_from([0, 1, 2, 4]), STYLES)
def test_a_number_in_any_style_comes_back(units: int, decimals: int, style: dict[str, str]):
    value = units / 10**decimals
    group = {"other": "." if style["decimal"] == "," else ","}.get(style["group"], style["group"])
    text = f"{abs(value):,.{decimals}f}".translate({ord(","): group, ord("."): style["decimal"]})
    text = style["currency"].format(text)
    assert parsed([style["minus"].format(text) if value < 0 else text], style["decimal"]) == [pytest.approx(value)]


def test_a_dash_for_no_cents_can_stand_apart():
    assert parsed(["12.990 .-", "$ 12.990.-", "12.990,-"], ",") == [12_990] * 3


def test_words_for_pieces_are_no_part_of_a_quantity():
    texts = pa.array(["3 un.", "2 uds", "1 pcs", "4u", "-2 Unidades", "1.250 kg", "6 cajas", "7", "A3"], pa.string())
    bare = without_pieces(texts)
    assert bare.to_pylist() == ["3", "2", "1", "4", "-2", "1.250 kg", "6 cajas", "7", "A3"]
    assert with_unit(bare).to_pylist() == [False] * 5 + [True, True, False, False]
