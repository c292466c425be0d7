"""What moves demand: weekdays, public holidays, and the days that fit nothing."""

from typing import Any

import reflex as rx

from ml_insights.demand.page.amounts import amount
from ml_insights.demand.state.series import DemandState
from ml_insights.ui.charts import chart
from ml_insights.ui.i18n import date, number, percent, t
from ml_insights.ui.parts import badge, card, empty_state
from ml_insights.ui.table import Column, data_table


def weekday_card() -> rx.Component:
    """Each weekday against an average day."""
    shown = chart(DemandState.weekday_figure, "Weekday effects", height=220, file_name="weekdays")
    nothing = empty_state("calendar-days", "No weekday effects", "At least four weeks of sales are needed.")
    return card(
        rx.cond(DemandState.weekday_figure.contains("data"), shown, nothing),
        title="Weekdays",
        subtitle="Above or below the average day, with 95 % intervals",
    )


def holiday_card() -> rx.Component:
    """Public holidays and the days around them against the same weekday."""
    columns = (
        Column("day", "Day", sortable=False),
        Column("effect", "Effect", "percent", render=_effect, sortable=False),
        Column("count", "Seen", "number", sortable=False),
    )
    nothing = empty_state("calendar-off", "No holiday effects", "The history holds fewer than three public holidays.")
    table = data_table(columns, DemandState.holidays, caption="Holiday effects", empty=nothing)
    return card(table, title="Public holidays", subtitle="Against the same weekday's usual, with 95 % intervals")


def _effect(row: Any) -> rx.Component:
    low, high = percent(row["low"], sign=True), percent(row["high"], sign=True)
    return rx.el.span(
        rx.el.strong(percent(row["effect"], sign=True)),
        " ",
        rx.el.span("(", low, " … ", high, ")", class_name="kpi-hint"),
    )


def anomaly_card() -> rx.Component:
    """Past days that do not fit the days around them."""
    columns = (
        Column("ds", "Day", render=lambda row: date(row["ds"], weekday=True), sortable=False),
        Column("value", "Actual", "number", render=lambda row: amount(row["value"]), sortable=False),
        Column("expected", "Expected", "number", render=lambda row: amount(row["expected"]), sortable=False),
        Column("score", "How unusual", render=_direction, sortable=False),
    )
    nothing = empty_state("circle-check", "No unusual days", "Every day of the last two years fits those around it.")
    table = data_table(columns, DemandState.anomalies, caption="Unusual days", empty=nothing)
    return card(
        table, title="Unusual days", subtitle="Days far from level plus season around them; diamonds in the chart"
    )


def _direction(row: Any) -> rx.Component:
    above = t("{score} deviations above", score=number(row["score"], 1))
    below = t("{score} deviations below", score=number(-row["score"].to(float), 1))
    return rx.cond(row["score"].to(float) > 0, badge(above, "blue"), badge(below, "amber"))
