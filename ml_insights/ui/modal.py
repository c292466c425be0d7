"""A question in front of the page, before something that cannot be undone."""

from typing import Any

import reflex as rx
from reflex.event import EventHandler, passthrough_event_spec

from ml_insights.ui.i18n import Text, words
from ml_insights.ui.parts import button


class Modal(rx.Component):
    """The browser's side, `assets/js/modal.js`."""

    library = "$/public/js/modal.js"
    tag = "Modal"

    title: rx.Var[str]
    text: rx.Var[str]
    open: rx.Var[bool]
    on_open_change: EventHandler[passthrough_event_spec(bool)]


def confirm_dialog(
    trigger: rx.Component, title: Text, text: Text, confirm: Text, on_confirm: Any, danger: bool = True
) -> rx.Component:
    """Ask when `trigger` is clicked; Cancel has the focus."""
    return Modal.create(trigger, *_answers(confirm, on_confirm, danger), title=words(title), text=words(text))


def question(
    is_open: Any, on_change: Any, title: Text, text: Text, confirm: Text, on_confirm: Any, danger: bool = True
) -> rx.Component:
    """Ask while `is_open` (a Var that handlers set), so that one dialog serves every row of a table.

    `on_change(False)` is called when the reader closes it, whatever the answer.
    """
    answers = _answers(confirm, on_confirm, danger)
    return Modal.create(*answers, title=words(title), text=words(text), open=is_open, on_open_change=on_change)


def _answers(confirm: Text, on_confirm: Any, danger: bool) -> tuple[rx.Component, rx.Component]:
    closes = {"data-closes": "true"}
    return (
        button("Cancel", kind="secondary", type="button", custom_attrs=closes),
        button(confirm, on_confirm, kind="danger" if danger else "primary", custom_attrs=closes),
    )
