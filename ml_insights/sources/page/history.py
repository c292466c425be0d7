"""The imports of the past, and undoing one of them."""

from typing import Any

import reflex as rx

from ml_insights.sources.page.choose import contract_name
from ml_insights.sources.page.look import download_refused
from ml_insights.sources.state import HistoryState
from ml_insights.ui.i18n import datetime, number, relative_time, t
from ml_insights.ui.modal import question
from ml_insights.ui.parts import button, card, empty_state, status_badge
from ml_insights.ui.table import Column, data_table

STATUS = {"done": ("Imported", "green"), "failed": ("Failed", "red"), "undone": ("Undone", "grey")}


def history_card() -> rx.Component:
    """Who imported what, when, and how much of it was new; and the way back."""
    return card(
        data_table(
            [
                Column("at", "When", render=_when, sortable=False),
                Column("file", "File", sortable=False),
                Column("contract", "Rows", render=contract_name, sortable=False),
                Column("status", "Status", render=_status, sortable=False),
                Column("added", "Added", "number", sortable=False),
                Column("updated", "Updated", "number", sortable=False, hide_on_phone=True),
                Column("refused", "Refused", render=_refused, kind="number", sortable=False),
                Column("actor", "By", sortable=False, hide_on_phone=True),
                Column("undo", "Undo", render=_undo, sortable=False),
            ],
            HistoryState.rows,
            caption="Imports",
            total=HistoryState.total,
            page=HistoryState.page,
            page_size=10,
            on_page=HistoryState.turn,
            empty=empty_state("history", "No imports yet", "Every file that is imported is listed here."),
        ),
        _question(),
        title="Imports so far",
    )


def _when(row: Any) -> rx.Component:
    return rx.el.span(relative_time(row["at"]), title=datetime(row["at"]))


def _status(row: Any) -> rx.Component:
    told = t("by {who}, {when}", who=row["undone_by"].to(str), when=relative_time(row["undone_at"]))
    return rx.el.div(
        status_badge(row["status"], STATUS),
        rx.cond(row["undone_at"] != "", rx.el.span(told, class_name="quiet")),
        class_name="who",
    )


def _refused(row: Any) -> Any:
    download = button(
        number(row["refused"]), download_refused(row["id"]), kind="ghost", title="Download the refused rows"
    )
    return rx.cond(row["refused"].to(int) > 0, download, "0")


def _undo(row: Any) -> Any:
    label = t("Undo the import of {file}…", file=row["file"].to(str))
    ask = button(
        "Undo…",
        HistoryState.ask(row["id"].to(int)),
        kind="ghost",
        icon_name="undo-2",
        loading=HistoryState.undoing == row["id"].to(int),
        custom_attrs={"aria-label": label},
    )
    return rx.cond(row["undoable"].to(bool), ask)


def _question() -> rx.Component:
    return question(
        HistoryState.asked != 0,
        HistoryState.answered,
        t("Undo the import of {file}?", file=HistoryState.asked_file),
        HistoryState.question,
        "Undo it",
        HistoryState.undo,
    )
