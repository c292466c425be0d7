"""Kinds of rows to choose from above a list, each with how many there are."""

from collections.abc import Mapping
from typing import Any

import reflex as rx

from ml_insights.ui.i18n import Text, number, t


def counted_kinds(kinds: Mapping[str, str], counts: Any, chosen: Any, choose: Any, about: Text) -> rx.Component:
    """A row of buttons, one of them pressed. On a phone it scrolls sideways by itself.

    `kinds` holds the name of each kind by its key, `counts` (a Var) how many rows each has, `chosen` (a Var) the key of
    the pressed one; `choose(key)` is an event handler, and `about` tells screen readers what is chosen.
    """
    buttons = [
        rx.el.button(
            t(name),
            rx.el.span(" ", number(counts[key]), class_name="quiet"),
            type="button",
            class_name="segment",
            on_click=choose(key),
            custom_attrs={"aria-pressed": rx.cond(chosen == key, "true", "false")},
        )
        for key, name in kinds.items()
    ]
    return rx.el.div(*buttons, class_name="segments kinds", role="group", aria_label=about)
