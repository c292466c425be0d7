"""What moves demand: weekdays, public holidays, and the days that fit nothing."""

from typing import Any

import reflex as rx

from ml_insights.demand.page.amounts import amount
from ml_insights.demand.state.leaving import LeavingOutState
from ml_insights.demand.state.series import DemandState
from ml_insights.ui.charts import chart
from ml_insights.ui.i18n import date, number, percent, t
from ml_insights.ui.parts import badge, banner, button, card, empty_state
from ml_insights.ui.table import Column, data_table

LINE = {"display": "flex", "flex_wrap": "wrap", "gap": "8px", "align_items": "center"}


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
        Column("leave", "Leave out", render=lambda row: _leave(row["ds"]), sortable=False),
    )
    nothing = empty_state("circle-check", "No unusual days", "Every day of the last two years fits those around it.")
    table = data_table(columns, DemandState.anomalies, caption="Unusual days", empty=nothing)
    return card(
        table,
        rx.cond(DemandState.left_out.length() > 0, _left_out()),
        title="Unusual days",
        subtitle="Days far from level plus season around them; diamonds in the chart",
    )


def slips() -> rx.Component:
    """Days of this series that look like a slip of the keyboard, each with the press that leaves it out."""
    return rx.fragment(rx.foreach(DemandState.slips, _slip))


def _slip(row: Any) -> rx.Component:
    said = t(
        "{day} looks like a slip: {amount}. Leave it out, and forecasts look past it.",
        day=date(row["ds"], weekday=True),
        amount=amount(row["value"]),
    )
    return banner("warning", rx.el.div(said, _leave(row["ds"]), style=LINE))


def _leave(day: Any) -> rx.Component:
    """For those who may; the others see what is found."""
    press = button("Leave it out", LeavingOutState.leave(day.to(str)), kind="secondary", icon_name="eye-off")
    return rx.cond(DemandState.can_recompute, press, rx.fragment())


def _left_out() -> rx.Component:
    return rx.el.div(
        rx.el.h3(t("Left out"), class_name="card-title"),
        rx.el.ul(rx.foreach(DemandState.left_out, _gone), style={"list_style": "none", "padding": "0"}),
        style={"margin_top": "16px"},
    )


def _gone(row: Any) -> rx.Component:
    of = rx.cond(row["of"] != "", rx.fragment(" · ", row["of"].to(str)), "")
    used = rx.cond(
        row["used"],
        t("Left out by {person}; the forecast shown looks past it.", person=row["by"].to(str)),
        t("Left out by {person}; the next computation looks past it.", person=row["by"].to(str)),
    )
    back = button("Count it again", LeavingOutState.take_back(row["series"].to(str), row["ds"].to(str)), kind="ghost")
    return rx.el.li(
        rx.el.span(
            rx.el.strong(date(row["ds"], weekday=True)), ": ", amount(row["value"]), of, " ",
            rx.el.span(used, class_name="quiet"),
        ),
        rx.cond(DemandState.can_recompute, back),
        style=LINE,
    )  # fmt: skip


def _direction(row: Any) -> rx.Component:
    above = t("{score} deviations above", score=number(row["score"], 1))
    below = t("{score} deviations below", score=number(-row["score"].to(float), 1))
    return rx.cond(row["score"].to(float) > 0, badge(above, "blue"), badge(below, "amber"))
