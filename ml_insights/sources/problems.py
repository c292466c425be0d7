"""Why rows are refused, in words."""

from __future__ import annotations

from ml_insights.core.i18n import N_, gettext
from ml_insights.sources.facts import Problem

REASONS = {
    "missing": N_("is empty"),
    "not-a-number": N_("is not a number"),
    "with-unit": N_("has a unit beside the number: write numbers alone, all in the same unit"),
    "not-whole": N_("is not a whole number"),
    "not-a-date": N_("is not a date in the format of this file"),
    "future": N_("lies in the future"),
    "nul": N_("holds a NUL character"),
    "out-of-range": N_("lies outside of what is possible"),
    "no-quantity": N_("cannot be divided by a quantity of 0"),
    "unknown-state": N_("is a state that nobody has said the meaning of"),
    "not-a-rate": N_("is no rate of exchange"),
    "not-a-discount": N_("is no discount that can be taken off this line"),
    "zero-place": N_("lies at 0, 0, where addresses go that were not found"),
    "exchanged-place": N_("lies far from the other stops and seems to be exchanged with the longitude"),
    "minus-place": N_("lies far from the other stops and seems to have lost a minus sign"),
    "columns": N_("the row does not have as many values as the header"),
}

ASIDE = {
    "totals": N_("totals of other rows"),
    "notes": N_("notes or page footers"),
    "headers": N_("the header once more"),
    "state": N_("in a state that is no sale"),
    "refunded": N_("of orders that were given back"),
    "currency": N_("in a currency that is left out"),
}
"""Why rows are set aside, to be read after their number."""


def reason(code: str, language: str) -> str:
    """What is wrong with a value, to be read after the column's name and the value."""
    return gettext(REASONS[code], language)


def wrong_width(actual: int, expected: int) -> Problem:
    """A row with `actual` values under a header with `expected`."""
    return Problem("", f"{actual} ≠ {expected}", "columns")
