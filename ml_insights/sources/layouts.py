"""How files of one layout were read the last time: remembered after an import, recalled for the next file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from ml_insights.core import clock
from ml_insights.sources.answers import decision_of, suggested
from ml_insights.sources.facts import Answer, Choices, Inspection
from ml_insights.sources.synonyms import plain
from ml_insights.sources.tables import ImportLayout


def fingerprint(contract: str, headers: Sequence[str]) -> str:
    """What files of one layout have in common, however their headers are ordered and spelt."""
    return hashlib.sha256("\n".join([contract, *sorted(map(plain, headers))]).encode()).hexdigest()


def remember(session: Session, inspection: Inspection, choices: Choices, name: str) -> None:
    """Keep what was settled, if anything was, for the next file of this layout.

    `inspection` is the file with its decisions answered.
    """
    if not (choices.columns or choices.answers or choices.left_out):
        return
    contract = inspection.reading.contract
    answered = {one.name: one for one in inspection.decisions if one.name in choices.answers}
    session.merge(
        ImportLayout(
            fingerprint=fingerprint(contract, inspection.shape.headers),
            contract=contract,
            choices=choices.as_json(),
            proposed={name: suggested(one) for name, one in answered.items() if not one.asked},
            actor=name,
            used_at=clock.now(),
        )
    )


def recalled(session: Session, contract: str, headers: Sequence[str]) -> ImportLayout | None:
    """The layout that a file has, where one like it was imported."""
    return session.get(ImportLayout, fingerprint(contract, headers))


def fitting(layout: ImportLayout, inspection: Inspection) -> Choices:
    """What of a layout's choices still holds for a new file, inspected without any.

    Its headers are found however they are spelt now. An answer holds where the file leaves the decision open; and
    where the last file settled it, was overruled, and this one says the same. Where its own evidence is another, that
    stands.
    """
    kept = Choices.from_json(layout.choices)
    spelt = {plain(header): header for header in inspection.shape.headers}
    columns = {column: spelt[plain(header)] for column, header in kept.columns.items() if plain(header) in spelt}
    answers = {name: answer for name, answer in kept.answers.items() if _holds(layout, inspection, name, answer)}
    left_out = tuple(spelt[plain(header)] for header in kept.left_out if plain(header) in spelt)
    return Choices(columns=columns, answers=answers, left_out=left_out)


def under(choices: Choices, remembered: Choices) -> Choices:
    """What is settled now, over what was remembered."""
    return replace(
        choices,
        columns={**remembered.columns, **choices.columns},
        answers={**remembered.answers, **choices.answers},
        left_out=choices.left_out or remembered.left_out,
    )


def _holds(layout: ImportLayout, inspection: Inspection, name: str, answer: Answer) -> bool:
    decision = decision_of(inspection, name)
    if decision is None:
        return False
    return decision.open or isinstance(answer, dict) or suggested(decision) == layout.proposed.get(name)
