"""Answers as a page puts them together from what it shows."""

from typing import Any

from ml_insights.sources.state.answering import taken, with_option, with_rate

CURRENCY: dict[str, Any] = {
    "name": "currency",
    "answer": {"CLP": "1", "USD": "rate", "EUR": ""},
    "options": [
        {"value": "CLP", "answer": "1"},
        {"value": "USD", "answer": "rate"},
        {"value": "EUR", "answer": ""},
    ],
}


def test_one_option_changes_and_the_others_keep_what_was_said():
    assert with_option(CURRENCY, "EUR", "out") == {"CLP": "1", "EUR": "out"}


def test_a_rate_is_what_the_field_of_numbers_gives():
    assert with_rate(CURRENCY, "USD", 950.5) == {"CLP": "1", "USD": "950.5"}
    assert with_rate(CURRENCY, "USD", 0) is None, "the field was left empty"
    assert with_rate(CURRENCY, "CLP", 1.0) is None, "nothing new"


def test_what_is_proposed_is_taken_whole():
    assert taken(CURRENCY | {"answer": {"a": "sale"}}) == {"a": "sale"}
    assert taken(CURRENCY | {"answer": "fill"}) == "fill"
