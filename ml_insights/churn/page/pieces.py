"""What the parts of the churn page are made of."""

from typing import Any

import reflex as rx

from ml_insights.churn.policy import BY_RULE
from ml_insights.churn.tables import AlertStatus, DismissReason
from ml_insights.churn.wording import DISMISSALS, STATUSES
from ml_insights.ui.i18n import date, percent, t
from ml_insights.ui.parts import icon, status_badge

COLOURS = {
    AlertStatus.OPEN: "blue",
    AlertStatus.CONTACTED: "amber",
    AlertStatus.RETAINED: "green",
    AlertStatus.LOST: "red",
    AlertStatus.DISMISSED: "grey",
}
REASONS: list[tuple[DismissReason, str]] = [(one, text) for one, text in DISMISSALS.items() if one not in BY_RULE]
"""What a person can give as a reason."""


def alert_status(status: Any) -> Any:
    """How far the work on an alert is."""
    return status_badge(status, {one.value: (STATUSES[one], colour) for one, colour in COLOURS.items()})


def risk(probability: Any) -> rx.Component:
    """A probability as a number beside a bar."""
    width = (probability.to(float) * 100).to(str) + "%"
    return rx.el.span(
        rx.el.span(rx.el.span(style={"width": width}), class_name="risk-bar", aria_hidden="true"),
        rx.el.span(percent(probability)),
        class_name="risk",
    )


def tick(checked: Any, on_change: Any, **props: Any) -> rx.Component:
    """A box that selects something; `on_change` gets whether it does."""
    return rx.el.input(type="checkbox", checked=checked, on_change=on_change, class_name="tick", **props)


def due(row: Any) -> rx.Component:
    """When it is due; late and today stand out by a word, too."""
    day = date(row["due_on"])
    late = rx.el.span(icon("clock-alert", 13), day, " · ", t("overdue"), class_name="due due-late")
    now = rx.el.span(icon("clock", 13), t("today"), class_name="due due-now")
    asleep = rx.el.span(
        icon("moon", 13), t("snoozed until {day}", day=date(row["snoozed_until"])), class_name="due quiet"
    )
    plain = rx.cond(row["due_on"] != "", rx.el.span(day, class_name="due"), rx.el.span("–", class_name="quiet"))
    return rx.cond(row["snoozed_until"] != "", asleep, rx.cond(row["overdue"], late, rx.cond(row["today"], now, plain)))


def sign(row: Any) -> rx.Component:
    """What the orders have shown since."""
    tone = rx.cond(row["sign_good"], "sign sign-good", "sign sign-bad")
    mark = rx.cond(row["sign_good"], icon("shopping-cart", 13), icon("cloud-off", 13))
    return rx.cond(row["sign"] != "", rx.el.span(mark, row["sign"], class_name=tone))
