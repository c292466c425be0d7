"""What the page and the API show of a file before all of it is checked: pure, from an inspection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from ml.frames import CONTRACTS, FreeColumns, Kind
from ml_insights.core.i18n import N_, gettext
from ml_insights.sources import dates, row_answers
from ml_insights.sources.answers import standing, whole
from ml_insights.sources.checking import Checker
from ml_insights.sources.currencies import codes
from ml_insights.sources.documents import Cell, ColumnRead, DecisionShown, FirstRow, Meaning, OptionShown, UnusedColumn
from ml_insights.sources.facts import Answer, Decision, Inspection, Option, RawChunk, RefusedRow, Tally
from ml_insights.sources.labels import column_title
from ml_insights.sources.mapping import missing_columns
from ml_insights.sources.refused import sentence
from ml_insights.sources.row_questions import RATE
from ml_insights.sources.rows import RowReader, Rows
from ml_insights.sources.told import written
from ml_insights.sources.wording import in_words, shown

SHOWN_ROWS = 8
SHOWN_EXAMPLES = 3
MEANINGS = {
    "sale": N_("Sale"),
    "return": N_("Return"),
    "out": N_("Leave out"),
    "file": N_("The file's own rates"),
}


@dataclass(frozen=True)
class Tried:
    """The first rows under a reading: what every cell says, which rows would be refused, and what they amount to.

    `read` has a value per row of the sample for each column, None where nothing can be read; `data` are the places of
    the rows that are data.
    """

    read: dict[str, list[Any]]
    data: list[int]
    refused: list[RefusedRow]
    tally: Tally


def try_sample(inspection: Inspection, now: datetime) -> Tried:
    """Read the sample, and check it unless a needed column has no header yet."""
    reading, headers = inspection.reading, inspection.shape.headers
    if not inspection.sample or not set(reading.headers) <= set(headers):
        return Tried({}, [], [], Tally())
    raw = _chunk(inspection)
    rows = RowReader(reading, headers, pa.scalar(now, dates.INSTANT)).read(raw)
    read = {name: _values(rows, name) for name in rows.parsed}
    data = np.flatnonzero(~rows.aside).tolist()
    if missing_columns(CONTRACTS[reading.contract], [*reading.columns, *reading.made]):
        return Tried(read, data, [], Tally())
    checker = Checker(reading, headers, now)
    if checker.refunds is not None:
        checker.refunds.add(raw)
        checker.refunds.settle()
    return Tried(read, data, checker.check(raw).refused, checker.finish())


def _values(rows: Rows, name: str) -> list[Any]:
    values = rows.parsed[name][0].to_pylist()
    return [values[place] for place in rows.cells[name].places.tolist()]


def _chunk(inspection: Inspection) -> RawChunk:
    columns = zip(*inspection.sample, strict=True)
    table = pa.table({str(place): pa.array(column, pa.string()) for place, column in enumerate(columns)})
    return RawChunk(table, pa.array(inspection.numbers, pa.int64()), [], 1.0)


def columns_read(inspection: Inspection, tried: Tried, language: str) -> list[ColumnRead]:
    """Every column of the contract, with its header and its first value."""
    contract, reading = CONTRACTS[inspection.reading.contract], inspection.reading
    missing = missing_columns(contract, [*reading.columns, *reading.made])
    return [
        ColumnRead(
            name=column.name,
            title=column_title(contract.name, column.name, language),
            description=gettext(column.description, language),
            required=column.required,
            numeric=column.kind in (Kind.NUMBER, Kind.WHOLE),
            header=inspection.reading.columns.get(column.name, ""),
            read=column.name in tried.read,
            needed=column.name in missing,
            first=_first(inspection, tried, column.name, language),
        )
        for column in contract.columns
    ]


def _first(inspection: Inspection, tried: Tried, name: str, language: str) -> Cell:
    cells = (_cell(inspection, tried, name, place, language) for place in tried.data)
    return next((cell for cell in cells if cell.raw or cell.shown), Cell(raw="", shown=""))


def _cell(inspection: Inspection, tried: Tried, name: str, place: int, language: str) -> Cell:
    if name not in tried.read:
        return Cell(raw="", shown="")
    header, headers = inspection.reading.fed.get(name), inspection.shape.headers
    raw = inspection.sample[place][headers.index(header)].strip() if header else ""
    column = CONTRACTS[inspection.reading.contract].column(name)
    return Cell(raw=raw, shown=written(tried.read[name][place], column, language))


def first_rows(inspection: Inspection, tried: Tried, language: str) -> list[FirstRow]:
    """The first rows that are data, read beside raw."""
    contract = inspection.reading.contract
    reasons = {row.row: [sentence(one, contract, language) for one in row.problems] for row in tried.refused}
    fed = [name for name in CONTRACTS[contract].names if name in tried.read]
    return [
        FirstRow(
            number=inspection.numbers[place],
            cells=[_cell(inspection, tried, name, place, language) for name in fed],
            reasons=reasons.get(inspection.numbers[place], []),
        )
        for place in tried.data[:SHOWN_ROWS]
    ]


def others(inspection: Inspection) -> list[UnusedColumn]:
    """The columns that no column of the contract takes: kept as they are, or used for nothing."""
    keeps = CONTRACTS[inspection.reading.contract].free_columns is FreeColumns.FEATURES
    left_out, used = inspection.reading.left_out, inspection.reading.headers
    found = [
        (header, sorted({row[place].strip() for row in inspection.sample} - {""}))
        for place, header in enumerate(inspection.shape.headers)
        if header not in used
    ]
    return [
        UnusedColumn(
            header=header,
            distinct=len(values),
            examples=values[:SHOWN_EXAMPLES],
            kept=keeps and header not in left_out,
            keepable=keeps,
        )
        for header, values in found
    ]


def decisions_shown(inspection: Inspection, language: str) -> list[DecisionShown]:
    """In their own order, so that none moves when it is answered."""
    return [decision_shown(one, language) for one in inspection.decisions]


def decision_shown(decision: Decision, language: str) -> DecisionShown:
    """One decision in the words of `language`."""
    answer = standing(decision)
    return DecisionShown(
        name=decision.name,
        question=in_words(decision.question, language, decision.values),
        why=in_words(decision.why, language, decision.values) if decision.why else "",
        examples=[Cell(raw=raw, shown=shown(read, language)) for raw, read in decision.examples],
        options=[_option(option, answer, language) for option in decision.options],
        answer=answer,
        told=_told(decision, answer, language),
        complete=whole(answer),
        open=decision.open,
        asked=decision.open or decision.asked,
        meant=any(option.meanings for option in decision.options),
        typed=decision.name in row_answers.FREE,
        foreign=_foreign(decision),
    )


def _foreign(decision: Decision) -> str:
    """The one currency that all amounts of a decision about currencies are in; empty where there are several."""
    named = [option.value for option in decision.options if option.value in codes()]
    return named[0] if decision.name == "currency" and len(named) == len(decision.options) == 1 else ""


def _told(decision: Decision, answer: Answer, language: str) -> str:
    """An answer in the words of its option; each option's, where each has one."""
    if isinstance(answer, dict):
        return "; ".join(f"{value}: {gettext(MEANINGS.get(one, one), language)}" for value, one in answer.items())
    named = [in_words(one.label, language, one.values) for one in decision.options if one.value == answer]
    return named[0] if named else answer


def _option(option: Option, answer: Answer, language: str) -> OptionShown:
    return OptionShown(
        value=option.value,
        label=in_words(option.label, language, option.values),
        rows=option.rows,
        money=option.money,
        meanings=[Meaning(value=one, label=gettext(MEANINGS[one], language)) for one in option.meanings if one != RATE],
        rated=RATE in option.meanings,
        answer=answer.get(option.value, "") if isinstance(answer, dict) else "",
    )
