"""Currencies beside amounts and in headers."""

import pyarrow as pa
import pytest
from babel.numbers import get_currency_precision

from ml_insights.sources.currencies import (
    WHOLE,
    codes,
    currencies_in,
    currency_of,
    currency_of_header,
    has_decimals,
    is_currency,
    without_currency,
)


@pytest.mark.parametrize(
    ("header", "currency", "rest"),
    [
        ("Total (CLP)", "CLP", "Total"),
        ("price_usd", "USD", "price"),
        ("FreightCostUSD", "USD", "FreightCost"),
        ("Monto US$", "USD", "Monto"),
        ("Precio \u20ac", "EUR", "Precio"),
        ("Precio en d\u00f3lares", "USD", "Precio en"),
        ("Valor COP", "COP", "Valor"),
        ("TOTAL (COP)", "COP", "TOTAL"),
        ("Total ($)", "", "Total"),
        ("Total all", "", "Total all"),
        ("TOP CUSTOMER", "", "TOP CUSTOMER"),
        ("Precio unitario", "", "Precio unitario"),
        ("Sol. N\u00b0", "", "Sol. N\u00b0"),
    ],
)
def test_a_header_names_its_currency(header: str, currency: str, rest: str):
    assert (currency_of_header(header), without_currency(header)) == (currency, rest)


def test_cells_name_theirs():
    assert currencies_in(["$ 12.990", "US$ 1", "12 EUR", "5", "(\u00a312.30)", "abc", ""]) == {"$", "USD", "EUR", "GBP"}
    assert currencies_in(pa.array(["CLP 5", None], pa.string())) == {"CLP"}


def test_which_currencies_are_written_with_decimals():
    assert [has_decimals(code) for code in ("USD", "EUR", "KWD", "CLP", "JPY", "PYG", "COP")] == [True] * 3 + [
        False
    ] * 4


@pytest.mark.parametrize(
    ("cell", "beside", "currency"),
    [
        ("usd", False, "USD"),
        ("US$", False, "USD"),
        ("D\u00f3lares", False, "USD"),
        ("Peso mexicano", False, "MXN"),
        ("MX$ 1.250,50", True, "MXN"),
        ("\u20b2 90.000", True, "PYG"),
        ("1 200,00 z\u0142", True, "PLN"),
        ("$ 12.990", True, ""),
        ("PESOS", False, ""),
        ("12.990 CR", True, ""),
        ("fichas", False, "FICHAS"),
    ],
)
def test_a_cell_names_its_currency_alone_or_beside_an_amount(cell: str, beside: bool, currency: str):
    assert currency_of(cell, beside) == currency


def test_what_names_no_currency_is_none():
    assert is_currency("EUR") and is_currency("$") and not is_currency("") and not is_currency("fichas")


def test_currencies_without_decimals_are_those_of_the_library() -> None:
    assert {code for code in codes() if get_currency_precision(code) == 0} == WHOLE
