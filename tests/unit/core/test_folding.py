"""What is searched and what is stored are folded alike."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_insights.core.folding import fold

LATIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x24F), max_size=40)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Ñuñoa", "nunoa"), ("JOSÉ Güell", "jose guell"), ("Łódź", "łodz"), ("Straße", "straße"), ("Ωμέγα", "ωμέγα")],
)
def test_letters_lose_case_and_accents(text: str, expected: str) -> None:
    assert fold(text) == expected


@given(text=LATIN)
def test_it_is_the_same_however_accents_are_stored(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(text=st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


def test_nothing_stays_nothing() -> None:
    assert fold(None) is None and fold("") == ""
