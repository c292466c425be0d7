"""Answers to a file's decisions as they are typed: NAME=VALUE, or NAME=OPTION:MEANING where each option has its own."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ml_insights.sources.answers import decision_of, proposals, require_known, suggested
from ml_insights.sources.errors import BadDecision
from ml_insights.sources.facts import Answer, Decision, Inspection


def decided(inspection: Inspection, typed: Iterable[str], accept_proposed: bool) -> dict[str, Answer]:
    """Decision → answer: those typed, over what the file suggests where that is accepted. Where each option needs an
    answer, those that are not typed are taken from what is suggested.

    Raises BadDecision, UnknownDecision and UnknownAnswer.
    """
    answers = proposals(inspection) if accept_proposed else {}
    for one in typed:
        name, equals, value = one.partition("=")
        name = name.strip()
        if not equals or not name or not value.strip():
            raise BadDecision(given=one)
        decision = decision_of(inspection, name)
        try:
            answer = _answer(decision, value.strip())
        except (ValueError, AttributeError) as error:
            raise BadDecision(given=one) from error
        require_known(inspection, name, answer)
        held = answers.get(name, _suggestions(decision) if accept_proposed else None)
        answers[name] = {**held, **answer} if isinstance(answer, dict) and isinstance(held, dict) else answer
    return answers


def _suggestions(decision: Decision | None) -> Answer:
    """What the file suggests, without the options for which it suggests nothing."""
    found = suggested(decision) if decision else ""
    return found if isinstance(found, str) else {option: meaning for option, meaning in found.items() if meaning}


def answer_with(decision: Decision) -> str:
    """How the command is told the answer."""
    each = suggested(decision)
    if isinstance(each, dict):
        pairs = (f"{value}:{meaning or '…'}" for value, meaning in each.items())
        return f'--decide "{decision.name}={",".join(pairs)}"'
    return f'--decide "{decision.name}={decision.proposed or decision.options[0].value}"'


def _answer(decision: Decision | None, value: str) -> Answer:
    """What is typed for a decision: JSON, one value, or pairs with commas between them."""
    if decision is None or not any(option.meanings for option in decision.options):
        return value
    if value.startswith("{"):
        return {str(option): str(meaning) for option, meaning in json.loads(value).items()}
    known = {option.value for option in decision.options}
    whole, _, meaning = value.rpartition(":")
    if whole in known:
        return {whole: meaning}
    pairs = (pair.rpartition(":") for pair in value.split(","))
    return {option.strip(): meaning.strip() for option, _, meaning in pairs}
