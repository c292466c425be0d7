"""The bell above every page: how many are unread, and the newest few."""

import reflex as rx

from ml_insights.notifications.page.pieces import notification
from ml_insights.notifications.state import InboxState
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import icon, link

LIST = "inbox-menu"
MOST = 99


def bell() -> rx.Component:
    """A button with the count, and the list that it opens."""
    some = InboxState.unread > 0
    count = rx.cond(InboxState.unread > MOST, f"{MOST}+", InboxState.unread.to_string())
    trigger = rx.el.button(
        icon("bell", 18),
        rx.cond(some, rx.el.span(count, class_name="bell-count", aria_hidden="true")),
        type="button",
        class_name="icon-button bell",
        aria_label=rx.cond(some, t("Inbox, {count} unread", count=InboxState.unread), t("Inbox, nothing unread")),
        custom_attrs={"popovertarget": LIST, "aria-haspopup": "true"},
    )
    return rx.fragment(
        trigger, rx.el.div(*_list(), id=LIST, class_name="menu bell-menu", custom_attrs={"popover": "auto"})
    )


def _list() -> tuple[rx.Component, ...]:
    all_read = rx.el.button(
        t("Mark all as read"), type="button", on_click=InboxState.read_all, class_name="bell-action"
    )
    head = rx.el.div(rx.el.strong(t("Inbox")), rx.cond(InboxState.unread > 0, all_read), class_name="bell-head")
    nothing = rx.el.p(t("Nothing yet. What needs you appears here."), class_name="bell-nothing")
    newest = rx.el.ul(rx.foreach(InboxState.newest, lambda row: rx.el.li(notification(row))), class_name="bell-list")
    foot = link(icon("inbox"), t("Open the inbox"), href="/inbox", class_name="menu-item")
    return head, rx.cond(InboxState.newest.length() > 0, newest, nothing), foot
