"""What the parts of the page are made of."""

from typing import Any

import reflex as rx

from ml_insights.propensity.state.sheet import BuyerState
from ml_insights.propensity.tables import Mark
from ml_insights.propensity.wording import MARKS
from ml_insights.ui.i18n import date, money, percent, t
from ml_insights.ui.parts import status_badge

COLOURS = {Mark.OPEN: "grey", Mark.CALLED: "blue", Mark.ORDERED: "green", Mark.NOT_INTERESTED: "amber"}


def mark_badge(mark: Any) -> Any:
    """What was noted about a customer of the list."""
    return status_badge(mark, {one.value: (MARKS[one], colour) for one, colour in COLOURS.items()})


def buyer(row: Any) -> rx.Component:
    """A customer's name, which opens what is known of them, and their number."""
    return rx.el.div(
        rx.el.button(row["label"], type="button", class_name="job-name", on_click=BuyerState.open(row["customer_id"])),
        rx.cond(row["name"], rx.el.span(row["customer_id"], class_name="quiet small")),
        class_name="who",
    )


def chance(row: Any) -> rx.Component:
    """The chance within 7 days beside a bar, that within 30 days below."""
    width = (row["chance_7"].to(float) * 100).to(str) + "%"
    bar = rx.el.span(rx.el.span(style={"width": width}), class_name="buyers-bar", aria_hidden="true")
    return rx.el.div(
        rx.el.span(bar, rx.el.strong(percent(row["chance_7"])), class_name="buyers-chance"),
        rx.el.span(t("{share} in 30 days", share=percent(row["chance_30"])), class_name="quiet small"),
        class_name="buyers-two",
    )


def expected_day(row: Any) -> rx.Component:
    """The day by which half of such customers have bought, and between which days half of them buy."""
    span = rx.cond(
        (row["next_from"] != "") & (row["next_to"] != ""),
        rx.el.span(
            t("{low} to {high}", low=date(row["next_from"]), high=date(row["next_to"])), class_name="quiet small"
        ),
    )
    usual = rx.cond(row["usual"] != "", rx.el.span(row["usual"], class_name="quiet small"), span)
    known = rx.el.div(rx.el.span(date(row["next_day"], weekday=True)), usual, class_name="buyers-two")
    return rx.cond(row["next_day"] != "", known, rx.el.span(t("in over a year"), class_name="quiet"))


def basket(row: Any) -> rx.Component:
    """The next order's revenue with its 80 % bounds."""
    low, high = money(row["basket_low"], compact=True), money(row["basket_high"], compact=True)
    return rx.el.div(
        rx.el.span(money(row["basket"], digits=0)),
        rx.el.span(t("{low} to {high}", low=low, high=high), class_name="quiet small"),
        class_name="buyers-two",
    )


def told(text: Any) -> rx.Component:
    """A sentence of a table."""
    return rx.cond(text != "", rx.el.span(text, class_name="buyers-told"), rx.el.span("–", class_name="quiet"))
