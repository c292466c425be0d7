"""Which sign stands before the decimals of a file."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_insights.sources.decimals import SIGNS, Evidence, Products, Signs, Verdict, Why, judge, other
from ml_insights.sources.numbers import parse_numbers


def column(header: str, *texts: str, money: bool = False, whole: bool = False) -> Evidence:
    signs = Signs()
    signs.add(pa.array(texts, pa.string()))
    return Evidence(header, signs, money, whole)


def price(*texts: str) -> Evidence:
    return column("price", *texts, money=True)


def pesos(*texts: str) -> Evidence:
    return column("price", *texts, money=True, whole=True)


@pytest.mark.parametrize(
    ("texts", "decimal"),
    [
        (["1.5"], "."),
        (["1,5"], ","),
        (["1,234.5"], "."),
        (["1.234,5"], ","),
        (["1.249.900", "12.990"], ","),
        (["1,249,900", "12,990"], "."),
        (["0,125"], ","),
        (["0.990"], "."),
        (["1234.567"], "."),
        (["12,34,567"], "."),
        (["1 234,567"], ","),
        (["$ 12.990.-"], ","),
        (["12.990,-"], ","),
    ],
)
def test_one_plain_value_settles_it(texts: list[str], decimal: str):
    verdict = judge([price(*texts)])
    assert (verdict.decimal, verdict.why, verdict.settled) == (decimal, Why.VALUES, True)


def test_without_any_sign_both_readings_are_the_same():
    assert judge([price("990", "12990")]) == Verdict(".", Why.NOTHING, True)
    assert judge([]) == Verdict(".", Why.NOTHING, True)


@pytest.mark.parametrize("texts", [["12.990", "45.990"], ["1,234"], ["12.990", "990"]])
def test_three_digits_after_every_sign_are_asked(texts: list[str]):
    verdict = judge([price(*texts)])
    assert (verdict.why, verdict.settled) == (Why.OPEN, False)


def test_a_currency_without_decimals_settles_them():
    assert judge([pesos("12.990", "45.990")]) == Verdict(",", Why.CURRENCY, True)


def test_whole_pesos_with_three_noughts_could_be_either():
    assert not judge([pesos("990.000", "450.000")]).settled


def test_pesos_with_written_out_fractions_keep_their_point():
    assert judge([pesos("990.125", "412.5", "1250.5", "33.3")]).decimal == "."


def test_values_that_contradict_each_other_are_asked():
    verdict = judge([price("12.50", "12,50")])
    assert (verdict.why, verdict.settled) == (Why.CONTRADICTION, False)


def test_kilos_with_a_point_beside_pesos_with_one_keep_a_sign_each():
    verdict = judge([column("kg", "1.5", "2.25"), pesos("12.990", "45.990")])
    assert (verdict.decimal, verdict.why, verdict.settled) == ("each", Why.COLUMNS, True)
    assert verdict.own == {"kg": ".", "price": ","}


def test_quantities_that_are_never_below_a_thousand_are_in_doubt():
    assert not judge([column("kg", "1.500", "2.250"), price("1.249.900")]).settled
    assert judge([column("kg", "1.500", "2"), price("1.249.900")]).settled
    assert judge([column("kg", "1,500", "2,250"), price("12.50")]).settled


def test_money_with_three_decimals_is_in_doubt():
    assert not judge([column("kg", "1.5"), price("12.990", "45.990")]).settled


def test_one_slip_of_the_hand_among_many_proves_nothing():
    grouped = [f"{n}.{n % 10}90" for n in range(10, 100)]
    assert not judge([pesos(*grouped, "12.5")]).settled
    assert not judge([price(*grouped, "12.5")]).settled


def products(quantities: list[str], prices: list[str], totals: list[str]) -> Products:
    found = Products()
    read = {
        s: tuple(parse_numbers(pa.array(c), s).to_numpy(False) for c in (quantities, prices, totals)) for s in SIGNS
    }
    found.add(read)  # pyright: ignore[reportArgumentType]
    return found


def test_quantity_times_price_settles_it():
    prices, totals = ["990", "12.990", "450"], ["4.950", "25.980", "1.350"]
    found = products(["5", "2", "3"], prices, totals)
    assert judge([price(*prices), column("total", *totals, money=True)], found) == Verdict(",", Why.PRODUCT, True)


def test_products_that_hold_both_ways_settle_nothing():
    found = products(["2", "3"], ["12.990", "45.990"], ["25.980", "137.970"])
    assert not judge([price("12.990", "45.990")], found).settled


def test_products_against_the_currency_are_asked():
    found = products(["1.500", "2.250"], ["12.990", "45.990"], ["19.485", "103.478"])
    verdict = judge([column("kg", "1.500", "2.250"), pesos("12.990", "45.990")], found)
    assert (verdict.why, verdict.settled) == (Why.CONTRADICTION, False)


@settings(deadline=None)
@given(
    st.lists(st.integers(1, 10**10), min_size=1, max_size=30),
    st.sampled_from([0, 1, 2, 3, 4]),
    st.sampled_from(SIGNS),
    st.booleans(),
    st.booleans(),
)
def test_no_set_of_values_gives_a_confident_wrong_sign(
    units: list[int], places: int, decimal: str, groups: bool, trimmed: bool
):
    """Written in one style with a currency that has decimals, values settle their own sign or none."""
    group = other(decimal) if groups else ""
    texts = [f"{unit / 10**places:,.{places}f}" for unit in units]
    if trimmed and places:
        texts = [text.rstrip("0").rstrip(".") for text in texts]
    written = [text.translate({ord(","): group, ord("."): decimal}) for text in texts]
    for evidence in (price(*written), column("kg", *written)):
        verdict = judge([evidence])
        assert verdict.why is Why.NOTHING or not verdict.settled or verdict.decimal == decimal


@settings(deadline=None)
@given(st.lists(st.text("0123456789.,$ -()'CLR", max_size=10), max_size=20))
def test_any_texts_are_judged(texts: list[str]):
    assert judge([price(*texts), column("n", *texts[:3])]).decimal in SIGNS


def test_few_prices_with_decimals_among_many_that_look_grouped_are_asked():
    assert not judge([pesos("12.990", "4.50", "3.990")]).settled
    assert not judge([price("1.250", "12.990", "4.5")]).settled
    assert judge([price("1.259", "4.50", "12.99")]) == Verdict(".", Why.VALUES, True)
