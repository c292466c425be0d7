"""The overview's card of demand."""

from typing import Any

import reflex as rx

from ml_insights.demand.proofs import MEANINGS, NEXT
from ml_insights.demand.state.address import DEFAULT_DAYS
from ml_insights.demand.state.card import HEIGHT, WIDTH, DemandCardState
from ml_insights.demand.tables import Measure
from ml_insights.ui.computing import not_ready
from ml_insights.ui.i18n import date, money, number, percent, t
from ml_insights.ui.parts import card, grid, link_button, loading
from ml_insights.ui.proof import proof

FIGURE = {"font_size": "22px", "line_height": "28px", "font_weight": "620", "letter_spacing": "-0.02em"}


def demand_card() -> rx.Component:
    """Units and revenue of the next 30 days, each with its band and its recent past."""
    return card(
        rx.fragment(rx.match(DemandCardState.phase, ("ready", _glances()), ("empty", _empty()), loading("chart"))),
        title=t("Demand, next {days} days", days=DEFAULT_DAYS),
        subtitle="All products, from the day after the last one of the data, with 80 % bands",
        actions=link_button("Open", "/ml-insights", kind="ghost", icon_name="arrow-right"),
    )


def _glances() -> rx.Component:
    return grid(
        _glance(Measure.UNITS, "Units", DemandCardState.units, number),
        _glance(Measure.REVENUE, "Revenue", DemandCardState.revenue, lambda value: money(value, compact=True)),
        columns=4,
    )


def _glance(measure: Measure, label: str, shown: Any, form: Any) -> rx.Component:
    band = t("{low} – {high} with 80 %", low=form(shown["low"]), high=form(shown["high"]))
    change = t(
        "{change} against the {days} days before", change=percent(shown["change"], 1, sign=True), days=DEFAULT_DAYS
    )
    return rx.el.div(
        rx.el.div(t(label), class_name="kpi-label"),
        rx.el.div(form(shown["expected"]), style=FIGURE),
        rx.el.div(t("{first} to {last}", first=date(shown["first"]), last=date(shown["last"])), class_name="kpi-hint"),
        rx.el.div(band, class_name="kpi-hint"),
        _sparkline(shown),
        rx.el.div(change, class_name="kpi-hint"),
        proof(
            t("{figure}, next {days} days", figure=t(label), days=DEFAULT_DAYS),
            t(MEANINGS[NEXT]),
            shown["proof"],
            "Days in it",
            link_button("Open its days", f"/ml-insights?measure={measure}&days={DEFAULT_DAYS}", kind="secondary"),
        ),
        class_name="proved",
    )


def _sparkline(shown: Any) -> rx.Component:
    lines = [
        rx.el.svg.polygon(points=shown["band"].to(str), fill="var(--accent-a5)"),
        rx.el.svg.polyline(points=shown["past"].to(str), fill="none", stroke="var(--gray-10)", stroke_width="1.25"),
        rx.el.svg.polyline(
            points=shown["ahead"].to(str),
            fill="none",
            stroke="var(--accent-9)",
            stroke_width="1.5",
            stroke_dasharray="3 2",
        ),
    ]
    return rx.el.svg(
        *lines,
        view_box=f"0 -2 {WIDTH} {HEIGHT + 4}",
        custom_attrs={"aria-hidden": "true", "preserveAspectRatio": "none"},
        style={"width": "100%", "height": f"{HEIGHT}px", "margin": "8px 0 4px", "display": "block"},
    )


def _empty() -> rx.Component:
    return not_ready(
        "demand",
        "chart-spline",
        "No forecast yet",
        "The forecast is made from your orders.",
        brief=True,
    )
