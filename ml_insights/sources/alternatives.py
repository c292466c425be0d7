"""What a file can be taken for while decisions about it are open. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ml_insights.sources.answers import FREE, READ, standing
from ml_insights.sources.facts import Answer, Decision, Inspection, Reading
from ml_insights.sources.row_questions import RATE

ANY_RATE, ANY_VALUE = "2", "2"
"""A rate and a value of which nothing is special: what hangs on them comes out otherwise than as proposed."""


def alternatives(inspection: Inspection, asked: Collection[Decision]) -> tuple[Reading, ...]:
    """The reading as it stands, and one for each other way to answer one of the decisions `asked`.

    Empty where one of them is about which rows the file has, because no reading settles that.
    """
    if any(one.name not in READ for one in asked):
        return ()
    others = (READ[one.name](inspection.reading, answer) for one in asked for answer in _other_answers(one))
    return inspection.reading, *others


def _other_answers(decision: Decision) -> Iterable[Answer]:
    meanings = {meaning: None for option in decision.options for meaning in option.meanings}
    if meanings:
        return [_everywhere(decision, meaning) for meaning in meanings]
    free = (ANY_VALUE,) if decision.name in FREE and len(decision.options) == 1 else ()
    return [one for one in (*(option.value for option in decision.options), *free) if one != standing(decision)]


def _everywhere(decision: Decision, meaning: str) -> dict[str, str]:
    said = ANY_RATE if meaning == RATE else meaning
    return {option.value: said for option in decision.options if meaning in option.meanings}


def certain(summaries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What all of the summaries say alike; None for what they do not."""
    first, *others = summaries
    return {name: value if all(one[name] == value for one in others) else None for name, value in first.items()}
