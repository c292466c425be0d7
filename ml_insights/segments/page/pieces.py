"""How a segment is named wherever it appears."""

from typing import Any

import reflex as rx


def segment_name(title: Any, colour: Any) -> rx.Component:
    """A segment's name after a dot of its colour."""
    return rx.el.span(rx.el.span(class_name="dot paint-" + colour.to(str)), title.to(str), class_name="badge")
