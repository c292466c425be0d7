"""Layout that the parts of the page share."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from ml_insights.ui.i18n import t

STACK = {"display": "flex", "flex_direction": "column", "gap": "16px", "min_width": "0"}
ROW = {"display": "flex", "flex_wrap": "wrap", "gap": "8px", "align_items": "center"}


def segments(label: str, options: Sequence[tuple[Any, Any]], value: Any, on_choose: Any) -> rx.Component:
    """A few choices beside each other, one of them pressed. options: (value, label)."""
    buttons = [
        rx.el.button(
            text,
            type="button",
            class_name="segment",
            on_click=on_choose(key),
            custom_attrs={"aria-pressed": rx.cond(value == key, "true", "false")},
        )
        for key, text in options
    ]
    return rx.el.div(*buttons, class_name="segments", role="group", aria_label=t(label))
