"""Machine Learning → ML Insights → Routes: what a route will cost, how right that was, and a better order of stops."""

from typing import Any

import reflex as rx

from ml_insights.jobs.page.following import run_ended, run_under_way, start_button
from ml_insights.logistics.page.estimating import estimate_view, rule_text
from ml_insights.logistics.page.history import history_view
from ml_insights.logistics.page.pieces import STACK, segments
from ml_insights.logistics.page.stops import stops_view
from ml_insights.logistics.state.address import ESTIMATE, HISTORY, STOPS
from ml_insights.logistics.state.board import RoutesState
from ml_insights.logistics.state.running import RoutesRunState
from ml_insights.ui.computing import data_until, not_ready
from ml_insights.ui.i18n import date, number, relative_time, t
from ml_insights.ui.parts import banner, card, error_state, loading, page_header, tabs_of

ROUTE = "/ml-insights/routes"


def routes() -> rx.Component:
    """The page's content."""
    return rx.fragment(
        page_header(
            "ML Insights",
            "What a route will cost, and how to drive it for less",
            rx.cond(RoutesState.phase == "ready", start_button(RoutesRunState)),
            note=data_until("route-cost"),
        ),
        tabs_of(ROUTE),
        rx.el.div(run_under_way(RoutesRunState), run_ended(RoutesRunState), _body(), style=STACK),
    )


def _body() -> Any:
    return rx.match(
        RoutesState.phase,
        ("failed", card(error_state(RoutesState.error, RoutesState.load))),
        ("loading", _waiting()),
        _parts(),
    )


def _parts() -> rx.Component:
    """Stops can be put in order without a model."""
    views = [
        (ESTIMATE, t("Estimate a route")),
        (HISTORY, t("Estimate against actual")),
        (STOPS, t("Order of stops")),
    ]
    ready = RoutesState.phase == "ready"
    learnt = rx.cond(RoutesState.view == HISTORY, history_view(), estimate_view())
    return rx.el.div(
        rx.el.div(segments("Part of the page", views, RoutesState.view, RoutesState.choose_view)),
        rx.cond(RoutesState.view == STOPS, stops_view(), rx.cond(ready, learnt, _empty())),
        rx.cond(ready, _provenance()),
        style=STACK,
    )


def _waiting() -> rx.Component:
    return rx.el.div(loading("cards"), card(loading("chart")), style=STACK)


def _empty() -> rx.Component:
    return card(
        not_ready(
            "route-cost",
            "truck",
            "No model of route costs yet",
            "Costs are learnt from deliveries and what each one cost.",
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
