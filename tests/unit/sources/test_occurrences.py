"""Numbering equal lines over a file that is read in chunks."""

from collections import Counter

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ml_insights.sources.occurrences import Occurrences

Lines = list[tuple[str, str]]


def encoded(texts: list[str]) -> pa.DictionaryArray:
    return pa.array(texts, pa.string()).dictionary_encode()


@given(st.lists(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xy")), max_size=15), max_size=8))
def test_chunks_are_numbered_like_the_whole(chunks: list[Lines]):
    counter, seen = Occurrences(), Counter[tuple[str, str]]()
    for lines in chunks:
        numbers = counter.count(encoded([a for a, _ in lines]), encoded([b for _, b in lines]))
        expected = []
        for line in lines:
            expected.append(seen[line])
            seen[line] += 1
        assert numbers.tolist() == expected


def test_order_and_product_are_not_swapped():
    assert Occurrences().count(encoded(["a", "b"]), encoded(["b", "a"])).tolist() == [0, 0]


def test_a_missing_code_is_no_mistake_here():
    assert Occurrences().count(encoded(["a", "a"]), pa.array(["x", None]).dictionary_encode()).tolist() == [0, 0]
