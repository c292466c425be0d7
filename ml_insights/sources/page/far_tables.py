"""The tables that are read: what came of the last reading, reading now, and when it happens by itself."""

from typing import Any

import reflex as rx

from ml_insights.sources.page.far_table import table_form
from ml_insights.sources.page.look import NOTE, ROW, STACK, download_refused
from ml_insights.sources.page.removals import removals_card
from ml_insights.sources.state.connection import ConnectionState
from ml_insights.sources.state.far_table import FarTableState
from ml_insights.sources.state.far_tables import FarTablesState
from ml_insights.ui.i18n import datetime, number, relative_time, t
from ml_insights.ui.modal import question
from ml_insights.ui.parts import (
    banner,
    button,
    card,
    empty_state,
    icon,
    link_button,
    progress_bar,
    status_badge,
)
from ml_insights.ui.table import Column, data_table

STANDS = {
    "new": ("Not read yet", "grey"),
    "good": ("Up to date", "green"),
    "odd": ("Needs a look", "amber"),
    "failed": ("Could not be read", "red"),
}
TAKE_OVER = """
(async () => {
  const input = document.getElementById("mapping-file");
  const file = input.files[0];
  const taken = { text: file ? await file.text() : "", name: file ? file.name : "" };
  input.value = "";
  return JSON.stringify(taken);
})()
"""
"""Runs in the browser: a mapping is small, so its text goes with the event."""


def tables_cards() -> rx.Component:
    """Everything about the tables of the project that is connected."""
    return rx.el.div(
        rx.cond(FarTableState.open, table_form(), _tables_card()),
        _schedule_card(),
        removals_card(),
        _mapping_card(),
        question(
            FarTablesState.asked != "",
            FarTablesState.answer,
            "Stop reading this table?",
            t("The rows that were read from it stay; they are only not brought up to date any more."),
            "Stop reading it",
            FarTablesState.drop,
        ),
        style=STACK,
    )


def _tables_card() -> rx.Component:
    return card(
        rx.el.div(
            rx.cond(
                FarTablesState.active,
                progress_bar(
                    FarTablesState.share, rx.cond(FarTablesState.message != "", FarTablesState.message, t("Starting…"))
                ),
            ),
            rx.foreach(FarTablesState.rows, _remark),
            _table(),
            style=STACK,
        ),
        title="Tables that are read",
        actions=rx.cond(FarTablesState.rows.length() > 0, _reading()),
    )


def _reading() -> rx.Component:
    return rx.fragment(
        button("Add a table", FarTableState.begin(""), kind="secondary", icon_name="plus"),
        button(
            "Read everything anew",
            FarTablesState.read_now(True),
            kind="secondary",
            icon_name="refresh-ccw",
            disabled=FarTablesState.active,
        ),
        button("Read now", FarTablesState.read_now(False), icon_name="play", loading=FarTablesState.active),
    )


def _remark(row: Any) -> rx.Component:
    """What the last reading said of a table, in full, above the table of figures."""
    remove = rx.cond(
        row["gone"].to(int) > 0,
        button("Remove them", FarTablesState.remove_gone, kind="secondary", disabled=FarTablesState.active),
    )
    odd = banner("warning", row["remark"], " ", remove)
    kind = rx.cond(row["stand"] == "failed", banner("danger", row["remark"]), odd)
    return rx.cond(row["remark"] != "", kind)


def _table() -> rx.Component:
    columns = [
        Column("title", "Rows", render=_name, sortable=False),
        Column("stand", "Status", render=lambda row: status_badge(row["stand"], STANDS), sortable=False),
        Column("read", "Rows read", "number", sortable=False),
        Column("added", "Added", "number", sortable=False),
        Column("updated", "Updated", "number", sortable=False),
        Column("removed", "Removed", "number", sortable=False, hide_on_phone=True),
        Column("refused", "Refused", "number", render=_refused, sortable=False),
        Column("read_at", "Last read", render=_read_at, sortable=False),
        Column("actions", "Actions", render=_actions, sortable=False),
    ]
    return data_table(
        columns,
        FarTablesState.rows,
        caption="Tables that are read",
        is_loading=~FarTablesState.loaded,
        empty=empty_state(
            "table-2",
            "No table is chosen yet",
            "Choose the table that holds your orders, and say which of its columns is which.",
            button("Choose a table", FarTableState.begin(""), icon_name="plus"),
        ),
    )


def _name(row: Any) -> rx.Component:
    return rx.el.div(rx.el.span(row["title"]), rx.el.code(row["table"], class_name="quiet"), class_name="who")


def _refused(row: Any) -> rx.Component:
    download = button(
        number(row["refused"]), download_refused(row["batch"]), kind="ghost", title="Download the refused rows"
    )
    return rx.cond((row["refused"].to(int) > 0) & (row["batch"].to(int) > 0), download, "0")


def _read_at(row: Any) -> rx.Component:
    known = rx.el.span(relative_time(row["read_at"]), title=datetime(row["read_at"]))
    return rx.cond(row["read_at"] != "", known, rx.el.span(t("never"), class_name="quiet"))


def _actions(row: Any) -> rx.Component:
    label = t("Stop reading {table}", table=row["table"])
    drop = rx.el.button(
        icon("trash-2"),
        type="button",
        on_click=FarTablesState.ask_to_drop(row["contract"]),
        class_name="icon-button",
        aria_label=label,
        title=label,
    )
    edit = t("Change how {table} is read", table=row["table"])
    change = rx.el.button(
        icon("pencil"),
        type="button",
        on_click=FarTableState.begin(row["contract"]),
        class_name="icon-button",
        aria_label=edit,
        title=edit,
    )
    return rx.el.div(change, drop, class_name="row-actions")


def _schedule_card() -> rx.Component:
    coming = t("Next time: {when}", when=datetime(FarTablesState.next_at))
    return card(
        rx.el.div(
            icon("calendar-clock"),
            rx.cond(
                FarTablesState.paused,
                rx.el.span(t("Paused: the tables are read only when somebody asks for it.")),
                rx.el.span(FarTablesState.schedule),
            ),
            rx.cond(FarTablesState.next_at != "", rx.el.span(coming, style=NOTE)),
            style=ROW,
        ),
        title="When they are read",
        actions=link_button("Change the schedule", "/jobs?job=data-refresh", kind="secondary"),
    )


def _mapping_card() -> rx.Component:
    return card(
        rx.el.div(
            rx.cond(FarTablesState.refusal != "", banner("danger", FarTablesState.refusal)),
            rx.cond(
                ConnectionState.mapping_origin == "environment",
                rx.el.p(t("The tables are named by the file of SUPABASE_MAPPING, until something is changed here.")),
            ),
            rx.el.div(
                button("Download", FarTablesState.export, kind="secondary", icon_name="download"),
                rx.el.label(
                    icon("upload"),
                    t("Take over a file"),
                    rx.el.input(
                        type="file",
                        id="mapping-file",
                        accept=".json,application/json",
                        class_name="sr-only",
                        on_change=rx.call_script(TAKE_OVER, callback=FarTablesState.taken),
                    ),
                    class_name="button button-secondary",
                ),
                style=ROW,
            ),
            style=STACK,
        ),
        title="The choice of tables and columns as a file",
        subtitle="To keep it, to hand it to another installation, or to name it in SUPABASE_MAPPING. It holds no key.",
    )
