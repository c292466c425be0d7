"""Who went where: a table with a row per segment that customers came from, warmer where more went."""

from typing import Any

import reflex as rx

from ml_insights.segments.state.board import SegmentsState
from ml_insights.segments.state.members import MembersState
from ml_insights.ui.i18n import date, number, percent, t
from ml_insights.ui.parts import card


def flow_card() -> rx.Component:
    """Movements of one month."""
    return card(
        rx.cond(SegmentsState.flow.length() > 0, _matrix(), rx.el.p(_nothing(), class_name="quiet")),
        title="Movements in a month",
        subtitle=rx.cond(
            SegmentsState.is_present,
            t(
                "{moved} customers have another segment than on {day}. Press a number to see who.",
                moved=number(SegmentsState.release["moved"]),
                day=date(SegmentsState.release["before"]),
            ),
            t("From the end of the month before to {day}, by the segments of today.", day=date(SegmentsState.month)),
        ),
        actions=_months(),
    )


def _nothing() -> rx.Var[str]:
    return t("Movements appear when the orders span more than one month.")


def _months() -> rx.Component:
    options = rx.foreach(SegmentsState.months, lambda month: rx.el.option(date(month), value=month))
    return rx.el.select(
        options,
        value=SegmentsState.month,
        on_change=SegmentsState.choose_month,
        class_name="input select",
        aria_label=t("Month up to"),
    )


def _matrix() -> rx.Component:
    head = rx.el.tr(
        rx.el.th(t("From ↓ to →"), scope="col"),
        rx.foreach(SegmentsState.targets, lambda target: rx.el.th(target["title"], scope="col")),
        rx.el.th(t("All"), scope="col"),
    )
    return rx.el.div(
        rx.el.table(
            rx.el.caption(t("Customers by the segment they came from and went to"), class_name="sr-only"),
            rx.el.thead(head),
            rx.el.tbody(rx.foreach(SegmentsState.flow, _row)),
            class_name="flow",
        ),
        class_name="figures-scroll",
        tab_index=0,
        role="region",
        aria_label=t("Movements in a month"),
    )


def _row(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.th(rx.el.span(class_name="dot paint-" + row["colour"].to(str)), row["title"], scope="row"),
        rx.foreach(row["cells"].to(list[dict[str, Any]]), _cell),
        rx.el.td(number(row["total"]), class_name="flow-total"),
    )


def _cell(cell: Any) -> rx.Component:
    shown = rx.fragment(
        rx.el.span(number(cell["customers"])), rx.el.span(percent(cell["share"]), class_name="flow-share")
    )
    press = rx.el.button(shown, type="button", on_click=MembersState.follow(cell["from"], cell["to"]))
    filled = rx.cond(SegmentsState.is_present, press, rx.el.span(shown, class_name="flow-figure"))
    return rx.el.td(
        rx.cond(cell["customers"].to(int) > 0, filled, rx.el.span("·", class_name="quiet")),
        class_name=rx.cond(cell["stayed"], "flow-cell flow-stayed", "flow-cell"),
        style={"--heat": cell["heat"].to(str)},
    )
