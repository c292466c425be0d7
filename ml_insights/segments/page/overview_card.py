"""The overview's card of segments: who moved this month."""

from typing import Any

import reflex as rx

from ml_insights.segments.state.card import SegmentsCardState
from ml_insights.ui.computing import not_ready
from ml_insights.ui.i18n import date, number, percent, t
from ml_insights.ui.parts import card, icon, link, link_button, loading


def segments_card() -> rx.Component:
    """Sizes as one bar, and the biggest movements."""
    return card(
        rx.fragment(rx.match(SegmentsCardState.phase, ("ready", _glance()), ("empty", _empty()), loading("chart"))),
        title="Segment movements this month",
        subtitle=rx.cond(
            SegmentsCardState.before != "",
            t(
                "{moved, plural, one {# customer changed} other {# customers changed}} segment since {day}",
                moved=number(SegmentsCardState.moved),
                day=date(SegmentsCardState.before),
            ),
            "",
        ),
        actions=link_button("Open", "/ml-insights/segments", kind="ghost", icon_name="arrow-right"),
    )


def _glance() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.foreach(SegmentsCardState.segments, _slice),
            class_name="segment-bar",
            custom_attrs={"aria-hidden": "true"},
        ),
        rx.el.ul(rx.foreach(SegmentsCardState.segments, _key), class_name="segment-key"),
        rx.el.ul(rx.foreach(SegmentsCardState.moves, _move), class_name="segment-moves"),
    )


def _slice(row: Any) -> rx.Component:
    width = (row["share"].to(float) * 100).to(str) + "%"
    return rx.el.div(class_name="paint-" + row["colour"].to(str), style={"width": width})


def _key(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(class_name="dot paint-" + row["colour"].to(str)),
        row["title"],
        " ",
        rx.el.strong(percent(row["share"])),
    )


def _move(row: Any) -> rx.Component:
    better = row["better"].to(int) > 0
    way = rx.el.span(
        rx.cond(better, icon("arrow-up-right", 14), icon("arrow-down-right", 14)),
        number(row["customers"]),
        class_name=rx.cond(better, "delta delta-up", "delta delta-down"),
    )
    return rx.el.li(way, link(t("{start} → {end}", start=row["from"], end=row["to"]), href=row["address"].to(str)))


def _empty() -> rx.Component:
    return not_ready(
        "segments",
        "chart-scatter",
        "No segments yet",
        "Segments are made from orders that name their customers.",
        brief=True,
    )
