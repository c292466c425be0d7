"""Propensity in plain words: why somebody buys now, when, and what is noted on the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ml_insights.core.formats import locale_of, money
from ml_insights.core.i18n import N_, gettext
from ml_insights.propensity.tables import Mark

MARKS: dict[Mark, str] = {
    Mark.OPEN: N_("To call"),
    Mark.CALLED: N_("Called"),
    Mark.ORDERED: N_("Ordered"),
    Mark.NOT_INTERESTED: N_("Not interested"),
}
MONEY = frozenset({"spend", "recent_spend"})
REASONS: dict[str, str] = {
    "recency": N_("Last purchase {value, plural, one {# day} other {# days}} ago"),
    "due": N_("Their usual day has come: {value, plural, one {# day} other {# days}} since the last purchase"),
    "habit": N_("Buys every {value, plural, one {# day} other {# days}}"),
    "recent_orders": N_("{value, plural, one {# order} other {# orders}} in the last 30 days"),
    "frequency": N_("{value, plural, one {# order} other {# orders}} in half a year"),
    "spend": N_("{value} per order"),
    "recent_spend": N_("{value} spent in the last 90 days"),
    "tenure": N_("Customer for {value, plural, one {# day} other {# days}}"),
    "variety": N_("{value} different products per order"),
    "returns": N_("Sent back only {value}"),
}
"""Reason code → how it is said. The units are those of `ml.propensity.types`."""
TYPICAL, OWN = N_("typical: {typical}"), N_("usually {typical}")
OF_THEIR_OWN = frozenset({"due"})
"""Codes whose value is compared with the customer's own past."""


def reason_rows(reasons: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """The reasons for a purchase in words: text, what it is compared with, how much (0 to 1 of the strongest)."""
    told = for_buying(reasons)
    strongest = max((float(one["effect"]) for one in told), default=1.0)
    return [
        {
            "text": _said(one, language),
            "typical": _compared(one, language),
            "strength": round(float(one["effect"]) / strongest, 3),
        }
        for one in told
    ]


def reason_text(reason: Mapping[str, Any], language: str) -> str:
    """One reason in words, with what it is compared with; a code that is not known stands for itself."""
    return "; ".join(part for part in (_said(reason, language), _compared(reason, language)) if part)


def why_now(reasons: Sequence[Mapping[str, Any]], language: str, most: int = 2) -> str:
    """The strongest reasons for a purchase."""
    return " · ".join([reason_text(one, language) for one in for_buying(reasons)][:most])


def for_buying(reasons: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that are known: scores of before an update have others."""
    return [one for one in reasons if float(one["effect"]) > 0 and one["code"] in REASONS]


def _said(reason: Mapping[str, Any], language: str) -> str:
    code = str(reason["code"])
    return gettext(REASONS.get(code, code), language, value=_amount(code, float(reason["value"]), language))


def _compared(reason: Mapping[str, Any], language: str) -> str:
    code = str(reason["code"])
    if code not in REASONS:
        return ""
    template = OWN if code in OF_THEIR_OWN else TYPICAL
    return gettext(template, language, typical=_amount(code, float(reason["typical"]), language))


def _amount(code: str, value: float, language: str) -> str:
    from babel.numbers import format_decimal, format_percent

    if code in MONEY:
        return money(value, language)
    if code == "returns":
        return format_percent(value, locale=locale_of(language))
    digits = 1 if code == "variety" else 0
    return format_decimal(round(value, digits), locale=locale_of(language))
