"""Answers to the decisions of a file, put into its reading. Pure.

Whoever adds a kind of decision adds to READ how its answer changes the reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ml_insights.sources import row_answers, row_questions
from ml_insights.sources.errors import UnknownAnswer, UnknownDecision
from ml_insights.sources.facts import Answer, Decision, Inspection, Option, Reading

ISO = "iso"
"""The answer that stands for ISO 8601, which a reading writes as None."""


def _decimal(reading: Reading, answer: Answer) -> Reading:
    return replace(reading, decimal=str(answer))


def _dates(reading: Reading, answer: Answer) -> Reading:
    return replace(reading, date_format=None if answer == ISO else str(answer))


def _places(reading: Reading, answer: Answer) -> Reading:
    return replace(reading, keep_places=answer == "keep")


READ: dict[str, Callable[[Reading, Answer], Reading]] = {
    "decimal": _decimal,
    "dates": _dates,
    "places": _places,
    **row_answers.READ,
}
UNASKED = ("decimal", "dates")
"""Decisions that can be answered also where the file does not put them."""
FREE = (*UNASKED, *row_answers.FREE)
"""Decisions that take an answer which none of their options names."""


def settle(inspection: Inspection, answers: Mapping[str, Answer]) -> Inspection:
    """The inspection with `answers` in its reading, and its decisions as they stand then.

    An answer that its decision no longer offers is passed over, so that the decision opens again.
    """
    for name, answer in answers.items():
        decision = decision_of(inspection, name)
        if decision is None:
            inspection = _read(inspection, name, answer) if name in UNASKED else inspection
        elif settled := _answered(decision, answer):
            others = tuple(settled if one.name == name else one for one in inspection.decisions)
            inspection = _read(replace(inspection, decisions=others), name, answer)
    return inspection


def require_known(inspection: Inspection, name: str, answer: Answer) -> None:
    """Raise UnknownDecision or UnknownAnswer where the file asks no such thing or offers no such answer."""
    decision = decision_of(inspection, name)
    if decision is None:
        if name not in UNASKED:
            asked = ", ".join(one.name for one in inspection.decisions)
            raise UnknownDecision(decision=name, choices=asked or "–")
    elif _answered(decision, answer) is None:
        raise UnknownAnswer(decision=name, answer=str(answer), choices=", ".join(choices_of(decision)))


def proposals(inspection: Inspection) -> dict[str, Answer]:
    """An answer to every open decision for which the file suggests one."""
    found = {one.name: standing(one) for one in inspection.decisions if one.open}
    return {name: answer for name, answer in found.items() if whole(answer)}


def suggested(decision: Decision) -> Answer:
    """What the file itself suggests; empty where that is nothing."""
    each = {option.value: option.proposed for option in decision.options if option.meanings}
    return each or decision.proposed


def standing(decision: Decision) -> Answer:
    """The answer that holds at present: what was said, over what the file suggests."""
    found = suggested(decision)
    if isinstance(found, str) or isinstance(decision.answer, str):
        return decision.answer or found
    return found | decision.answer


def whole(answer: Answer) -> bool:
    """Whether an answer leaves nothing open."""
    return bool(answer) and (isinstance(answer, str) or all(answer.values()))


def decision_of(inspection: Inspection, name: str) -> Decision | None:
    """The decision called `name`, where the file asks it."""
    return next((one for one in inspection.decisions if one.name == name), None)


def choices_of(decision: Decision) -> list[str]:
    """The answers that can be given, as the command takes them."""
    return [
        f"{option.value}:{meaning}" if meaning else option.value
        for option in decision.options
        for meaning in option.meanings or ("",)
    ]


def _read(inspection: Inspection, name: str, answer: Answer) -> Inspection:
    return replace(inspection, reading=READ[name](inspection.reading, answer)) if name in READ else inspection


def _answered(decision: Decision, answer: Answer) -> Decision | None:
    """The decision with its answer, still open where an option lacks one; None where the answer does not fit."""
    if isinstance(answer, str):
        offered = decision.name in FREE or answer in {option.value for option in decision.options}
        fitting, unanswered = answer if offered else "", False
    else:
        fitting = {one.value: answer[one.value] for one in decision.options if _fits(one, answer.get(one.value, ""))}
        unanswered = any(one.meanings and one.value not in fitting for one in decision.options)
    return replace(decision, answer=fitting, open=unanswered, asked=decision.open) if fitting else None


def _fits(option: Option, answer: str) -> bool:
    """Whether an option can be answered so: by one of its meanings, where a rate is asked for by a number."""
    if row_questions.RATE in option.meanings and _is_rate(answer):
        return True
    return answer in option.meanings and answer != row_questions.RATE


def _is_rate(answer: str) -> bool:
    try:
        return 0 < float(answer) < float("inf")
    except ValueError:
        return False
