"""A card per segment: who they are, what they are worth, how they have changed, what to do."""

from typing import Any

import reflex as rx

from ml_insights.segments.state.board import SegmentsState
from ml_insights.segments.state.members import MembersState
from ml_insights.ui.i18n import date, money, number, percent, t
from ml_insights.ui.parts import facts_list, icon


def segment_cards() -> rx.Component:
    """All segments, the best first; pressing one filters the members."""
    return rx.el.div(rx.foreach(SegmentsState.cards, _card), class_name="segment-cards")


def _card(row: Any) -> rx.Component:
    pressed = MembersState.segment == row["segment"]
    since = t("{days, plural, one {# day} other {# days}}", days=number(row["recency"]))
    return rx.el.section(
        rx.el.div(
            rx.el.h2(
                rx.el.span(class_name="dot paint-" + row["colour"].to(str)), row["title"], class_name="card-title"
            ),
            _trend(row),
            class_name="segment-head",
        ),
        rx.el.p(row["meaning"], class_name="card-subtitle"),
        rx.el.div(
            rx.el.span(number(row["customers"]), class_name="kpi-value"),
            rx.el.span(t("customers, {share}", share=percent(row["share"])), class_name="kpi-hint"),
            class_name="segment-size",
        ),
        _shares(row),
        facts_list(
            (
                ("Average order", rx.cond(row["average_order"], money(row["average_order"]), "–")),
                ("Since the last purchase, median", since),
                ("Buy within 30 days", percent(row["chance"])),
            )
        ),
        rx.el.p(icon("lightbulb", 14), rx.el.span(row["action"]), class_name="segment-action"),
        rx.el.button(
            rx.cond(pressed, t("Show everybody"), t("Show members")),
            type="button",
            class_name="button button-secondary",
            on_click=MembersState.choose_segment(row["segment"]),
            custom_attrs={"aria-pressed": rx.cond(pressed, "true", "false")},
        ),
        class_name="card segment-card",
        custom_attrs={"data-segment": row["segment"]},
    )


def _trend(row: Any) -> rx.Component:
    """Change since the end of the month before; whether more is better depends on the segment, so it has no colour."""
    gained = row["gained"].to(int)
    said = t("{change} since {day}", change=number(gained, sign=True), day=date(SegmentsState.release["before"]))
    arrow = rx.cond(
        gained > 0, icon("arrow-up-right", 14), rx.cond(gained < 0, icon("arrow-down-right", 14), icon("minus", 14))
    )
    return rx.el.span(arrow, number(gained, sign=True), class_name="delta", title=said, aria_label=said, role="img")


def _shares(row: Any) -> rx.Component:
    width = (row["share_of_revenue"].to(float) * 100).to(str) + "%"
    return rx.el.div(
        rx.el.div(
            rx.el.span(t("Share of revenue")), rx.el.strong(percent(row["share_of_revenue"])), class_name="share-words"
        ),
        rx.el.div(
            rx.el.div(class_name="share-fill paint-" + row["colour"].to(str), style={"width": width}),
            class_name="share-track",
        ),
        class_name="share",
    )
