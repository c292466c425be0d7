"""A panel beside the page, for what belongs to one row of it: a form, a history."""

from typing import Any

import reflex as rx
from reflex.event import EventHandler, passthrough_event_spec

from ml_insights.ui.i18n import Text, t, words


class Sheet(rx.Component):
    """The browser's side, `assets/js/sheet.js`."""

    library = "$/public/js/sheet.js"
    tag = "Sheet"

    title: rx.Var[str]
    subtitle: rx.Var[str]
    close: rx.Var[str]
    open: rx.Var[bool]
    wide: rx.Var[bool]
    on_open_change: EventHandler[passthrough_event_spec(bool)]


def sheet(
    is_open: Any, on_change: Any, title: Text, subtitle: Text, *content: rx.Component, wide: bool = False
) -> rx.Component:
    """`content` is there while `is_open` (a Var that handlers set); `on_change(False)` is called on closing."""
    return Sheet.create(
        *content,
        title=words(title),
        subtitle=words(subtitle),
        close=t("Close"),
        open=is_open,
        wide=wide,
        on_open_change=on_change,
    )
