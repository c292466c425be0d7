"""Estimates of models that had not seen the cost, against what routes cost."""

from typing import Any

import reflex as rx

from ml_insights.logistics.page.pieces import STACK
from ml_insights.logistics.state.history import HistoryState
from ml_insights.ui.charts import chart
from ml_insights.ui.i18n import money, number, percent, t
from ml_insights.ui.listing import list_table
from ml_insights.ui.parts import badge, card, choice, empty_state, grid, kpi, loading
from ml_insights.ui.table import Column

FIGURES = HistoryState.figures
CHART_HEIGHT = 400
STATES = [
    ("driven", "Driven"),
    ("planned", "Planned"),
    ("outside", "Outside the interval"),
    ("all", "All routes"),
]
SPANS = [("0", "All the time"), ("30", "Last 30 days"), ("90", "Last 90 days"), ("365", "Last year")]


def history_view() -> rx.Component:
    """Figures, chart and table of the same routes."""
    return rx.cond(
        HistoryState.loaded,
        rx.el.div(_figures(), _chart(), _table(), style=STACK),
        card(loading("table")),
    )


def _figures() -> rx.Component:
    none = FIGURES["mae"] == None  # noqa: E711  compared in the browser
    return grid(
        kpi("Routes driven", number(FIGURES["routes"]), hint="with an estimate made before the cost was known"),
        kpi(
            "Mean error",
            rx.cond(none, "–", money(FIGURES["mae"], digits=0)),
            hint=t("{baseline} by the rule of thumb", baseline=money(FIGURES["baseline_mae"], digits=0)),
        ),
        kpi(
            "Error over cost (WAPE)",
            rx.cond(none, "–", percent(FIGURES["wape"], 1)),
            hint=t("{baseline} by the rule of thumb", baseline=percent(FIGURES["baseline_wape"], 1)),
        ),
        kpi(
            "Inside the 80 % interval",
            rx.cond(none, "–", percent(FIGURES["coverage_80"], 0)),
            hint="should be near 80 %",
        ),
    )


def _chart() -> rx.Component:
    return card(
        chart(HistoryState.figure, "Estimate against actual cost", height=CHART_HEIGHT, file_name="route-costs"),
        title="Estimate against actual cost",
        subtitle="A dot per route, the latest 600 of those below. On the dotted line the estimate was exact.",
    )


def _table() -> rx.Component:
    columns = (
        Column("departs_at", "Departure", "datetime"),
        Column("route_id", "Route", render=_route),
        Column("vehicle_type", "Vehicle"),
        Column("distance_km", "km", "number", digits=0),
        Column("weight_kg", "kg", "number", digits=0, hide_on_phone=True),
        Column("expected", "Estimate", "money", render=_expected),
        Column("actual", "Actual", "money", render=_actual),
        Column("error", "Error", "money", render=_error),
    )
    filters = (
        choice(STATES, HistoryState.state, HistoryState.choose_state, aria_label="Which routes"),
        _vehicles(),
        choice(SPANS, HistoryState.days.to_string(), HistoryState.choose_days, aria_label="Period"),
    )
    return card(
        list_table(
            HistoryState,
            columns,
            caption="Routes",
            on_export=HistoryState.export,
            filters=filters,
            empty=empty_state("search-x", "No routes", "None matches. Change the filters, or save an estimate first."),
        )
    )


def _vehicles() -> rx.Component:
    return rx.el.select(
        rx.el.option(t("Every vehicle"), value=""),
        rx.foreach(HistoryState.vehicles, lambda name: rx.el.option(name, value=name)),
        value=HistoryState.vehicle,
        on_change=HistoryState.choose_vehicle,
        class_name="input select",
        aria_label=t("Vehicle"),
    )


def _route(row: Any) -> rx.Component:
    return rx.el.span(
        rx.el.span(row["route_id"]),
        rx.cond(row["accepted"], badge("decided", "blue")),
        rx.cond(row["by"] != "", rx.el.span(row["by"], class_name="quiet", title=row["made_by"])),
        class_name="route-id",
    )


def _expected(row: Any) -> rx.Component:
    span = t("{low} – {high}", low=money(row["lo_80"], digits=0), high=money(row["hi_80"], digits=0))
    return rx.el.div(rx.el.div(money(row["expected"], digits=0)), rx.el.div(span, class_name="kpi-hint"))


def _actual(row: Any) -> Any:
    unknown = row["actual"] == None  # noqa: E711
    return rx.cond(unknown, rx.el.span(t("not yet"), class_name="quiet"), money(row["actual"], digits=0))


def _error(row: Any) -> rx.Component:
    unknown = row["error"] == None  # noqa: E711
    outside = rx.cond(row["inside"], rx.fragment(), badge("outside", "amber"))
    shown = rx.el.div(
        rx.el.div(money(row["error"], digits=0, sign=True)),
        rx.el.div(percent(row["share"], 0, sign=True), " ", outside, class_name="kpi-hint"),
    )
    return rx.cond(unknown, rx.fragment("–"), shown)
