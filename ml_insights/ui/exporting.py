"""How a table leaves a page: two words beside each other, CSV and Excel, and the file that a press gives."""

from typing import Any
from urllib.parse import urlencode

import reflex as rx
from reflex.event import EventSpec

from ml_insights.core.exports import ExportFile
from ml_insights.core.sheets import Form
from ml_insights.ui.i18n import Text, t, words
from ml_insights.ui.parts import icon

FORMS = {Form.CSV: ("CSV", "Export CSV"), Form.XLSX: ("Excel", "Export Excel")}


def export_choice(on_export: Any, label: Text | None = None) -> rx.Component:
    """Buttons that call `on_export(form)` with "csv" or "xlsx"; `label` names what is exported, if need be."""
    said = [rx.el.span(words(label), class_name="export-label")] if label is not None else []
    buttons = [
        rx.el.button(
            shown, on_click=on_export(form.value), type="button", class_name="export-form",
            aria_label=_named(name, label),
        )
        for form, (shown, name) in FORMS.items()
    ]  # fmt: skip
    group = t("Export") if label is None else words(label)
    return rx.el.div(
        icon("download"), *said, *buttons, class_name="export-choice", role="group", aria_label=group, title=group
    )


def _named(name: str, label: Text | None) -> rx.Var[str]:
    return t(name) if label is None else t("{what}: {how}", what=words(label), how=t(name))


def fetched(route: str, form: str, **asked: Any) -> EventSpec:
    """The event that has the browser fetch a file from a route of the API, which names it and writes it as it reads.

    What was `asked` for and is empty is left out of the address.
    """
    given = {name: value for name, value in asked.items() if value != ""}
    return rx.download(url=f"{route}?{urlencode({**given, 'format': Form(form).value})}", filename="")


def sent(file: ExportFile) -> EventSpec:
    """The event that hands `file` to the reader."""
    return rx.download(data=file.content, filename=file.name)
