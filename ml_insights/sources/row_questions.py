"""What is asked, and what is told, about what the rows of a file mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ml_insights.core.i18n import N_
from ml_insights.sources.cells import BETWEEN, first_of
from ml_insights.sources.facts import Decision, Option, Reading, Total
from ml_insights.sources.standing import MEANINGS, OUT
from ml_insights.sources.states import flag_of, meaning_of, undoing_of
from ml_insights.sources.survey import Seen, Weight

RATE, BY_FILE, LEFT_OUT = "rate", "file", "out"
"""What a currency can be answered with: a number, the rates of the file itself, or nothing of it enters."""
SHOWN = 5
_AS_IT_IS = N_("{value}")


def about_orders(reading: Reading) -> Decision | None:
    """What is one order, where no column numbers them."""
    if "order_id" in reading.columns:
        return None
    options = [Option("line", N_("Each line is an order of its own"))]
    if "customer_id" in reading.columns:
        options.append(Option("moment", N_("The lines of one customer at the same time are one order")))
    return Decision(
        "order", N_("No column has the number of the order. What is one order?"), tuple(options), proposed="line"
    )


def about_quantity(reading: Reading) -> Decision | None:
    """How many units a line is, where no column says it."""
    if "quantity" in reading.columns:
        return None
    option = Option("1", N_("Each line is one unit"))
    question = N_("No column says how many units were sold. How many are there in each line?")
    return Decision("quantity", question, (option,), proposed="1")


def about_product(reading: Reading) -> Decision | None:
    """What was sold, where no column says it."""
    if "product_id" in reading.columns:
        return None
    name = reading.constants.get("product_id", "")
    option = Option(name, N_("“{product}” in every line"), {"product": name})
    question = N_("No column says what was sold. What shall the product of every line be called?")
    return Decision("product", question, (option,), proposed=name)


def about_filling(reading: Reading, seen: Seen) -> Decision | None:
    """Cells that stand only on an order's first line."""
    cells = {header: count for header, count in seen.cells.items() if count}
    if not cells and not seen.continued:
        return None
    values = {"columns": ", ".join(cells), "cells": sum(cells.values()), "lines": seen.continued}
    fill = (
        Option(
            "fill",
            N_("Yes. Such lines: {lines}; empty cells that they take from it: {cells} ({columns})"),
            values,
        )
        if seen.continued
        else Option("fill", N_("Yes. Empty cells that are taken from the line above: {cells} ({columns})"), values)
    )
    question = (
        N_("Some lines have no order number. Do they belong to the order above?")
        if seen.continued
        else N_("Some columns are filled on the first line of an order only. Do they hold for its other lines?")
    )
    varying = sum(seen.varying[header] for header in cells)
    header, text = seen.filled_example
    return Decision(
        "fill",
        question,
        (fill, Option("leave", N_("No, they stay empty"))),
        values,
        N_("On other lines of orders these columns do change.") if varying else "",
        ((f"{header}: –", text),) if header else (),
        proposed="fill",
        open=bool(seen.continued) or varying > sum(cells.values()) / 10,
    )


def about_totals(seen: Seen) -> Decision | None:
    """Rows that add up others."""
    count = seen.aside.rows.get("totals", 0)
    if not count:
        return None
    values = {"count": count, "sum": Total(f"{seen.aside.money:.15g}")}
    return Decision(
        "totals",
        N_("Rows that add up other rows: {count}. Are they left out?"),
        (
            Option("out", N_("Yes: together they say {sum}, which is in the other rows already"), values, rows=count),
            Option("in", N_("No, they are read like the others")),
        ),
        values,
        examples=tuple((example, "–") for example in seen.aside.examples),
        proposed="out",
        open=False,
    )


def about_states(reading: Reading, seen: Seen) -> Decision | None:
    """What each state of an order means; open unless all of them are plainly sales."""
    if not seen.states:
        return None
    options = tuple(
        Option(
            state,
            _AS_IT_IS if state else N_("(empty)"),
            {"value": state},
            weight.rows,
            weight.money if _is_own(reading, seen) else None,
            MEANINGS,
            _proposed_state(state, seen.states, reading.state_headers),
        )
        for state, weight in sorted(seen.states.items(), key=lambda item: -item[1].rows)
    )
    why = N_(
        "Only sales count. What was sold and given back counts neither as revenue nor as a purchase; what was never "
        "paid, or was cancelled, is left out."
    )
    question = N_("Which values of “{header}” are sales?")
    values = {"header": BETWEEN.join(reading.state_headers)}
    return Decision("states", question, options, values, why, open=any(one.proposed != "sale" for one in options))


def _proposed_state(state: str, states: Mapping[str, Weight], headers: Sequence[str]) -> str:
    """A blank state is a sale where nothing else is said at all."""
    return meaning(state, headers) or ("sale" if set(states) == {""} else "")


def meaning(state: str, headers: Sequence[str]) -> str:
    """What a state most likely means, or those of several `headers`: the further ones can only undo what the first
    says."""
    first, *others = state.split(BETWEEN)
    flag = flag_of(headers[0], first_of(first)) if headers else ""
    found = flag or meaning_of(first_of(first))
    pairs = zip(others, headers[1:], strict=False)
    undone = [one for other, header in pairs if (one := undoing_of(first_of(other), header))]
    return undone[0] if undone and found != OUT else found


def about_returns(reading: Reading, documents: bool) -> Decision | None:
    """Whether rows that mean a return are the orders themselves or documents of their own."""
    if "return" not in reading.states.values():
        return None
    return Decision(
        "returns",
        N_("What are the rows of “{header}” that mean a return?"),
        (
            Option("refunded", N_("The orders themselves, sold and given back: they count neither way")),
            Option("negative", N_("Documents of their own, such as credit notes: their quantities count negative")),
        ),
        {"header": reading.state_header},
        proposed="negative" if documents else "refunded",
        open=False,
    )


def about_cancelled(reading: Reading, seen: Seen) -> Decision | None:
    """Orders with a day under "Cancelled at"."""
    if not seen.cancelled.rows:
        return None
    weight = seen.cancelled
    return Decision(
        "cancelled",
        N_("Rows with a value under “{header}”: {count}. Are they cancelled?"),
        (
            Option(
                "out", N_("Yes, they are left out"), {}, weight.rows, weight.money if _is_own(reading, seen) else None
            ),
            Option("in", N_("No, their state alone counts")),
        ),
        {"header": reading.cancelled_header, "count": weight.rows},
        proposed="out",
        open=False,
    )


def about_refunds(reading: Reading, seen: Seen) -> Decision | None:
    """What orders gave back."""
    if not seen.refunded:
        return None
    return Decision(
        "refunds",
        N_("“{header}” says what orders gave back. Is it taken off?"),
        (
            Option(
                "subtract",
                N_("Yes, once an order, and not where the order does not count anyway"),
                {},
                None,
                seen.refunded if _is_own(reading, seen) else None,
            ),
            Option("ignore", N_("No")),
        ),
        {"header": reading.refund_header},
        proposed="subtract",
        open=False,
    )


def about_currencies(reading: Reading, seen: Seen) -> Decision | None:
    """What one unit of each currency is worth; nothing is asked where all amounts are in the company's own."""
    foreign = [name for name in seen.currencies if name not in ("", reading.currency)]
    if not foreign:
        return None
    several = len(seen.currencies) > 1
    options = tuple(
        _currency(name, weight, reading, seen)
        for name, weight in sorted(seen.currencies.items(), key=lambda item: -item[1].rows)
    )
    question = (
        N_("The amounts are in several currencies ({currencies}). What is one unit of each worth in {company}?")
        if several
        else N_("The amounts are in {currencies}. What is one unit worth in {company}?")
    )
    why = (
        N_("Amounts in different currencies are never added up. The rows of a currency can be left out.")
        if several
        else N_("The company counts in {company}. If that is wrong, change it in the company's settings first.")
    )
    values = {"currencies": ", ".join(filter(None, seen.currencies)), "company": reading.currency}
    examples = tuple(
        (f"1 {name}", f"{rate} {reading.currency}") for name, rate in seen.rates.items() if name in foreign
    )
    return Decision("currency", question, options, values, why, examples)


def _currency(name: str, weight: Weight, reading: Reading, seen: Seen) -> Option:
    amount = Total(f"{weight.money:.15g}")
    label = N_("{currency}: {amount} in all") if name else N_("No currency, or a bare sign: {amount} in all")
    own = name in ("", reading.currency)
    by_file = not own and seen.rated[name] == weight.rows
    meanings = (RATE, *((BY_FILE,) if seen.rated[name] else ()), LEFT_OUT)
    proposed = "1" if own else BY_FILE if by_file else ""
    return Option(name, label, {"currency": name, "amount": amount}, weight.rows, None, meanings, proposed)


def _is_own(reading: Reading, seen: Seen) -> bool:
    """Whether all amounts are in the company's currency, so that they can be told as such."""
    return not set(seen.currencies) - {"", reading.currency}


def about_spellings(name: str, joined: Mapping[str, str]) -> Decision | None:
    """Ids that differ in capitals or inner spaces only."""
    if not joined:
        return None
    question = (
        N_("Customers that differ from another one in capitals, spaces or points only: {count}. Are they the same?")
        if name == "customer_id"
        else N_("Products that differ from another one in capitals, spaces or points only: {count}. Are they the same?")
    )
    return Decision(
        f"same_{name.removesuffix('_id')}s",
        question,
        (
            Option("join", N_("Yes, they are joined under the commonest spelling")),
            Option("keep", N_("No, they stay apart")),
        ),
        {"count": len(joined)},
        examples=tuple(joined.items())[:SHOWN],
        proposed="keep",
        open=False,
    )


def about_whole_ids(zeros: Mapping[str, list[str]]) -> Decision | None:
    """Ids that a spreadsheet has turned into numbers with decimals."""
    found = [text for ids in zeros.values() for text in ids]
    if not found:
        return None
    return Decision(
        "whole_ids",
        N_("Codes that end in “.0”, as spreadsheets write whole numbers: {count}. Is that taken off?"),
        (Option("strip", N_("Yes")), Option("keep", N_("No"))),
        {"count": len(found)},
        examples=tuple((text, text.partition(".")[0]) for text in found[:SHOWN]),
        proposed="strip",
        open=False,
    )


def about_guests(guests: Counter[str]) -> Decision | None:
    """Customers who stand for everybody that left no name."""
    if not guests:
        return None
    return Decision(
        "guests",
        N_("Rows whose customer stands for nobody in particular: {count}. Are those sales anonymous?"),
        (
            Option("anonymous", N_("Yes"), {}, guests.total()),
            Option("keep", N_("No, that is one customer")),
        ),
        {"count": guests.total()},
        examples=tuple((text, "–") for text, _ in guests.most_common(SHOWN)),
        proposed="anonymous",
        open=False,
    )
