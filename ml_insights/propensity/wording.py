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
REASONS: dict[str, tuple[str, str]] = {
    "recency": (
        N_("Last purchase {value, plural, one {# day} other {# days}} ago"),
        N_("Last purchase {value, plural, one {# day} other {# days}} ago"),
    ),
    "rhythm": (N_("In their rhythm: {value} times their usual gap"), N_("Overdue: {value} times their usual gap")),
    "habit": (
        N_("Buys every {value, plural, one {# day} other {# days}}"),
        N_("Buys seldom: every {value, plural, one {# day} other {# days}}"),
    ),
    "recent_orders": (
        N_("{value, plural, one {# order} other {# orders}} in the last 30 days"),
        N_("Only {value, plural, one {# order} other {# orders}} in the last 30 days"),
    ),
    "frequency": (
        N_("{value, plural, one {# order} other {# orders}} in half a year"),
        N_("Only {value, plural, one {# order} other {# orders}} in half a year"),
    ),
    "spend": (N_("{value} per order"), N_("{value} per order")),
    "recent_spend": (N_("{value} spent in the last 90 days"), N_("Only {value} spent in the last 90 days")),
    "tenure": (
        N_("Customer for {value, plural, one {# day} other {# days}}"),
        N_("Customer for {value, plural, one {# day} other {# days}}"),
    ),
    "variety": (N_("{value} different products per order"), N_("{value} different products per order")),
    "returns": (N_("Sent back only {value}"), N_("Sent back {value} of what they bought")),
}
"""Reason code → said where it speaks for a purchase, and against. The units are those of `ml.propensity.types`."""
DUE = N_("Their usual day has come: {value} times their usual gap")
EARLY = N_("Early for them: {value} times their usual gap")
DUE_FROM, DUE_UNTIL = 0.8, 1.6
"""Between these parts of the usual gap a purchase is due."""
TYPICAL = N_("typical: {typical}")


def reason_rows(reasons: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """The reasons in words: text, typical, whether they speak for a purchase, how much (0 to 1 of the strongest)."""
    strongest = max((abs(float(one["effect"])) for one in reasons), default=0.0) or 1.0
    return [
        {
            "text": reason_text(one, language),
            "typical": gettext(TYPICAL, language, typical=_amount(one["code"], float(one["typical"]), language)),
            "buying": float(one["effect"]) > 0,
            "strength": round(abs(float(one["effect"])) / strongest, 3),
        }
        for one in reasons
    ]


def reason_text(reason: Mapping[str, Any], language: str) -> str:
    """One reason in words; a code that is not known stands for itself."""
    code = str(reason["code"])
    buying, waiting = _of_rhythm(float(reason["value"])) if code == "rhythm" else REASONS.get(code, (code, code))
    template = buying if float(reason["effect"]) > 0 else waiting
    return gettext(template, language, value=_amount(code, float(reason["value"]), language))


def _of_rhythm(gaps: float) -> tuple[str, str]:
    """How the time since the last purchase, in usual gaps, is said to speak for a purchase, and against."""
    in_rhythm, overdue = REASONS["rhythm"]
    return DUE if DUE_FROM <= gaps <= DUE_UNTIL else in_rhythm, EARLY if gaps < DUE_FROM else overdue


def why_now(reasons: Sequence[Mapping[str, Any]], language: str, most: int = 2) -> str:
    """The strongest reasons that speak for a purchase."""
    return " · ".join([reason_text(one, language) for one in reasons if float(one["effect"]) > 0][:most])


def _amount(code: str, value: float, language: str) -> str:
    from babel.numbers import format_decimal, format_percent

    if code in MONEY:
        return money(value, language)
    if code == "returns":
        return format_percent(value, locale=locale_of(language))
    digits = 1 if code in ("rhythm", "variety") else 0
    return format_decimal(round(value, digits), locale=locale_of(language))
