"""Machine Learning → ML Insights → Likely buyers: whom to call this week, and what customers are worth."""

from typing import Any

import reflex as rx

from ml_insights.jobs.page.following import run_ended, run_under_way, start_button
from ml_insights.propensity.page.customers import customers_card
from ml_insights.propensity.page.headline import headline, headline_waiting, provenance
from ml_insights.propensity.page.sheet import buyer_sheet
from ml_insights.propensity.page.value import value_cards
from ml_insights.propensity.page.week import week_card
from ml_insights.propensity.state.address import CUSTOMERS, VALUE, WEEK
from ml_insights.propensity.state.board import PropensityState
from ml_insights.propensity.state.running import PropensityRunState
from ml_insights.ui.computing import data_until, is_ready, not_ready
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import card, loading, page_header, tabs_of

ROUTE = "/ml-insights/propensity"


def propensity() -> rx.Component:
    """The page's content."""
    return rx.fragment(
        page_header(
            "ML Insights",
            "Who is about to buy, what, and what they are worth",
            rx.cond(is_ready("propensity"), start_button(PropensityRunState, "Score anew")),
            note=data_until("propensity"),
        ),
        tabs_of(ROUTE),
        rx.el.div(
            run_under_way(PropensityRunState),
            run_ended(PropensityRunState, again="Score anew"),
            _body(),
            class_name="buyers-page",
        ),
        buyer_sheet(),
    )


def _body() -> Any:
    return rx.match(
        PropensityState.phase,
        ("empty", _empty()),
        ("ready", rx.el.div(headline(), _views(), _view(), provenance(), class_name="buyers-page")),
        rx.el.div(headline_waiting(), card(loading("table", 10)), class_name="buyers-page"),
    )


def _views() -> rx.Component:
    names = ((WEEK, "This week"), (CUSTOMERS, "All customers"), (VALUE, "Lifetime value"))
    buttons = [
        rx.el.button(
            t(label),
            type="button",
            class_name="segment",
            on_click=PropensityState.show(key),
            custom_attrs={"aria-pressed": rx.cond(PropensityState.view == key, "true", "false")},
        )
        for key, label in names
    ]
    return rx.el.div(*buttons, class_name="segments", role="group", aria_label=t("View"))


def _view() -> Any:
    return rx.match(PropensityState.view, (CUSTOMERS, customers_card()), (VALUE, value_cards()), week_card())


def _empty() -> rx.Component:
    return card(
        not_ready(
            "propensity",
            "shopping-cart",
            "No likely buyers yet",
            "Likely buyers are found in orders that name their customers.",
        )
    )
