"""What the list and the open product say in the same words."""

from typing import Any

import reflex as rx

from ml.pricing.types import PricingSettings, Refusal, Withheld
from ml_insights.pricing.policy import WORDS
from ml_insights.pricing.tables import PriceState
from ml_insights.ui.i18n import date, money, number, t
from ml_insights.ui.parts import status_badge

NEEDED = PricingSettings()


def answer_words(row: Any) -> Any:
    """How buyers answer to the price, or why nobody can tell."""
    less = t(
        "A 1 % higher price sells about {less} % less ({low}–{high})",
        less=number(row["less"], 1),
        low=number(row["less_low"], 1),
        high=number(row["less_high"], 1),
    )
    more = t(
        "A 1 % higher price went with {more} % more sold ({low}–{high})",
        more=number(row["less"], 1),
        low=number(row["less_low"], 1),
        high=number(row["less_high"], 1),
    )
    return rx.cond(row["refusal"] != "", refusal_words(row), rx.cond(row["rises"], more, less))


def refusal_words(row: Any) -> Any:
    """Why there is no elasticity: what there is, and what is needed."""
    few = t(
        "Not enough price variation: another price in {moved} of {weeks} weeks, {needed} are needed",
        moved=number(row["moved"]),
        weeks=number(row["periods"]),
        needed=NEEDED.least_moves,
    )
    short = t(
        "Sold in {weeks} weeks only, {needed} are needed", weeks=number(row["periods"]), needed=NEEDED.least_periods
    )
    vague = t(
        "Not enough price variation to tell it from promotions and chance: another price in {moved} of {weeks} weeks",
        moved=number(row["moved"]),
        weeks=number(row["periods"]),
    )
    return rx.match(row["refusal"], (Refusal.TOO_FEW_PERIODS.value, short), (Refusal.TOO_VAGUE.value, vague), few)


def suggestion_words(row: Any) -> Any:
    """Why there is no suggestion, or what limits it."""
    return rx.match(
        row["withheld"],
        (Withheld.NO_COST.value, t("No unit cost is known: import it with the products")),
        (Withheld.NO_ROOM.value, t("No price is within a step, among those that were tried and above the margin")),
        (
            Withheld.COST_ABOVE_PRICE.value,
            t("It costs as much as it sells for, or more: look at cost and price first"),
        ),
        (
            Withheld.POSITIVE.value,
            t("More was sold at higher prices: something else moved with the price, so no price follows from it"),
        ),
        (
            Withheld.IMPLAUSIBLE.value,
            t("No buyers answer to a price this strongly: something else moved with it, so no price follows from it"),
        ),
        (
            Withheld.DISAGREES.value,
            t("Promotions say the opposite of regular prices: mark promotions in the data to tell them apart"),
        ),
        (Withheld.NO_ELASTICITY.value, "–"),
        rx.cond(row["same"], t("as it is"), _bound_words(row)),
    )


def _bound_words(row: Any) -> Any:
    return rx.match(
        row["bound"],
        ("ceiling", t("the ceiling")),
        ("floor", t("the floor")),
        ("margin", t("the least margin")),
        ("step", t("one step")),
        "",
    )


def price_state(row: Any) -> rx.Component:
    """Where the price is, with the price and the day decided on."""
    decided = rx.match(
        row["state"],
        (
            PriceState.SCHEDULED.value,
            t("{price} from {day}", price=money(row["decided_price"]), day=date(row["effective_on"])),
        ),
        (PriceState.APPROVED.value, money(row["decided_price"])),
        (PriceState.APPLIED.value, money(row["decided_price"])),
        "",
    )
    labels = {state.value: words for state, words in WORDS.items()}
    idle = (row["state"] == PriceState.SUGGESTED.value) & ~row["worth"].to(bool)
    return rx.el.div(
        rx.cond(idle, rx.el.span("–", class_name="quiet"), status_badge(row["state"], labels)),
        rx.el.span(decided, class_name="quiet small"),
        class_name="price-cell",
    )
