"""The overview's card of likely buyers."""

from typing import Any

import reflex as rx

from ml_insights.propensity.state.card import PropensityCardState
from ml_insights.ui.computing import not_ready
from ml_insights.ui.i18n import date, money, number, percent, t
from ml_insights.ui.parts import card, grid, link, link_button, loading

FIGURES = PropensityCardState.figures
ROUTE = "/ml-insights/propensity"


def propensity_card() -> rx.Component:
    """What this week should bring, and the first of the list who were not called yet."""
    subtitle = t("{first} to {last}", first=date(FIGURES["first"]), last=date(FIGURES["last"]))
    return card(
        rx.fragment(rx.match(PropensityCardState.phase, ("ready", _figures()), ("empty", _empty()), loading("chart"))),
        title="This week's likely buyers",
        subtitle=rx.cond(PropensityCardState.phase == "ready", subtitle, ""),
        actions=link_button("Open", ROUTE, kind="ghost", icon_name="arrow-right"),
    )


def _figures() -> rx.Component:
    listed = _figure(
        "Expected of the list",
        money(FIGURES["listed_revenue"], compact=True),
        t("{buyers} of {size} buy", buyers=number(FIGURES["listed_buyers"]), size=number(FIGURES["listed"])),
    )
    proof = _figure(
        "The last list was right about",
        rx.cond(
            FIGURES["proved"],
            t("{hits} of {size}", hits=number(FIGURES["hits"]), size=number(FIGURES["size"])),
            "–",
        ),
        t("{count} not yet called", count=number(FIGURES["open"])),
    )
    rows = rx.el.ul(rx.foreach(PropensityCardState.picks, _row), class_name="buyers-card")
    lots = rx.el.p(t("No list this week"), class_name="quiet")
    return rx.cond(FIGURES["by_chance"], lots, rx.fragment(grid(listed, proof, columns=4), rows))


def _figure(label: str, value: Any, hint: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(t(label), class_name="kpi-label"),
        rx.el.div(value, class_name="buyers-figure"),
        rx.el.div(hint, class_name="kpi-hint"),
    )


def _row(row: Any) -> rx.Component:
    return rx.el.li(
        link(row["label"], href=ROUTE + "?customer=" + row["customer_id"].to(str), class_name="buyers-name"),
        rx.el.span(percent(row["chance_7"]), class_name="quiet"),
        rx.el.span(money(row["revenue_7"], compact=True)),
    )


def _empty() -> rx.Component:
    return not_ready(
        "propensity",
        "shopping-cart",
        "No likely buyers yet",
        "Likely buyers are found in orders that name their customers.",
        brief=True,
    )
