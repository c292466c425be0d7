"""Machine Learning → ML Insights → Routes: what a route will cost, how right that was, and a better order of stops."""

from typing import Any

import reflex as rx

from ml_insights.logistics.page.estimating import estimate_view, rule_text
from ml_insights.logistics.page.history import history_view
from ml_insights.logistics.page.pieces import STACK, segments
from ml_insights.logistics.page.running import recompute_button, run_progress
from ml_insights.logistics.page.stops import stops_view
from ml_insights.logistics.state.address import ESTIMATE, HISTORY, STOPS
from ml_insights.logistics.state.board import RoutesState
from ml_insights.ui.i18n import date, number, relative_time, t
from ml_insights.ui.parts import banner, card, empty_state, error_state, link_button, loading, page_header, tabs_of

ROUTE = "/ml-insights/routes"


def routes() -> rx.Component:
    """The page's content."""
    return rx.fragment(
        page_header(
            "ML Insights",
            "What a route will cost, and how to drive it for less",
            rx.cond(RoutesState.phase == "ready", recompute_button()),
        ),
        tabs_of(ROUTE),
        rx.el.div(run_progress(), _body(), style=STACK),
    )


def _body() -> Any:
    return rx.match(
        RoutesState.phase,
        ("empty", _empty()),
        ("untrained", _untrained()),
        ("failed", card(error_state(RoutesState.error, RoutesState.load))),
        ("ready", _ready()),
        _waiting(),
    )


def _ready() -> rx.Component:
    views = [
        (ESTIMATE, t("Estimate a route")),
        (HISTORY, t("Estimate against actual")),
        (STOPS, t("Order of stops")),
    ]
    return rx.el.div(
        rx.el.div(segments("Part of the page", views, RoutesState.view, RoutesState.choose_view)),
        rx.match(RoutesState.view, (HISTORY, history_view()), (STOPS, stops_view()), estimate_view()),
        _provenance(),
        style=STACK,
    )


def _waiting() -> rx.Component:
    return rx.el.div(loading("cards"), card(loading("chart")), style=STACK)


def _empty() -> rx.Component:
    return card(
        empty_state(
            "truck",
            "No deliveries yet",
            "Import a file of deliveries with what each one cost, or load the demo company. Stops can be imported too.",
            link_button("Import deliveries", "/import", icon_name="upload"),
        )
    )


def _untrained() -> rx.Component:
    return card(
        empty_state(
            "truck",
            "No model of route costs yet",
            "The deliveries are there. Press Recompute to learn what routes cost; it takes less than a minute.",
            recompute_button(),
        )
    )


def _provenance() -> rx.Component:
    made = RoutesState.release
    leaks = banner(
        "warning",
        t("These columns tell the cost itself, so they are not used: {columns}.", columns=made["left_out"]),
    )
    return rx.fragment(
        rx.cond(made["left_out"] != "", leaks),
        rx.el.p(
            t(
                "Learnt from {deliveries} deliveries until {day}, computed {ago}, model version {version}. "
                "Rule of thumb: {rule}.",
                deliveries=number(made["deliveries"]),
                day=date(made["as_of"]),
                ago=relative_time(made["computed_at"]),
                version=made["model_version"],
                rule=rule_text(),
            ),
            class_name="card-subtitle",
        ),
    )
