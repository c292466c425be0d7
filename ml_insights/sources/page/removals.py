"""Rows that went because they were deleted at the source, each removal with the way back."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ml_insights.sources.state.removals import RemovalsState
from ml_insights.ui.i18n import datetime, relative_time, t
from ml_insights.ui.parts import button, card
from ml_insights.ui.table import Column, data_table


def removals_card() -> rx.Component:
    """The latest removals; nothing where there was none."""
    columns = [
        Column("removed_at", "When", render=_when, sortable=False),
        Column("title", "Rows", render=_name, sortable=False),
        Column("rows", "Removed", "number", sortable=False),
        Column("back", "Actions", render=_back, sortable=False),
    ]
    return rx.cond(
        RemovalsState.rows.length() > 0,
        card(
            data_table(columns, RemovalsState.rows, caption="Rows that were deleted there"),
            title="Rows that were deleted there",
            subtitle="They went here too, and are kept. What you bring back stays, whatever the source says.",
        ),
    )


def _when(row: Any) -> rx.Component:
    return rx.el.span(relative_time(row["removed_at"]), title=datetime(row["removed_at"]))


def _name(row: Any) -> rx.Component:
    return rx.el.div(rx.el.span(row["title"]), rx.el.code(row["far_table"], class_name="quiet"), class_name="who")


def _back(row: Any) -> rx.Component:
    back = button(
        "Bring them back",
        RemovalsState.bring_back(row["id"].to(int)),
        kind="ghost",
        icon_name="undo-2",
        loading=RemovalsState.busy == row["id"].to(int),
        disabled=RemovalsState.busy != 0,
    )
    lost = rx.el.span(t("their file is no longer here"), class_name="quiet")
    here = rx.el.span(t("brought back"), class_name="quiet")
    return rx.cond(row["gone"].to(bool), rx.cond(row["kept"].to(bool), back, lost), here)
