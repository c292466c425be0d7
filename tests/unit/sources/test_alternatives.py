"""What holds of a file however its open questions are answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_insights.sources.alternatives import alternatives, certain
from ml_insights.sources.facts import Decision, FileShape, Inspection, Option, Reading

READING = Reading("orders", {}, "utf-8", ",", ".", None, "UTC", states={"Paid": "sale", "Odd": "out"})
DECIMAL = Decision("decimal", "?", (Option(".", "."), Option(",", ",")), proposed=".")
STATES = Decision(
    "states",
    "?",
    (
        Option("Paid", "Paid", meanings=("sale", "out"), proposed="sale"),
        Option("Odd", "Odd", meanings=("sale", "out"), proposed="out"),
    ),
)
CURRENCY = Decision("currency", "?", (Option("USD", "USD", meanings=("rate", "out")),))
QUANTITY = Decision("quantity", "?", (Option("1", "1"),), proposed="1")
SHEET = Decision("sheet", "?", (Option("A", "A"), Option("B", "B")), proposed="A")


def readings(*decisions: Decision) -> tuple[Reading, ...]:
    shape = FileShape("utf-8", ",", ("a",), "", 1, True)
    return alternatives(Inspection(shape, [], READING, decisions, Path()), decisions)


def test_every_other_answer_is_another_reading() -> None:
    assert [one.decimal for one in readings(DECIMAL)] == [".", ","]
    assert len(readings(DECIMAL, QUANTITY)) == 3


def test_states_are_tried_with_each_meaning_for_all() -> None:
    assert [one.states for one in readings(STATES)] == [
        {"Paid": "sale", "Odd": "out"},
        {"Paid": "sale", "Odd": "sale"},
        {"Paid": "out", "Odd": "out"},
    ]


def test_a_rate_and_a_constant_that_nobody_proposed_are_tried() -> None:
    assert [one.rates for one in readings(CURRENCY)] == [{}, {"USD": 2.0}, {}]
    assert [one.constants.get("quantity") for one in readings(QUANTITY)] == [None, "2"]


def test_no_reading_tells_which_rows_there_are() -> None:
    assert readings(SHEET) == () == readings(DECIMAL, SHEET)


@pytest.mark.parametrize(
    ("summaries", "told"),
    [
        ([{"a": 1, "b": 2}], {"a": 1, "b": 2}),
        ([{"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": 1, "b": 2}], {"a": 1, "b": None}),
        ([{"a": 0, "b": None}, {"a": 0, "b": 1}], {"a": 0, "b": None}),
    ],
)
def test_what_is_not_always_so_is_unknown(summaries: list[dict[str, int | None]], told: dict[str, int | None]) -> None:
    assert certain(summaries) == told
