"""Churn in plain words: why somebody may leave, what to do next, what an alert's states are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ml_insights.churn.facts import AlertFact, Horizon, ReleaseFact
from ml_insights.churn.policy import suggested
from ml_insights.churn.tables import AlertStatus, DismissReason, HorizonFrom, Sign
from ml_insights.core.formats import day, locale_of, money
from ml_insights.core.i18n import N_, Message, gettext

STATUSES: dict[AlertStatus, str] = {
    AlertStatus.OPEN: N_("Not contacted"),
    AlertStatus.CONTACTED: N_("Contacted"),
    AlertStatus.RETAINED: N_("Retained"),
    AlertStatus.LOST: N_("Lost"),
    AlertStatus.DISMISSED: N_("Dismissed"),
}
DISMISSALS: dict[DismissReason, str] = {
    DismissReason.IN_TOUCH: N_("Already in touch with them"),
    DismissReason.SEASONAL: N_("They always pause at this time"),
    DismissReason.CLOSED_DOWN: N_("Their business has closed"),
    DismissReason.NOT_WORTH: N_("Not worth a contact"),
    DismissReason.MISTAKE: N_("The prediction is wrong"),
    DismissReason.OTHER: N_("Another reason"),
    DismissReason.CAME_BACK: N_("Bought again before anybody called"),
    DismissReason.EXPIRED: N_("Its time is over, and nobody called"),
}
MONEY = frozenset({"recent_spend", "spend"})
DAYS_SINCE = N_("{value, plural, one {# day} other {# days}} since the last order")
REASONS: dict[str, str] = {
    "recency": N_("Last purchase {value, plural, one {# day} other {# days}} ago"),
    "silence": DAYS_SINCE,
    "overdue": N_("Silent for {value} times their usual gap"),
    "habit": N_("Buys only every {value, plural, one {# day} other {# days}}"),
    "frequency": N_("Only {value, plural, one {# order} other {# orders}} so far"),
    "recent_orders": N_("Orders in the last 90 days: {value}"),
    "recent_spend": N_("Spent in the last 90 days: {value}"),
    "spend": N_("Spends {value} per order"),
    "tenure": N_("Customer for only {value, plural, one {# day} other {# days}}"),
    "variety": N_("Different products per order: {value}"),
    "returns": N_("Sent back {value} of what they bought"),
}
"""Reason code → how it is said. The units are those of `ml.churn.types`; older alerts have "overdue", in usual gaps."""
TYPICAL, OWN = N_("typical: {typical}"), N_("usually {typical}")
OF_THEIR_OWN, ALONE = frozenset({"silence"}), frozenset({"overdue"})
"""Codes whose value is compared with the customer's own past, and those that say the comparison themselves."""
NEXT_STEPS: dict[str, str] = {
    "recency": N_("Call and ask what has changed. Offer to repeat their last order."),
    "silence": N_("Call now: their usual day has passed. Offer to repeat their last order."),
    "habit": N_("Call and agree on a fixed day for orders, so that they need not think of it."),
    "frequency": N_("Ask how their first orders went, and what they missed."),
    "recent_orders": N_("Ask who else supplies them now, and what would bring their orders back."),
    "recent_spend": N_("They buy less than before: ask which products they dropped, and make an offer for those."),
    "spend": N_("Propose products that similar customers add to their orders."),
    "tenure": N_("They are new: ask how their first orders went, and settle what did not work."),
    "variety": N_("Propose products that similar customers add to their orders."),
    "returns": N_("Call about the returns first: ask what was wrong, and settle it."),
}
CALL = N_("Call and ask how they are doing. Offer to repeat their last order.")
WAITING = N_("Their next order decides. Mark as lost if they told you that they buy elsewhere.")
BOUGHT = N_("They bought again on {day}. Mark as retained.")
SILENT = N_("No purchase within {days} days of {day}. Mark as lost, or snooze if they promised to order.")
SIGN_BOUGHT, SIGN_SILENT = N_("bought again on {day}"), N_("no purchase within {days} days")

QUESTION = N_("It foretells who will not buy within {days} days. {why}")
ORIGINS: dict[HorizonFrom, str] = {
    HorizonFrom.SET: N_("So many days were set by hand."),
    HorizonFrom.PURCHASES: N_("So many days because 19 in 20 returns of customers came within {within} days."),
    HorizonFrom.SLOW: N_(
        "19 in 20 returns of customers came within {within} days, which is longer than these orders can judge."
    ),
    HorizonFrom.DEFAULT: N_("Too few customers have come back yet to tell their rhythm, so it is the default."),
}
FROM_RETRAINING = N_("From the next retraining on it is {days} days; until then the present model goes on answering.")
FREE_AGAIN = N_(
    "From the next retraining on the days follow the rhythm of purchases again; until then the present model goes on "
    "answering."
)


def question(asked: Horizon) -> Message:
    """What a model of this horizon foretells, and why so far ahead."""
    return Message(QUESTION, {"days": asked.days, "why": _origin(asked).in_each()})


def horizon_text(release: ReleaseFact, chosen: int | None, language: str) -> str:
    """Why the scores look so far ahead, or from when on they look ahead by other days. chosen: what people have set."""
    asked = release.asked
    if chosen is None and asked is not None and asked.origin == HorizonFrom.SET:
        return gettext(FREE_AGAIN, language)
    wanted = chosen or (asked.days if asked else release.horizon_days)
    if wanted != release.horizon_days:
        return gettext(FROM_RETRAINING, language, days=wanted)
    if chosen is not None:
        return gettext(ORIGINS[HorizonFrom.SET], language)
    return _origin(asked).told(language) if asked else ""


def _origin(asked: Horizon) -> Message:
    return Message(ORIGINS[asked.origin], {"within": asked.within})


def reason_rows(reasons: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """The reasons for leaving in words: text, what it is compared with, and how much (0 to 1 of the strongest)."""
    told = for_leaving(reasons)
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


def main_reasons(reasons: Sequence[Mapping[str, Any]], language: str, most: int = 2) -> list[str]:
    """The strongest reasons for leaving, each thing said once: who has not ordered has not spent either."""
    silent = any(str(one["code"]) == "recent_orders" and not one["value"] for one in reasons)
    told = [one for one in for_leaving(reasons) if not (silent and one["code"] == "recent_spend")]
    return [reason_text(one, language) for one in told][:most]


def for_leaving(reasons: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What speaks for leaving; alerts of before an update have other reasons, too."""
    return [one for one in reasons if float(one["effect"]) > 0]


def _said(reason: Mapping[str, Any], language: str) -> str:
    code = str(reason["code"])
    return gettext(REASONS.get(code, code), language, value=_amount(code, float(reason["value"]), language))


def _compared(reason: Mapping[str, Any], language: str) -> str:
    code = str(reason["code"])
    if code in ALONE or code not in REASONS:
        return ""
    template = OWN if code in OF_THEIR_OWN else TYPICAL
    return gettext(template, language, typical=_amount(code, float(reason["typical"]), language))


def next_step(alert: AlertFact, language: str) -> str:
    """What to do about an alert; empty where nothing is left to do."""
    if not alert.active:
        return ""
    if alert.status == AlertStatus.OPEN:
        codes = [str(one["code"]) for one in for_leaving(alert.reasons)]
        return gettext(next((NEXT_STEPS[code] for code in codes if code in NEXT_STEPS), CALL), language)
    if suggested(alert.status, alert.sign) is None:
        return gettext(WAITING, language)
    if alert.sign == Sign.BOUGHT and alert.sign_day:
        return gettext(BOUGHT, language, day=day(alert.sign_day, language))
    return gettext(SILENT, language, days=alert.horizon_days, day=day(alert.as_of, language))


def sign_text(alert: AlertFact, language: str) -> str:
    """What the orders have shown since the alert; empty where nothing yet."""
    if alert.sign == Sign.BOUGHT and alert.sign_day:
        return gettext(SIGN_BOUGHT, language, day=day(alert.sign_day, language))
    return gettext(SIGN_SILENT, language, days=alert.horizon_days) if alert.sign == Sign.SILENT else ""


def _amount(code: str, value: float, language: str) -> str:
    from babel.numbers import format_decimal, format_percent

    if code in MONEY:
        return money(value, language)
    if code == "returns":
        return format_percent(value, locale=locale_of(language))
    digits = 1 if code in ("overdue", "variety") else 0
    return format_decimal(round(value, digits), locale=locale_of(language))
