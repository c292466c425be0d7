"""Everything that the reader was told."""

from typing import Any

import reflex as rx

from ml_insights.notifications.page.pieces import KINDS, notification
from ml_insights.notifications.state import PAGE_SIZE, InboxState
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import button, card, choice, empty_state, icon, page_header
from ml_insights.ui.table import Column, data_table


def inbox() -> rx.Component:
    """The list, unread first, and what can be done with it."""
    all_read = button(
        "Mark all as read", InboxState.read_all, "secondary", icon_name="check-check", disabled=InboxState.unread == 0
    )
    return rx.fragment(
        page_header("Inbox", "What the product has to tell you; what is unread comes first", all_read),
        rx.el.div(card(_table()), class_name="inbox"),
    )


def _table() -> rx.Component:
    columns = [
        Column("title_en", "Message", sortable=False, render=notification),
        Column("read", "Actions", sortable=False, render=_mark),
    ]
    return data_table(
        columns,
        InboxState.rows,
        caption="Inbox",
        total=InboxState.total,
        page=InboxState.page,
        page_size=PAGE_SIZE,
        on_page=InboxState.go_to,
        filters=(_which(), _kind()),
        is_loading=~InboxState.listed,
        empty=rx.cond(
            InboxState.unread_only | (InboxState.kind != ""),
            empty_state("inbox", "Nothing of this kind", "Show everything to see what you have read."),
            empty_state("inbox", "Nothing yet", "When something needs you, or is done, it appears here."),
        ),
    )


def _which() -> rx.Component:
    def segment(label: str, unread_only: bool) -> rx.Component:
        pressed = InboxState.unread_only if unread_only else ~InboxState.unread_only
        return rx.el.button(
            t(label),
            type="button",
            on_click=InboxState.show_unread(unread_only),
            class_name="segment",
            aria_pressed=rx.cond(pressed, "true", "false"),
        )

    both = (segment("All", False), segment("Unread", True))
    return rx.el.div(*both, class_name="segments", role="group", aria_label=t("Which messages"))


def _kind() -> rx.Component:
    options = [("", "Every kind"), *((str(kind), label) for kind, label in KINDS.items())]
    return choice(options, InboxState.kind, InboxState.show_kind, aria_label="Kind of message")


def _mark(row: Any) -> rx.Component:
    label = t("Mark as read")
    mark = rx.el.button(
        icon("check"),
        type="button",
        on_click=InboxState.read(row["id"]),
        class_name="icon-button",
        aria_label=label,
        title=label,
    )
    return rx.el.div(rx.cond(row["read"] == "", mark), class_name="row-actions")
