"""What the rows of a file mean: proposed from its headers and first rows, counted over all rows where that is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa

from ml.frames import CONTRACTS
from ml_insights.core.arrow import compute as pc
from ml_insights.core.i18n import N_
from ml_insights.sources import amount_questions, dates, presets, row_answers, row_questions
from ml_insights.sources.amounts import Amounts
from ml_insights.sources.cells import first_of
from ml_insights.sources.currencies import CURRENCIES, RATES, currency_of, currency_of_header, is_currency
from ml_insights.sources.facts import Decision, Inspection, RawChunk, Reading, Remark
from ml_insights.sources.guests import is_nobody
from ml_insights.sources.line_totals import LineTotals
from ml_insights.sources.mapping import missing_columns
from ml_insights.sources.reading import read_chunks
from ml_insights.sources.rows import RowReader
from ml_insights.sources.states import (
    CANCELLED,
    ORDER_TOTAL,
    REFUND,
    is_delivery,
    is_document,
    state_headers,
    undoing_of,
)
from ml_insights.sources.survey import COLUMNS, Seen, Survey, ids_of, spellings
from ml_insights.sources.synonyms import names_of
from ml_insights.sources.weighing import AmountEvidence, weigh_amounts

FIRST_BYTES = 1 << 19
"""A file that is no larger is seen whole at once."""
MOST_GUESTS = 200
"""Customers, those with the most rows, that are looked at for one who stands for everybody else."""
NAMES = ("order", "quantity", "product", "amount", "line_total", "discount", "fill", "totals", "states", "returns",
         "cancelled", "refunds", "currency", "same_customers", "same_products", "whole_ids", "guests")  # fmt: skip
"""The decisions that are made here."""
IDS = {"products": "product_id", "customers": "customer_id"}
"""Contracts of which only the ids are looked at, and the column that has them."""


def decide_rows(
    path: Path,
    name: str,
    inspection: Inspection,
    currency: str,
    now: datetime,
    roles: Mapping[str, str] = MappingProxyType({}),
) -> Inspection:
    """The inspection with what its rows mean: settled where the file itself says so, or asked.

    `currency` is the company's; `now` is today. Decisions of other names stay. `roles` names the headers of those roles
    (of `Reading.roles`) that are not looked for, "" for none.
    """
    reading = replace(inspection.reading, currency=currency)
    kept = tuple(one for one in inspection.decisions if one.name not in NAMES)
    if not _complete(reading) or reading.contract not in ("orders", *IDS):
        return replace(inspection, reading=reading, decisions=kept)
    headers, moment = inspection.shape.headers, pa.scalar(now, dates.INSTANT)
    chunks = read_chunks(path, inspection.shape, name, FIRST_BYTES)
    if reading.contract in IDS:
        column = IDS[reading.contract]
        joined = spellings(ids_of(chunks, RowReader(reading, headers, moment), column))
        asked = row_questions.about_spellings(column, joined)
        reading = replace(reading, spellings={column: joined} if joined else {})
        return replace(inspection, reading=reading, decisions=(*kept, *((asked,) if asked else ())))
    first = next(chunks)
    proposal, evidence = _propose(reading, headers, first, moment, roles)
    amounts = _amounts(proposal, headers, roles)
    survey = Survey(proposal, headers, moment, amounts)
    survey.add(first)
    for raw in chunks if amounts.asks or _asks(proposal, survey.seen) else ():
        survey.add(raw)
    settled, decisions = _decide(proposal, survey.seen, evidence, amounts)
    return replace(inspection, reading=settled, decisions=(*kept, *decisions))


def about_program(headers: Sequence[str]) -> tuple[Remark, ...]:
    """Which program wrote the file, where its headers say so."""
    preset = presets.recognised(headers)
    return (Remark(N_("This looks like an order export of {program}."), {"program": preset.name}),) if preset else ()


def as_written(reading: Reading) -> Reading:
    """The reading of a file that we wrote ourselves, or that a database did: its rows mean just what they say."""
    return replace(
        reading, fill=(), anonymous=(), whole_ids=(), totals_out=False, discount_header="", line_total_header=""
    )


def _complete(reading: Reading) -> bool:
    """Whether every column of an order comes from somewhere, so that rows can be read at all."""
    return not missing_columns(CONTRACTS[reading.contract], [*reading.columns, *reading.made])


def _propose(
    reading: Reading, headers: tuple[str, ...], first: RawChunk, now: pa.Scalar, roles: Mapping[str, str]
) -> tuple[Reading, AmountEvidence]:
    """The reading with the columns that say something about rows, and what its first rows say of amounts."""
    free = [header for header in headers if header not in reading.fed.values()]
    values = {header: _distinct(first, headers.index(header)) for header in free}
    states = state_headers(free, values)
    second, third = _further_states(states, values)
    reading = replace(
        reading,
        state_header=states[0] if states else "",
        second_state_header=second,
        third_state_header=third,
        cancelled_header=_named(free, CANCELLED),
        currency_header=_currency_header(reading, free, values, first, headers),
        rate_header=_named(free, RATES),
        refund_header=_named(free, REFUND),
        order_total_header=_named(free, ORDER_TOTAL) if "order_id" in reading.columns else "",
        line_total_header="",
        line_price_header="",
        discount_header="",
        discount_as="",
    )
    reading = replace(reading, **{f"{role}_header": header for role, header in roles.items()})
    reading = _propose_filling(reading, headers, first, now)
    if not (reading.order_total_header or reading.amount_header):
        return reading, AmountEvidence()
    rows = RowReader(reading, headers, now).read(first, *COLUMNS)
    if reading.order_total_header:
        of_orders = weigh_amounts(rows, reading.order_total_header, reading).of_orders
        reading = reading if of_orders else replace(reading, order_total_header="")
    if not reading.amount_header:
        return reading, AmountEvidence()
    evidence = weigh_amounts(rows, reading.amount_header, reading)
    return replace(reading, amount_as="unit_price" if evidence.proposed == "price" else "total"), evidence


def _distinct(first: RawChunk, place: int) -> Collection[str]:
    """The distinct cells of a column's first rows, trimmed."""
    return set(pc.utf8_trim_whitespace(pc.unique(first.table.column(place))).to_pylist())


def _further_states(states: Sequence[str], values: Mapping[str, Collection[str]]) -> list[str]:
    """Of the headers that hold states besides the first, those that can undo a sale: two at most, "" for none. That of
    the delivery counts also if no first row does so."""
    undoing = [one for one in states[1:] if any(undoing_of(value, one) for value in values[one])]
    return [*(undoing or list(filter(is_delivery, states[1:]))), "", ""][:2]


def _named(headers: Sequence[str], names: Sequence[str]) -> str:
    """The header that is called by one of `names`, the best first."""
    known = {name: header for header in reversed(headers) for name in reversed(names_of(header))}
    return next((known[name] for name in names if name in known), "")


def _currency_header(
    reading: Reading,
    free: Sequence[str],
    values: Mapping[str, Collection[str]],
    first: RawChunk,
    headers: tuple[str, ...],
) -> str:
    """A column of currencies; else the amounts, where currencies stand beside them or their header names a foreign
    one."""
    if (header := _named(free, CURRENCIES)) and any(map(is_currency, values[header])):
        return header
    for name in ("unit_price", "total"):
        if header := reading.fed.get(name, ""):
            beside = {currency_of(text, beside_amount=True) for text in _distinct(first, headers.index(header)) if text}
            if any(is_currency(text) for text in beside) or currency_of_header(header) not in ("", reading.currency):
                return header
    return ""


def _propose_filling(reading: Reading, headers: tuple[str, ...], first: RawChunk, now: pa.Scalar) -> Reading:
    """Try on the first rows what stands on an order's first line only; an order's number too, where lines go on."""
    if "order_id" not in reading.columns:
        return reading
    order = reading.columns["order_id"]
    own = [reading.columns[name] for name in ("ordered_at", "customer_id", "channel") if name in reading.columns]
    roles = [header for role, header in reading.roles.items() if role not in ("refund", "order_total")]
    wanted = [
        header
        for header in dict.fromkeys((*own, *roles))
        if header not in (order, reading.fed.get("unit_price"), reading.fed.get("total"))
    ]
    if not any(_gaps(first, headers.index(header)) for header in (order, *wanted)):
        return replace(reading, fill=tuple(wanted) if roles else ())
    trial = Survey(replace(reading, fill=(order, *wanted)), headers, now)
    trial.add(first)
    goes_on = trial.seen.continued >= max(1, 0.02 * trial.seen.rows)
    return replace(reading, fill=tuple((order, *wanted) if goes_on else wanted))


def _gaps(first: RawChunk, place: int) -> bool:
    """Whether some cell of a column is empty."""
    return pc.any(pc.equal(pc.utf8_trim_whitespace(first.table.column(place)), "")).as_py() or False


def _asks(reading: Reading, seen: Seen) -> bool:
    """Whether other rows could change what is asked."""
    roles = {role for role in reading.roles if role != "order_total"}
    return bool(roles or seen.continued or +seen.cells or any(map(spellings, seen.ids.values())))


def _continues(reading: Reading, header: str, seen: Seen) -> bool:
    """Whether it is the order number, which later lines leave out."""
    return bool(seen.continued) and header == reading.columns.get("order_id")


def _amounts(reading: Reading, headers: tuple[str, ...], roles: Mapping[str, str]) -> Amounts:
    """What compares the lines' amounts; nothing where a mapping says what rows mean, or the program has none."""
    preset = presets.recognised(headers)
    return Amounts(reading, () if roles else headers, line_totals=preset is None or preset.line_totals)


def _undone(state: str, headers: Sequence[str]) -> bool:
    """Whether a further state makes something else of the first, unless that is no sale anyway."""
    alone = row_questions.meaning(first_of(state), headers)
    return alone not in ("out", "return") and row_questions.meaning(state, headers) != alone


def _decide(
    reading: Reading, seen: Seen, evidence: AmountEvidence, amounts: Amounts
) -> tuple[Reading, tuple[Decision, ...]]:
    """The reading under what is proposed, and what is asked or told."""
    zeros = {name: [*found] for name, found in sorted(seen.zeros.items()) if found}
    same = {name: joined for name, ids in seen.ids.items() if (joined := spellings(ids))}
    customers = seen.ids.get("customer_id", Counter())
    nobody = {text: rows for text, rows in customers.most_common(MOST_GUESTS) if is_nobody(text)}
    rated = tuple(name for name, weight in seen.currencies.items() if seen.rated[name] == weight.rows)
    if reading.second_state_header and not any(_undone(state, reading.state_headers) for state in seen.states):
        reading = replace(reading, second_state_header="", third_state_header="")
        seen.join_states()
    meanings = {state: row_questions.meaning(state, reading.state_headers) for state in seen.states}
    returned = [state for state, found in meanings.items() if found == "return"]
    documents = any(is_document(header, returned) for header in reading.state_headers)
    reading = replace(
        reading,
        states={state: meaning for state, meaning in meanings.items() if meaning},
        negative_returns=documents,
        rates=dict.fromkeys(("", reading.currency), 1.0),
        file_rates=tuple(name for name in rated if name not in ("", reading.currency)),
        spellings=same,
        whole_ids=tuple(zeros),
        anonymous=tuple(nobody),
        fill=tuple(header for header in reading.fill if seen.cells[header] or _continues(reading, header, seen)),
        refund_header=reading.refund_header if seen.refunded else "",
        line_total_header=amounts.line_total(),
    )
    known = reading.line_total_header == reading.columns.get("total")
    discount = None if reading.line_total_header else amounts.discount
    reading = replace(reading, discount_header=discount.header if discount else "")
    totals = amounts.totals.get(reading.line_total_header, LineTotals())
    about_totals = amount_questions.about_line_totals(reading, totals, known)
    about_discounts = amount_questions.about_discounts(reading, discount, amounts)
    for asked, read in ((about_totals, row_answers.line_total), (about_discounts, row_answers.discount)):
        reading = read(reading, asked.proposed) if asked and asked.proposed else reading
    asked = (
        row_questions.about_orders(reading),
        row_questions.about_product(reading),
        row_questions.about_quantity(reading),
        amount_questions.about_amount(reading, evidence),
        about_totals,
        about_discounts,
        row_questions.about_filling(reading, seen),
        row_questions.about_totals(seen),
        row_questions.about_states(reading, seen),
        row_questions.about_returns(reading, documents),
        row_questions.about_cancelled(reading, seen),
        row_questions.about_refunds(reading, seen),
        row_questions.about_currencies(reading, seen),
        *(row_questions.about_spellings(name, joined) for name, joined in same.items()),
        row_questions.about_whole_ids(zeros),
        row_questions.about_guests(Counter(nobody)),
    )
    return reading, tuple(one for one in asked if one)
