"""How rows that came from a table are read: a CSV that we wrote ourselves, whose header is the table's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from ml_insights.core import clock
from ml_insights.core.company import company
from ml_insights.sources import pipeline
from ml_insights.sources.answers import UNASKED, decision_of, settle, standing
from ml_insights.sources.facts import Answer, Decision, Inspection, Option, Reading
from ml_insights.sources.row_meaning import as_written, decide_rows
from ml_insights.sources.row_questions import BY_FILE, LEFT_OUT
from ml_insights.sources.standing import MEANINGS
from ml_insights.sources.states import REFUND, meaning_of
from ml_insights.sources.supabase.mapping import TableMapping
from ml_insights.sources.synonyms import plain

LIMIT_MB = 1 << 20
"""Of a file that was just written here."""
ASKED = (*UNASKED, "order", "product", "quantity", "amount", "states", "returns", "cancelled", "refunds", "currency")
"""What is asked of a table: how its texts are written, and what its rows mean. The rest a database says itself."""


def inspected(path: Path, contract: str, headers: tuple[str, ...], numbers: Iterable[str]) -> Inspection:
    """The CSV at `path` with columns proposed; `numbers` are those that the service holds as numbers."""
    inspection = pipeline.inspect_file(
        path, contract, limit_mb=LIMIT_MB, zone=company().timezone, encoding="utf-8", separator=",", header_row=1
    )
    known = set(numbers)
    places = tuple(place for place, header in enumerate(headers) if header in known)
    return replace(inspection, shape=replace(inspection.shape, numeric=places))


def read_as(path: Path, inspection: Inspection, mapping: TableMapping) -> Inspection:
    """The inspection with the mapping's columns and what it says of values and rows; how texts are written that it does
    not say is found in them."""
    inspection = pipeline.with_columns(path, path.name, inspection, mapping.fed)
    said: dict[str, Answer] = {"decimal": mapping.decimal, "dates": mapping.dates}
    inspection = settle(inspection, {name: answer for name, answer in said.items() if answer})
    return replace(inspection, reading=as_written(_told(inspection.reading, mapping)))


def _told(reading: Reading, mapping: TableMapping) -> Reading:
    """The reading with what the mapping says that rows mean, and nothing else."""
    own = company().currency
    numbers = {name: rate for name, rate in mapping.rates.items() if isinstance(rate, float)}
    return replace(
        reading,
        constants=dict(mapping.constants),
        line_orders=False,
        state_header=mapping.state or "",
        states=dict(mapping.states),
        negative_returns=mapping.returns == "negative",
        cancelled_header=mapping.cancelled or "",
        refund_header=mapping.refund or "",
        currency_header=mapping.currency or "",
        currency=own if mapping.currency else "",
        rates=dict.fromkeys(("", own), 1.0) | numbers,
        rate_header=mapping.rate or "",
        file_rates=tuple(name for name, rate in mapping.rates.items() if rate == BY_FILE),
    )


def asked(
    path: Path,
    inspection: Inspection,
    draft: TableMapping,
    answers: Mapping[str, Answer],
    choices: Mapping[str, tuple[str, ...]],
) -> Inspection:
    """The inspection with the draft's columns and with everything that is asked of its rows, answered by `answers`.

    `choices` are the values that an enum's column can have, also those that no row has.
    """
    inspection = pipeline.with_columns(path, path.name, inspection, draft.columns)
    roles = {"state": draft.state, "cancelled": draft.cancelled, "refund": draft.refund}
    roles |= {"currency": draft.currency, "rate": draft.rate, "second_state": "", "third_state": ""}
    chosen = {role: header for role, header in roles.items() if header is not None}
    inspection = decide_rows(path, path.name, inspection, company().currency, clock.now(), chosen)
    every = choices.get(inspection.reading.state_header, ())
    decisions = tuple(_of_a_table(one, every) for one in inspection.decisions if one.name in ASKED)
    settled = settle(replace(inspection, decisions=decisions), answers)
    return replace(settled, reading=as_written(replace(settled.reading, order_total_header="")))


def _of_a_table(decision: Decision, choices: tuple[str, ...]) -> Decision:
    """A decision as a table can settle it: its rows are told apart by a key, so that each can be an order, while what
    happened at one moment is not known before all of them are read."""
    if decision.name == "order":
        return replace(decision, options=tuple(one for one in decision.options if one.value == "line"))
    return _with_choices(decision, choices) if decision.name == "states" else decision


def _with_choices(decision: Decision, choices: tuple[str, ...]) -> Decision:
    """The decision about states with those too that no row is in yet."""
    known = {option.value for option in decision.options}
    more = tuple(
        Option(one, decision.options[0].label, {"value": one}, 0, None, MEANINGS, meaning_of(one))
        for one in choices
        if one not in known
    )
    options = (*decision.options, *more)
    return replace(decision, options=options, open=any(one.proposed != "sale" for one in options))


def settled_mapping(draft: TableMapping, inspection: Inspection, answers: Mapping[str, Answer]) -> TableMapping:
    """The draft with what was answered, or proposed, about its rows. Not validated."""
    reading = inspection.reading
    told: dict[str, Any] = {name: str(answers.get(name, "")) for name in UNASKED}
    if reading.contract == "orders":
        rates = {name: _rate(rate) for name, rate in _each(inspection, "currency").items() if rate}
        returns: Literal["negative", "refunded"] = "negative" if reading.negative_returns else "refunded"
        told |= {
            "columns": {
                **draft.columns,
                **({reading.amount_as: reading.amount_header} if reading.amount_header else {}),
            },
            "order": "row" if reading.line_orders else "",
            "constants": dict(reading.constants),
            "state": reading.state_header,
            "states": {state: meaning for state, meaning in _each(inspection, "states").items() if meaning},
            "returns": returns,
            "cancelled": reading.cancelled_header or None,
            "refund": reading.refund_header or _refunds_to_come(inspection) or None,
            "currency": reading.currency_header,
            "rates": rates,
            "rate": reading.rate_header if BY_FILE in rates.values() else None,
        }
    kept = {name: value for name, value in draft.model_dump(exclude_unset=True).items() if name not in told}
    return TableMapping.model_construct(None, **kept, **told)


def said_of(mapping: TableMapping) -> dict[str, Answer]:
    """The answers that a mapping stands for."""
    answers: dict[str, Answer] = {
        "order": "line" if mapping.order else "",
        "product": mapping.constants.get("product_id", ""),
        "quantity": mapping.constants.get("quantity", ""),
        "states": dict(mapping.states),
        "returns": mapping.returns,
        "cancelled": "out" if mapping.cancelled else "in",
        "refunds": "subtract" if mapping.refund else "ignore",
        "currency": {name: str(rate) for name, rate in mapping.rates.items()},
        "decimal": mapping.decimal,
        "dates": mapping.dates,
    }
    return {name: answer for name, answer in answers.items() if answer}


def _each(inspection: Inspection, name: str) -> dict[str, str]:
    decision = decision_of(inspection, name)
    answer = standing(decision) if decision else ""
    return {} if isinstance(answer, str) else answer


def _refunds_to_come(inspection: Inspection) -> str:
    """A column that is called so, while none of the first rows was given back."""
    if decision_of(inspection, "refunds"):
        return ""
    used = inspection.reading.columns.values()
    return next((one for one in inspection.shape.headers if plain(one) in REFUND and one not in used), "")


def _rate(said: str) -> str | float:
    return said if said in (BY_FILE, LEFT_OUT) else float(said)


def open_decisions(inspection: Inspection) -> tuple[Decision, ...]:
    """What of its texts only a person can decide: in which order dates are written, which sign decimals have."""
    return tuple(one for one in inspection.decisions if one.open and one.name in UNASKED)


def require_read(inspection: Inspection, table: str) -> None:
    """Raise MissingColumns, AmbiguousDates or AmbiguousDecimal where rows could be read in two ways."""
    asked_of_texts = replace(inspection, decisions=open_decisions(inspection))
    pipeline.require_ready(asked_of_texts, inspection.reading, table, date_chosen=False)
