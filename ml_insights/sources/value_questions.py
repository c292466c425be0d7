"""What is asked, and what is told, about how the numbers and the dates of a file are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import chain

import numpy as np
import pyarrow as pa

from ml_insights.core.i18n import N_
from ml_insights.sources import date_forms, day_order, decimals
from ml_insights.sources.facts import EACH, Day, Decision, Figure, Option
from ml_insights.sources.numbers import parse_numbers

_DECIMAL_LABELS = {
    ".": N_("The point stands before the decimals: {written} is {read}"),
    ",": N_("The comma stands before the decimals: {written} is {read}"),
}
_DECIMAL_WHY = {
    decimals.Why.CURRENCY: N_("Amounts in {currency} have no decimals: the sign before three digits groups thousands."),
    decimals.Why.PRODUCT: N_("Only so is the quantity times the price the total of each row."),
    decimals.Why.OPEN: N_("Every number has three digits after its sign, so that it can be read in two ways."),
    decimals.Why.COLUMNS: N_("Each column is clear by itself, and they have different signs."),
    decimals.Why.CONTRADICTION: N_("Some values speak for the point and others for the comma."),
}
_DATE_LABELS = {
    "day-first": N_("The day comes first: {written} is {read}"),
    "month-first": N_("The month comes first: {written} is {read}"),
    "year-first": N_("The year comes first: {written} is {read}"),
}
_DATE_WHY = {
    day_order.Why.VALUES: N_("{proof} can only be read so."),
    day_order.Why.ELSEWHERE: N_("{proof} in another column of the file can only be read so."),
    day_order.Why.NUMBERS: N_("Only so do the dates rise with the numbers of the rows."),
    day_order.Why.ROWS: N_("Only so are the rows in the order of their dates."),
    day_order.Why.NEAR: N_("Only so do the dates lie near the other dates of their rows."),
    day_order.Why.FUTURE: N_("Otherwise some dates would lie in the future."),
    day_order.Why.POINTS: N_("Dates with points between their numbers begin with the day."),
    day_order.Why.YEARS: N_("Only so do the years lie close together."),
    day_order.Why.OPEN: N_("No day is beyond the twelfth, so both orders are possible."),
    day_order.Why.CONTRADICTION: N_("Rows speak for both orders. Dates that do not fit the chosen one are refused."),
}


_NONE = "–"


def about_decimals(
    verdict: decimals.Verdict,
    columns: list[decimals.Evidence],
    currency: Callable[[], str],
    money: Mapping[str, float],
) -> Decision | None:
    """The decision "decimal"; None where the values themselves leave no doubt. `money` is the revenue of the file
    under each sign, where that is known; `currency` is asked only where something is told."""
    if verdict.settled and verdict.why in (decimals.Why.NOTHING, decimals.Why.VALUES):
        return None
    examples = list(dict.fromkeys(text for column in columns for text in column.signs.shown.get("", ())))
    if verdict.why is decimals.Why.CONTRADICTION:
        proofs = [text for sign in decimals.SIGNS for column in columns for text in column.signs.shown.get(sign, ())]
        examples = [*examples, *proofs]
    examples = examples[: decimals.SHOWN]
    options = tuple(_decimal_option(sign, examples[0], money.get(sign)) for sign in decimals.SIGNS)
    if verdict.own:
        options = (*options, _each_option(verdict.own, columns))
    return Decision(
        "decimal",
        N_("Which sign stands before the decimals?"),
        options,
        {"currency": currency()},
        _DECIMAL_WHY[verdict.why],
        tuple((text, _number(text, _sign(text, verdict, columns))) for text in examples),
        verdict.decimal,
        open=not verdict.settled,
    )


def _sign(text: str, verdict: decimals.Verdict, columns: list[decimals.Evidence]) -> str:
    """The sign that an example of one of the columns is read with."""
    shown = (column.header for column in columns if text in chain.from_iterable(column.signs.shown.values()))
    return verdict.own.get(next(shown, ""), ".") if verdict.decimal == EACH else verdict.decimal


def _decimal_option(sign: str, written: str, money: float | None) -> Option:
    return Option(sign, _DECIMAL_LABELS[sign], {"written": written, "read": _number(written, sign)}, money=money)


def _each_option(own: Mapping[str, str], columns: list[decimals.Evidence]) -> Option:
    shown = {column.header: next(chain.from_iterable(column.signs.shown.values()), "") for column in columns}
    told = "; ".join(f"{header}: {shown[header]} → {_number(shown[header], sign)}" for header, sign in own.items())
    return Option(EACH, N_("Each column has its own sign: {columns}"), {"columns": told})


def _number(text: str, sign: str) -> str:
    """How `text` is read, "" where it cannot be."""
    number = parse_numbers(pa.array([text], pa.string()), sign)[0].as_py()
    return _NONE if number is None else Figure(f"{number:.15g}")


def about_dates(verdict: day_order.Verdict, evidence: day_order.Evidence) -> Decision | None:
    """The decision "dates"; None where no date is in doubt by its form."""
    if verdict.order is None:
        return None
    shown = evidence.shown
    examples = [text for kind in ("", "day-first", "month-first") for text in shown.get(kind, ())]
    examples = [text for text in examples if _day(text, verdict.order) != _NONE][: day_order.SHOWN] or examples[:1]
    orders = ("day-first", "month-first", *(("year-first",) if verdict.order == "year-first" else ()))
    proof = next(iter((*shown.get(verdict.order, ()), *shown.get("elsewhere", ()))), "")
    return Decision(
        "dates",
        N_("In which order are the dates written?"),
        tuple(Option(o, _DATE_LABELS[o], {"written": examples[0], "read": _day(examples[0], o)}) for o in orders),
        {"proof": proof},
        _DATE_WHY[verdict.why],
        tuple((text, _day(text, verdict.order)) for text in examples),
        verdict.order,
        open=not verdict.settled,
    )


def _day(text: str, order: str) -> str:
    moments = date_forms.read_forms(pa.array([text], pa.string()), order)
    if not moments.found[0]:
        return _NONE
    day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=int(np.floor(moments.micros[0] / date_forms.DAY)))
    return Day(day.date().isoformat())
