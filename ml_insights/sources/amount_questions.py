"""What is asked about amounts: whether they are of a line or of one unit, before or after a discount."""

from __future__ import annotations

from ml_insights.core.i18n import N_
from ml_insights.sources import discounts
from ml_insights.sources.amounts import Amounts
from ml_insights.sources.discounted import Discount
from ml_insights.sources.facts import Decision, Option, Reading
from ml_insights.sources.line_totals import LineTotals
from ml_insights.sources.weighing import AmountEvidence


def about_amount(reading: Reading, evidence: AmountEvidence) -> Decision | None:
    """Whether a header holds the amount of the line or the price of one unit, where no column has a price.
    Where one has, and is not used, that is another question."""
    if not reading.amount_header or reading.line_price_header:
        return None
    options = (
        Option("total", N_("The amount of the line: the price is this divided by the quantity")),
        Option("price", N_("The price of one unit")),
    )
    alone = "quantity" in reading.constants
    why = {
        "once": N_(
            "It stands once an order, or comes again on every line of it: it may be the total of the whole order."
        ),
        "total": N_("Divided by the quantity, it is the same for the lines of a product."),
        "price": N_("It is the same for the lines of a product, whatever their quantity."),
    }
    told = "once" if evidence.once else evidence.proposed if evidence.plain else ""
    return Decision(
        "amount",
        N_("No column has the price of one unit. What does “{header}” say?"),
        options,
        {"header": reading.amount_header},
        why.get(told, ""),
        proposed=evidence.proposed,
        open=evidence.once or not (alone or evidence.plain),
    )


def about_line_totals(reading: Reading, found: LineTotals, known: bool) -> Decision | None:
    """Which of two amounts a line is worth, where the file has the price of one unit and the amount of the line and
    they differ; where both are one column, its amounts rise with the quantity. `known` says that the program that wrote
    the file is known to take discounts off the amount."""
    header, price = reading.line_total_header, reading.columns.get("unit_price", "")
    if not header:
        return None
    same, alike = header == price, found.same_share
    values = {
        "negative": found.negative,
        "header": header,
        "price": price,
        "lines": found.less + found.more or found.negative,
    }
    question = (
        N_("“{price}” rises with the quantity. Is it the price of one unit or the amount of the line?")
        if same
        else N_("On some lines ({lines}) “{header}” is not the quantity times “{price}”. What is a line worth?")
    )
    why = N_("It is the same share of it on every line, as amounts with and without a tax are.") if alike else ""
    less = N_("It is less on these lines, as it is after a discount.")
    if found.negative:
        less = N_("It is negative on some lines ({negative}) whose quantity is not, as it is for what was given back.")
    return Decision(
        "line_total",
        question,
        (
            Option("total", N_("What “{header}” says: the price is this divided by the quantity"), values),
            Option("price", N_("The quantity times “{price}”"), values),
        ),
        values,
        why if same or found.more or alike else less,
        (found.example,) if found.example[0] else (),
        proposed="total" if same or not (found.more or alike) else "",
        open=not known,
    )


_MODES = {
    discounts.PERCENT: N_("No: it is a percentage that is still to be taken off"),
    discounts.SHARE: N_("No: it is a share that is still to be taken off (0.1 is a tenth)"),
    discounts.LINE: N_("No: it is an amount that is still to be taken off the line"),
    discounts.UNIT: N_("No: it is an amount that is still to be taken off each unit"),
    discounts.ORDER: N_("No: it is an amount that is still to be taken off the order, once"),
    discounts.NONE: N_("Yes: a line is worth what it says without it"),
}


def about_discounts(reading: Reading, found: Discount | None, amounts: Amounts) -> Decision | None:
    """Whether discounts in a column of their own are taken off already. It holds that they are where they stand once an
    order and the file says what orders cost, so that both figures are told."""
    if found is None or not reading.discount_header:
        return None
    settled = found.once and bool(reading.order_total_header)
    whole = found.modes[0] if len(found.modes) == 1 and found.as_whole > found.as_rest else ""
    values = {
        "header": found.header,
        "example": found.example[0],
        "lines": found.given,
        "total": amounts.without_discount,
    }
    return Decision(
        "discount",
        N_("“{header}” has discounts, such as {example} (lines: {lines}). Does the price have them taken off already?"),
        tuple(Option(mode, _MODES[mode]) for mode in (*found.modes, discounts.NONE)),
        values,
        N_("“{total}” is what the lines come to without them.") if amounts.without_discount else "",
        proposed=discounts.NONE if settled else whole,
        open=not settled,
    )
