"""How one notification looks, in the bell's list and on the page."""

from typing import Any

import reflex as rx

from ml_insights.notifications.state import InboxState
from ml_insights.notifications.tables import Kind
from ml_insights.ui.i18n import language, relative_time, t
from ml_insights.ui.parts import BANNER_ICONS, icon, link

KINDS: dict[str, str] = {
    Kind.INFO: "Information",
    Kind.SUCCESS: "Good news",
    Kind.WARNING: "Warning",
    Kind.DANGER: "Problem",
}


def notification(row: Any) -> rx.Component:
    """What was told: a link to the page concerned where there is one. Following it marks it as read."""
    inside = rx.el.div(_glyph(row), _words(row), class_name=rx.cond(row["read"] == "", "told told-unread", "told"))
    return rx.cond(
        row["route"] != "",
        link(inside, href=row["route"], on_click=InboxState.read(row["id"]), class_name="told-link"),
        inside,
    )


def in_language(row: Any, name: str) -> rx.Var[str]:
    """`name` ("title", "body") of a row in the reader's language."""
    return rx.cond(language() == "es", row[f"{name}_es"], row[f"{name}_en"])


def _glyph(row: Any) -> rx.Component:
    def of_kind(kind: str) -> rx.Component:
        return rx.el.span(icon(BANNER_ICONS[kind]), rx.el.span(t(KINDS[kind]), class_name="sr-only"))  # pyright: ignore[reportArgumentType]

    glyph = rx.match(row["kind"], *[(kind, of_kind(kind)) for kind in KINDS], of_kind(Kind.INFO))
    return rx.el.span(glyph, class_name="told-icon told-" + row["kind"].to(str))


def _words(row: Any) -> rx.Component:
    fresh = rx.cond(row["read"] == "", rx.el.span(t("unread"), class_name="sr-only"))
    return rx.el.span(
        rx.el.span(in_language(row, "title"), fresh, class_name="told-title"),
        rx.cond(row["body_en"] != "", rx.el.span(in_language(row, "body"), class_name="told-body")),
        rx.el.span(relative_time(row["at"]), class_name="told-when"),
        class_name="told-words",
    )
