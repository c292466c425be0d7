"""Machine Learning → ML Insights → Churn: who is about to leave, why, and the work that keeps them."""

from typing import Any

import reflex as rx

from ml_insights.churn.page.alerts import alerts_card
from ml_insights.churn.page.customers import customers_card
from ml_insights.churn.page.headline import headline, headline_waiting, provenance
from ml_insights.churn.page.profit import profit_card
from ml_insights.churn.page.rules import rules_sheet
from ml_insights.churn.page.sheet import alert_sheet
from ml_insights.churn.state.address import ALERTS, CUSTOMERS, PROFIT
from ml_insights.churn.state.board import ChurnState
from ml_insights.churn.state.running import ChurnRunState
from ml_insights.jobs.page.following import run_ended, run_under_way, start_button
from ml_insights.ui.computing import data_until, is_ready, not_ready
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import card, loading, page_header, tabs_of

ROUTE = "/ml-insights/churn"


def churn() -> rx.Component:
    """The page's content."""
    return rx.fragment(
        page_header(
            "ML Insights",
            "Who is about to leave, why, and what to do about it",
            rx.cond(is_ready("churn"), start_button(ChurnRunState, "Score anew")),
            note=data_until("churn"),
        ),
        tabs_of(ROUTE),
        rx.el.div(
            run_under_way(ChurnRunState), run_ended(ChurnRunState, again="Score anew"), _body(), class_name="churn-page"
        ),
        alert_sheet(),
        rules_sheet(),
    )


def _body() -> Any:
    return rx.match(
        ChurnState.phase,
        ("empty", _empty()),
        ("ready", rx.el.div(headline(), _views(), _view(), provenance(), class_name="churn-page")),
        rx.el.div(headline_waiting(), card(loading("table", 10)), class_name="churn-page"),
    )


def _views() -> rx.Component:
    names = ((ALERTS, "Alerts"), (CUSTOMERS, "All customers"), (PROFIT, "What pays"))
    buttons = [
        rx.el.button(
            t(label),
            type="button",
            class_name="segment",
            on_click=ChurnState.show(key),
            custom_attrs={"aria-pressed": rx.cond(ChurnState.view == key, "true", "false")},
        )
        for key, label in names
    ]
    return rx.el.div(*buttons, class_name="segments", role="group", aria_label=t("View"))


def _view() -> Any:
    return rx.match(ChurnState.view, (CUSTOMERS, customers_card()), (PROFIT, profit_card()), alerts_card())


def _empty() -> rx.Component:
    return card(
        not_ready(
            "churn",
            "user-x",
            "Nobody scored yet",
            "The risk of leaving is learnt from orders that name their customers.",
        )
    )
