"""The chart's points as a table: what each is, and its proof."""

from typing import Any

import reflex as rx

from ml_insights.demand.page.amounts import amount
from ml_insights.demand.proofs import POINT
from ml_insights.demand.state.points import PAGE_SIZE, PointsState
from ml_insights.ui.exporting import export_choice
from ml_insights.ui.i18n import date, number, t
from ml_insights.ui.parts import badge, card
from ml_insights.ui.proof import proof
from ml_insights.ui.table import Column, data_table


def points_card() -> rx.Component:
    """Each point of the chart; one that is pressed there is shown here."""
    columns = (
        Column("first", "Period", sortable=False, render=_period),
        Column("sold", "Actual", "number", sortable=False, render=lambda row: _known(row["sold"])),
        Column("expected", "Expected", "number", sortable=False, render=lambda row: _known(row["expected"])),
        Column("value", "Together", "number", sortable=False, render=_value),
        Column("band", "80 % band", "number", sortable=False, render=_band, hide_on_phone=True),
    )
    table = data_table(
        columns,
        PointsState.rows,
        caption="The chart's points",
        total=PointsState.total,
        page=PointsState.page,
        page_size=PAGE_SIZE,
        on_page=PointsState.turn_to,
    )
    return card(table, title="The chart's points", subtitle="Press a point in the chart to find it here")


def _known(value: Any) -> Any:
    return rx.cond(value == None, "–", amount(value))  # noqa: E711


def _name(row: Any) -> Any:
    """A day, or the first and last day of a week or month."""
    several = t("{first} to {last}", first=date(row["first"]), last=date(row["last"]))
    return rx.cond(row["last"] == "", date(row["first"], weekday=True), several)


def _period(row: Any) -> rx.Component:
    part = t("unfinished: {seen} of {days} days", seen=number(row["seen"]), days=number(row["days"]))
    return rx.el.span(
        _name(row),
        rx.cond(row["whole"], rx.fragment(), badge(part, "amber")),
        style={
            "display": "inline-flex",
            "gap": "8px",
            "flex_wrap": "wrap",
            "font_weight": rx.cond(row["first"] == PointsState.chosen, "650", "inherit"),
        },
    )


def _value(row: Any) -> rx.Component:
    rows = export_choice(lambda form: PointsState.export(row["first"].to(str), form), "Its days")
    return rx.el.span(
        amount(row["value"]),
        proof(_name(row), t(POINT), row["proof"], "Days in it", rows),
        class_name="proved-inline",
    )


def _band(row: Any) -> Any:
    band = rx.fragment(amount(row["low"], compact=True), " – ", amount(row["high"], compact=True))
    return rx.cond(row["low"] == None, "–", band)  # noqa: E711
