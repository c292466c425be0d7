"""What a table is asked for, page by page."""

import pytest

from ml_insights.sources.supabase.extract import _after, _name, as_text


def test_several_columns_are_compared_in_their_order():
    assert _after(("a",), (1,)) == 'a.gt."1"'
    assert _after(("a", "b"), ("x", 2)) == 'a.gt."x",and(a.eq."x",b.gt."2")'
    assert _after(("a", "b", "c"), (1, 2, 3)) == 'a.gt."1",and(a.eq."1",or(b.gt."2",and(b.eq."2",c.gt."3")))'


def test_odd_names_and_values_are_quoted():
    assert (_name("id"), _name("Order ID"), _name('a"b')) == ("id", '"Order ID"', '"a\\"b"')
    assert _after(("n°",), ('x,(1)"q\\',)) == '"n°".gt."x,(1)\\"q\\\\"'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (12.345, "12.345"),
        (1e-7, "0.0000001"),
        (1e16, "10000000000000000"),
        ({"a": 1}, '{"a": 1}'),
    ],
)
def test_values_become_cells_without_losing_anything(value: object, text: str):
    assert as_text(value) == text
