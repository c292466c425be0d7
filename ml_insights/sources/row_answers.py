"""How answers about what rows mean change the reading of a file. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ml_insights.sources import discounts
from ml_insights.sources.facts import Answer, Reading
from ml_insights.sources.row_questions import BY_FILE, LEFT_OUT


def _order(reading: Reading, answer: Answer) -> Reading:
    return replace(reading, line_orders=answer == "line", moment_orders=answer == "moment")


def _quantity(reading: Reading, answer: Answer) -> Reading:
    return replace(reading, constants=reading.constants | {"quantity": str(answer)})


def _product(reading: Reading, answer: Answer) -> Reading:
    return replace(reading, constants=reading.constants | {"product_id": str(answer)})


def _amount(reading: Reading, answer: Answer) -> Reading:
    return replace(reading, amount_as="unit_price" if answer == "price" else "total")


def line_total(reading: Reading, answer: Answer) -> Reading:
    """The reading whose lines are worth their own "total", or the quantity times the "price"."""
    price = reading.line_price_header or reading.columns.get("unit_price", "")
    columns = {name: header for name, header in reading.columns.items() if name not in ("unit_price", "total")}
    if answer == "total":
        header = reading.line_total_header
        return replace(reading, columns=columns, line_price_header=price, amount_header=header, amount_as="total")
    return replace(reading, columns={**columns, "unit_price": price}, line_price_header="", amount_header="")


def discount(reading: Reading, answer: Answer) -> Reading:
    """The reading that takes discounts off in a mode of `discounts`, or not at all."""
    return replace(reading, discount_as="" if answer == discounts.NONE else str(answer))


def _states(reading: Reading, answer: Answer) -> Reading:
    return replace(reading, states=reading.states | _each(answer))


def _currency(reading: Reading, answer: Answer) -> Reading:
    told = _each(answer)
    kept = {name: rate for name, rate in reading.rates.items() if name not in told}
    rates = {name: float(said) for name, said in told.items() if said not in (BY_FILE, LEFT_OUT)}
    by_file = {*(name for name in reading.file_rates if name not in told), *_said(told, BY_FILE)}
    return replace(reading, rates=kept | rates, file_rates=tuple(sorted(by_file)))


def _said(told: Mapping[str, str], what: str) -> list[str]:
    return [name for name, said in told.items() if said == what]


def _each(answer: Answer) -> dict[str, str]:
    return {} if isinstance(answer, str) else answer


READ: dict[str, Callable[[Reading, Answer], Reading]] = {
    "order": _order,
    "quantity": _quantity,
    "product": _product,
    "amount": _amount,
    "line_total": line_total,
    "discount": discount,
    "states": _states,
    "currency": _currency,
    "fill": lambda reading, answer: reading if answer == "fill" else replace(reading, fill=()),
    "totals": lambda reading, answer: replace(reading, totals_out=answer == "out"),
    "returns": lambda reading, answer: replace(reading, negative_returns=answer == "negative"),
    "cancelled": lambda reading, answer: reading if answer == "out" else replace(reading, cancelled_header=""),
    "refunds": lambda reading, answer: reading if answer == "subtract" else replace(reading, refund_header=""),
    "whole_ids": lambda reading, answer: reading if answer == "strip" else replace(reading, whole_ids=()),
    "guests": lambda reading, answer: reading if answer == "anonymous" else replace(reading, anonymous=()),
    "same_customers": lambda reading, answer: _joined(reading, "customer_id", answer),
    "same_products": lambda reading, answer: _joined(reading, "product_id", answer),
}
"""Decision → how its answer changes the reading, in which everything that is proposed holds already."""
FREE = ("product", "quantity")
"""Decisions that take an answer which none of their options names."""


def _joined(reading: Reading, name: str, answer: Answer) -> Reading:
    others = tuple(one for one in reading.joined if one != name)
    return replace(reading, joined=(*others, name) if answer == "join" else others)
