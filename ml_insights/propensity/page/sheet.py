"""The customer who is open: what to say, why now, and what became of it."""

from typing import Any

import reflex as rx

from ml_insights.propensity.page.pieces import expected_day, mark_badge
from ml_insights.propensity.policy import LONGEST_NOTE
from ml_insights.propensity.state.sheet import BuyerState
from ml_insights.propensity.tables import Mark
from ml_insights.ui.i18n import date, money, number, percent, t
from ml_insights.ui.parts import button, facts_list, field, icon, link
from ml_insights.ui.sheet import sheet

BUYER = BuyerState.buyer
STEPS = (
    (Mark.CALLED, "Called", "phone-call", "primary"),
    (Mark.ORDERED, "Ordered", "check", "secondary"),
    (Mark.NOT_INTERESTED, "Not interested", "x", "secondary"),
)


def buyer_sheet() -> rx.Component:
    """Beside the list; the address keeps who it is."""
    subtitle = t(
        "{chance} likely to buy within 7 days from {day}", chance=percent(BUYER["chance_7"]), day=date(BUYER["as_of"])
    )
    return sheet(
        BuyerState.customer_id != "",
        BuyerState.close,
        BUYER["label"].to(str),
        subtitle,
        link(
            icon("user-round", 14), "Everything about this customer", href=BUYER["address"].to(str), class_name="chip"
        ),
        rx.cond(BuyerState.rank > 0, _work()),
        _products(),
        _why(),
        _facts(),
    )


def _work() -> rx.Component:
    note = rx.debounce_input(
        rx.el.textarea(
            value=BuyerState.note,
            on_change=BuyerState.write_note,
            max_length=LONGEST_NOTE,
            rows=2,
            class_name="input buyers-note",
            placeholder=t("What was said, what was promised…"),
        ),
        debounce_timeout=200,
    )
    steps = [
        button(label, BuyerState.set_mark(mark.value), kind=kind, icon_name=glyph)  # pyright: ignore[reportArgumentType]
        for mark, label, glyph, kind in STEPS
    ]
    undo = button("Not called yet", BuyerState.set_mark(Mark.OPEN.value), kind="ghost")
    return rx.el.section(
        rx.el.div(
            rx.el.span(t("No. {rank} on this week's list", rank=number(BuyerState.rank)), class_name="quiet small"),
            mark_badge(BuyerState.mark),
            class_name="buyers-standing",
        ),
        field("Note", note, hint="It is kept with what you press"),
        rx.el.div(*steps, rx.cond(BuyerState.mark != Mark.OPEN.value, undo), class_name="form-actions buyers-steps"),
        class_name="buyers-work",
        aria_label=t("What became of it"),
    )


def _products() -> rx.Component:
    return rx.cond(
        BuyerState.products.length() > 0,
        rx.el.section(
            rx.el.h3(t("Offer these"), class_name="buyers-heading"),
            rx.el.ol(
                rx.foreach(
                    BuyerState.products,
                    lambda row: rx.el.li(row["name"], rx.el.span(row["id"], class_name="quiet small")),
                ),
                class_name="buyers-products",
            ),
        ),
    )


def _why() -> rx.Component:
    def reason(row: Any) -> Any:
        width = (row["strength"].to(float) * 100).to(str) + "%"
        return rx.el.li(
            rx.el.div(
                icon("trending-up", 14),
                rx.el.span(row["text"]),
                rx.el.span(row["typical"], class_name="quiet small buyers-typical"),
                class_name="buyers-reason-top",
            ),
            rx.el.div(rx.el.div(style={"width": width}), class_name="buyers-reason-bar", aria_hidden="true"),
            class_name="buyers-reason buyers-for",
        )

    return rx.el.section(
        rx.el.h3(t("Why now"), class_name="buyers-heading"),
        rx.cond(
            BuyerState.reasons.length() > 0,
            rx.el.ul(rx.foreach(BuyerState.reasons, reason), class_name="buyers-reasons"),
            rx.el.p(t("Reasons are given for the likeliest buyers only."), class_name="quiet"),
        ),
    )


def _facts() -> rx.Component:
    pairs: list[tuple[Any, Any]] = [
        ("Expected", expected_day(BUYER)),
        ("Chance in 30 days", percent(BUYER["chance_30"])),
        ("Basket", _range("basket")),
        ("Revenue expected this week", money(BUYER["revenue_7"], digits=0)),
        ("Lifetime value", _range("value")),
        ("Revenue in the last year", money(BUYER["revenue_year"], digits=0)),
        ("Last purchase", date(BUYER["last_day"])),
        ("Orders so far", number(BUYER["orders"])),
        ("Model", BUYER["model"].to(str)),
    ]
    return rx.el.section(rx.el.h3(t("Facts"), class_name="buyers-heading"), facts_list(pairs))


def _range(name: str) -> rx.Component:
    low, high = money(BUYER[f"{name}_low"], compact=True), money(BUYER[f"{name}_high"], compact=True)
    return rx.el.div(
        money(BUYER[name], digits=0),
        rx.el.span(t("80 %: {low} to {high}", low=low, high=high), class_name="quiet small"),
        class_name="buyers-two",
    )
