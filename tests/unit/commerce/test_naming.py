"""Names of products and customers: the commonest of a file, not the last, and no note about the stock."""

import pyarrow as pa
import pytest

from ml_insights.commerce.naming import Commonest, is_note, latest_of_each, products_of


def called(*chunks: list[tuple[str, str | None]]) -> dict[str, str]:
    names, rows = Commonest(), 0
    for chunk in chunks:
        ids, words = zip(*chunk, strict=True)
        names.add(
            pa.chunked_array([pa.array(ids, pa.string())]), pa.chunked_array([pa.array(words, pa.string())]), rows
        )
        rows += len(chunk)
    return names.chosen()


def test_the_commonest_wins_over_the_last_and_over_chunks():
    assert called([("1", "MUG"), ("1", "MUG RED")], [("1", "MUG"), ("1", "Mug, red")]) == {"1": "MUG"}


def test_of_equally_common_ones_the_latest_wins():
    assert called([("1", "A"), ("1", "B")], [("1", "A"), ("1", "B"), ("1", None)]) == {"1": "B"}


@pytest.mark.parametrize("note", ["?", "damaged", "lost??", "wrongly coded 20713", "???missing", "dañado", "merma"])
def test_a_note_is_no_name_however_often_it_stands(note: str):
    assert is_note(note)
    assert called([("1", "TEA TIN"), ("1", note), ("1", note)]) == {"1": "TEA TIN"}


@pytest.mark.parametrize("name", ["Lost Key Hanger", "CHECK TABLECLOTH", "té verde", "wetsuit", "testing kit"])
def test_names_are_no_notes(name: str):
    assert not is_note(name)


def test_the_only_words_of_a_product_stand_for_its_name_and_signs_do_not():
    assert called([("1", "damaged"), ("2", "?"), ("3", None)]) == {"1": "damaged"}


def test_a_customer_keeps_the_latest_value_of_each_column():
    rows = pa.table({"customer_id": ["1", "2", "1"], "name": ["Ana", "Luis", None], "email": [None, None, "a@x.cl"]})
    assert latest_of_each(rows, "customer_id").to_pylist() == [
        {"customer_id": "1", "name": "Ana", "email": "a@x.cl"},
        {"customer_id": "2", "name": "Luis", "email": None},
    ]


def test_products_of_a_file_are_told_once():
    seen: list[int] = []
    chunk = {"product_id": ["1", "1"], "name": ["A", None], "category": [None, "tea"], "unit_cost": [2.0, None]}
    more = {"product_id": ["1", "2"], "name": ["A", "B"], "category": [None, None], "unit_cost": [3.0, None]}
    kinds = {"product_id": pa.string(), "name": pa.string(), "category": pa.string(), "unit_cost": pa.float64()}
    tables = [pa.table({key: pa.array(values[key], kind) for key, kind in kinds.items()}) for values in (chunk, more)]
    told = [row for table in products_of(tables, seen) for row in table.to_pylist()]
    assert told == [
        {"product_id": "1", "name": "A", "category": "tea", "unit_cost": 3.0},
        {"product_id": "2", "name": "B", "category": None, "unit_cost": None},
    ]
    assert sum(seen) == 4
