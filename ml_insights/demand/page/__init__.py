"""Machine Learning → ML Insights → Demand: what will be sold, how sure that is, and what to order."""

from typing import Any

import reflex as rx

from ml_insights.demand.page.accuracy import backtest_card
from ml_insights.demand.page.controls import controls
from ml_insights.demand.page.effects import anomaly_card, holiday_card, weekday_card
from ml_insights.demand.page.forecast import chart_card, headline, provenance, refusal_text
from ml_insights.demand.page.listing import listing_card
from ml_insights.demand.page.points import points_card
from ml_insights.demand.page.reorder import reorder_card
from ml_insights.demand.state.running import DemandRunState
from ml_insights.demand.state.series import DemandState
from ml_insights.jobs.page.following import run_ended, run_under_way, start_button
from ml_insights.ui.computing import data_until, is_ready, not_ready
from ml_insights.ui.parts import card, empty_state, error_state, grid, page_header, tabs_of

ROUTE = "/ml-insights"
STACK = {"display": "flex", "flex_direction": "column", "gap": "16px", "min_width": "0"}


def demand() -> rx.Component:
    """The page's content."""
    return rx.fragment(
        page_header(
            "ML Insights",
            "What will happen next, and how sure that is",
            rx.cond(is_ready("demand"), start_button(DemandRunState)),
            note=data_until("demand"),
        ),
        tabs_of(ROUTE),
        rx.el.div(run_under_way(DemandRunState), run_ended(DemandRunState), _body(), style=STACK),
    )


def _body() -> Any:
    return rx.match(
        DemandState.phase,
        ("empty", _empty()),
        ("failed", card(error_state(DemandState.error, DemandState.start_over))),
        _forecast(),
    )


def _forecast() -> rx.Component:
    """The same while it loads, so that nothing moves when the data come, but not to be used then."""
    waiting = DemandState.phase == "loading"
    insights = rx.fragment(headline(), chart_card(), rx.cond(waiting, rx.fragment(), _reasons()))
    return rx.el.div(
        controls(),
        rx.cond(DemandState.refusal == "", insights, _refused()),
        rx.cond(waiting, rx.fragment(), rx.fragment(listing_card(), reorder_card(), provenance())),
        style=STACK,
        class_name=rx.cond(waiting, "pending", ""),
        custom_attrs={"inert": waiting},
    )


def _reasons() -> rx.Component:
    return rx.fragment(points_card(), grid(weekday_card(), holiday_card(), columns=2), anomaly_card(), backtest_card())


def _refused() -> rx.Component:
    return rx.fragment(
        card(empty_state("chart-no-axes-column", "Not forecastable", refusal_text())),
        rx.cond(DemandState.has_history, chart_card()),
    )


def _empty() -> rx.Component:
    return card(
        not_ready(
            "demand",
            "line-chart",
            "No forecast yet",
            "The forecast is made from your orders.",
        )
    )
