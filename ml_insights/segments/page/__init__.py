"""Machine Learning → ML Insights → Segments: who the customers are, who moved, and what to do about each group."""

from typing import Any

import reflex as rx

from ml_insights.jobs.page.following import run_ended, run_under_way, start_button
from ml_insights.segments.page.cards import segment_cards
from ml_insights.segments.page.flow import flow_card
from ml_insights.segments.page.members import members_card
from ml_insights.segments.state.board import SegmentsState
from ml_insights.segments.state.running import SegmentsRunState
from ml_insights.ui.charts import chart
from ml_insights.ui.computing import data_until, not_ready
from ml_insights.ui.i18n import date, number, relative_time, t
from ml_insights.ui.parts import card, loading, page_header, tabs_of

ROUTE = "/ml-insights/segments"
STACK = {"display": "flex", "flex_direction": "column", "gap": "16px", "min_width": "0"}
CHART_HEIGHT = 400


def segments() -> rx.Component:
    """The page's content."""
    return rx.fragment(
        page_header(
            "ML Insights",
            "Customers by how lately, how often and for how much they buy",
            rx.cond(SegmentsState.phase == "ready", start_button(SegmentsRunState)),
            note=data_until("segments"),
        ),
        tabs_of(ROUTE),
        rx.el.div(run_under_way(SegmentsRunState), run_ended(SegmentsRunState), _body(), style=STACK),
    )


def _body() -> Any:
    return rx.match(SegmentsState.phase, ("empty", _empty()), ("ready", _ready()), _waiting())


def _ready() -> rx.Component:
    return rx.el.div(
        segment_cards(),
        rx.el.div(_scatter(), flow_card(), class_name="grid grid-2"),
        members_card(),
        _provenance(),
        style=STACK,
    )


def _scatter() -> rx.Component:
    return card(
        chart(
            SegmentsState.figure,
            "Customers by recency and revenue",
            summary=SegmentsState.summary,
            height=CHART_HEIGHT,
            file_name="segments",
        ),
        title="Recency and revenue",
        subtitle="A sample of customers; more orders make a larger dot. Top right are the best.",
    )


def _waiting() -> rx.Component:
    return rx.el.div(loading("cards"), card(loading("chart")), card(loading("table")), style=STACK)


def _empty() -> rx.Component:
    return card(
        not_ready(
            "segments",
            "chart-scatter",
            "No segments yet",
            "Segments are made from orders that name their customers.",
        )
    )


def _provenance() -> rx.Component:
    made = SegmentsState.release
    return rx.el.p(
        t(
            "Orders until {day}. Computed {ago}, model version {version}. Of {fewest} to {most} segments that were "
            "tried, this number is the best found again in other customers (agreement {stability}, silhouette "
            "{silhouette}). {without} customers have never bought.",
            day=date(made["as_of"]),
            ago=relative_time(made["computed_at"]),
            version=made["model_version"],
            fewest=made["fewest"],
            most=made["most"],
            stability=number(made["stability"], 2),
            silhouette=number(made["silhouette"], 2),
            without=number(made["without_purchase"]),
        ),
        class_name="card-subtitle",
    )
