"""The overview's card of churn."""

from typing import Any

import reflex as rx

from ml_insights.churn.page.pieces import due
from ml_insights.churn.state.card import ChurnCardState
from ml_insights.ui.computing import not_ready
from ml_insights.ui.i18n import money, number, t
from ml_insights.ui.parts import card, grid, link, link_button, loading

FIGURES = ChurnCardState.figures
ROUTE = "/ml-insights/churn"


def churn_card() -> rx.Component:
    """Revenue at risk, the alerts that wait, and the three with most at risk."""
    return card(
        rx.fragment(rx.match(ChurnCardState.phase, ("ready", _figures()), ("empty", _empty()), loading("chart"))),
        title="Customers about to leave",
        subtitle=rx.cond(ChurnCardState.phase == "ready", t("Within {days} days", days=FIGURES["horizon"]), ""),
        actions=link_button("Open", ROUTE, kind="ghost", icon_name="arrow-right"),
    )


def _figures() -> rx.Component:
    at_risk = _figure(
        "Revenue at risk",
        money(FIGURES["revenue"], compact=True),
        t(
            "{count, plural, one {# customer} other {# customers}} whom contacting pays",
            count=number(FIGURES["customers"]),
        ),
    )
    work = _figure(
        "Alerts to work",
        number(FIGURES["todo"]),
        rx.cond(
            FIGURES["overdue"].to(int) > 0,
            link(
                t("Overdue: {count}", count=number(FIGURES["overdue"])),
                href=f"{ROUTE}?show=overdue",
                class_name="due-late",
            ),
            t("none overdue"),
        ),
    )
    return rx.fragment(
        grid(at_risk, work, columns=4),
        rx.el.ul(rx.foreach(ChurnCardState.rows, _row), class_name="churn-card-rows"),
    )


def _figure(label: str, value: Any, hint: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(t(label), class_name="kpi-label"),
        rx.el.div(value, class_name="churn-card-figure"),
        rx.el.div(hint, class_name="kpi-hint"),
    )


def _row(row: Any) -> rx.Component:
    address = ROUTE + "?alert=" + row["key"].to(str)
    return rx.el.li(
        link(row["label"], href=address, class_name="churn-card-name"),
        rx.el.span(money(row["at_risk"], compact=True), class_name="churn-card-amount"),
        due(row),
    )


def _empty() -> rx.Component:
    return not_ready(
        "churn",
        "user-x",
        "Nobody scored yet",
        "The risk of leaving is learnt from orders that name their customers.",
        brief=True,
    )
