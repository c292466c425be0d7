"""The members: filtered by segment and by where they come from, sorted, searched, exported."""

from typing import Any

import reflex as rx

from ml_insights.segments.state.address import ANY, FIRST, MOVED
from ml_insights.segments.state.board import SegmentsState
from ml_insights.segments.state.members import MembersState
from ml_insights.ui.customers import customer_link, segment_name
from ml_insights.ui.i18n import date, t
from ml_insights.ui.listing import list_table
from ml_insights.ui.parts import card, empty_state
from ml_insights.ui.table import Column


def members_card() -> rx.Component:
    """One page of members."""
    columns = (
        Column("name", "Customer", render=_customer),
        Column("segment", "Segment", sortable=False, render=lambda row: segment_name(row["title"], row["colour"])),
        Column("recency", "Last purchase", render=lambda row: date(row["last_day"])),
        Column("orders", "Orders, 12 months", "number"),
        Column("revenue", "Revenue, 12 months", "money"),
        Column("average_order", "Average order", "money", hide_on_phone=True),
        Column("scores", "R · F · M", sortable=False, hide_on_phone=True),
        Column("came_from", "Month before", sortable=False, hide_on_phone=True, render=_origin),
    )
    return card(
        list_table(
            MembersState,
            columns,
            caption="Members",
            on_export=MembersState.export,
            filters=(_segments(), _origins()),
            empty=empty_state("users", "No members", "Nobody matches. Change the segment, the movement or the search."),
        ),
        title="Members",
        subtitle="Quintile scores from 1 to 5 for recency, frequency and monetary value; 5 is the best fifth.",
        id="members",
    )


def _segments() -> rx.Component:
    return rx.el.select(
        rx.el.option(t("Every segment"), value=""),
        rx.foreach(SegmentsState.targets, lambda one: rx.el.option(one["title"], value=one["segment"])),
        value=MembersState.segment,
        on_change=MembersState.filter_segment,
        class_name="input select",
        aria_label=t("Segment"),
    )


def _origins() -> rx.Component:
    return rx.el.select(
        rx.el.option(t("Moved or not"), value=ANY),
        rx.el.option(t("Moved this month"), value=MOVED),
        rx.el.option(t("First purchase this month"), value=FIRST),
        rx.foreach(
            SegmentsState.targets,
            lambda one: rx.el.option(t("From {segment}", segment=one["title"]), value=one["segment"]),
        ),
        value=MembersState.came_from,
        on_change=MembersState.choose_origin,
        class_name="input select",
        aria_label=t("Movement"),
    )


def _customer(row: Any) -> rx.Component:
    return rx.el.div(
        customer_link(row),
        rx.cond(row["name"], rx.el.span(row["customer_id"], class_name="quiet small")),
        class_name="who",
    )


def _origin(row: Any) -> rx.Component:
    return rx.el.span(row["origin"], class_name=rx.cond(row["moved"], "", "quiet"))
