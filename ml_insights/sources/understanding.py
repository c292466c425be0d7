"""What a file is understood to be, given what has been settled: its shape, its columns, its decisions, its reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from ml.frames import CONTRACTS
from ml_insights.sources import pipeline
from ml_insights.sources.answers import settle
from ml_insights.sources.errors import DecisionsOpen, UnknownColumn
from ml_insights.sources.facts import Choices, Inspection
from ml_insights.sources.mapping import propose_columns, require_apart, require_complete, require_known_columns

SHAPE = ("sheet", "header_row")
"""Decisions about where in the file the rows are."""


def look_at(
    path: Path,
    contract: str,
    choices: Choices,
    *,
    limit_mb: int,
    zone: str,
    name: str = "",
    folder: Path | None = None,
) -> Inspection:
    """The file as `choices` say that it is written; its columns and values are guessed.

    A sheet of a workbook is written as text to `folder`, or beside the file. Raises the errors of `sources.errors`.
    """
    return pipeline.inspect_file(
        path,
        contract,
        limit_mb=limit_mb,
        zone=zone,
        name=name or path.name,
        encoding=choices.encoding or None,
        separator=choices.separator or None,
        sheet=choices.sheet or _answer(choices, "sheet"),
        header_row=_header_row(choices),
        folder=folder,
    )


def _answer(choices: Choices, name: str) -> str | None:
    """What was answered to a decision about the file's shape."""
    answer = choices.answers.get(name)
    return answer if isinstance(answer, str) and answer else None


def _header_row(choices: Choices) -> int | None:
    answer = _answer(choices, "header_row")
    if choices.header_row is not None or answer is None:
        return choices.header_row
    return int(answer) if answer.isdigit() else None


def read_as(name: str, inspection: Inspection, choices: Choices) -> Inspection:
    """What was looked at, with the columns and the answers of `choices`; whatever they do not settle is guessed."""
    if choices.columns:
        columns = chosen_columns(inspection, choices.columns)
        inspection = pipeline.with_columns(inspection.path, name, inspection, columns)
    inspection = replace(inspection, reading=replace(inspection.reading, left_out=choices.left_out))
    return settle(inspection, choices.answers)


def writing(choices: Choices) -> Choices:
    """The part of `choices` that says how the file is written: what must be looked at anew where it changes."""
    shape = {name: answer for name, answer in choices.answers.items() if name in SHAPE}
    return replace(choices, columns={}, answers=shape, left_out=())


def require_settled(inspection: Inspection, name: str) -> None:
    """Raise what keeps the file from being checked: a column that nothing feeds, or a decision that is open."""
    require_complete(inspection, inspection.reading, name)
    unanswered = [one.name for one in inspection.decisions if one.open]
    if unanswered:
        raise DecisionsOpen(file=name, decisions=", ".join(unanswered))


def require_named(
    inspection: Inspection, chosen: dict[str, str], name: str, before: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Raise UnknownColumn where what is chosen, column → header, is not in the contract or not in the file; HeaderTwice
    where it names one header for two columns, or one that was chosen `before` for another."""
    contract = CONTRACTS[inspection.reading.contract]
    require_known_columns(contract, inspection.shape.headers, chosen, name)
    if chosen:
        require_apart(contract, {**before, **chosen})


def require_headers(inspection: Inspection, headers: tuple[str, ...], name: str) -> None:
    """Raise UnknownColumn where one of `headers` is not in the file."""
    there = inspection.shape.headers
    for header in headers:
        if header not in there:
            raise UnknownColumn(column=header, where=name, choices=", ".join(there))


def chosen_columns(inspection: Inspection, chosen: dict[str, str]) -> dict[str, str]:
    """Column → header: those that were chosen, and what is proposed for the others.

    A header that was chosen for one column is proposed for another only where no other header fits that one. A choice
    whose header is gone, because another sheet or row is the header now, is passed over.
    """
    contract, headers = CONTRACTS[inspection.reading.contract], inspection.shape.headers
    chosen = {column: header for column, header in chosen.items() if not header or header in headers}
    again = propose_columns(contract, [header for header in headers if header not in chosen.values()])
    proposed = {**inspection.reading.columns, **again}
    columns = {name: chosen.get(name, proposed.get(name, "")) for name in contract.names}
    return {column: header for column, header in columns.items() if header}
