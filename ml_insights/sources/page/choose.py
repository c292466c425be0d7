"""The first step: what the rows are, and the file."""

from pathlib import Path

import reflex as rx

from ml_insights.capabilities import capabilities
from ml_insights.core.settings import settings
from ml_insights.sources.page.look import NOTE, STACK
from ml_insights.sources.state import ImportState
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import card, choice, field, icon

UPLOAD = (Path(__file__).parent / "upload.js").read_text(encoding="utf-8")
"""Runs in the browser: the file goes straight to the API, which writes it to disk as it comes."""

ZONE = {
    "position": "relative",
    "display": "flex",
    "flex_direction": "column",
    "align_items": "center",
    "gap": "8px",
    "padding": "40px 16px",
    "text_align": "center",
    "border": "1px dashed var(--slate-8)",
    "border_radius": "8px",
    "cursor": "pointer",
    "_hover": {"border_color": "var(--accent-9)", "background": "var(--accent-2)"},
    "_focus_within": {"outline": "2px solid var(--focus-8)", "outline_offset": "2px"},
}
OVER_ALL = {"position": "absolute", "inset": "0", "opacity": "0", "cursor": "pointer", "width": "100%"}


def choose_card() -> rx.Component:
    """A kind and a drop zone; sending starts as soon as a file is there."""
    return card(
        rx.el.div(
            field(
                "What are its rows?",
                choice(
                    [(target.contract, target.title) for part in capabilities() for target in part.imports],
                    ImportState.contract,
                    ImportState.choose_contract,
                    id="import-kind",
                ),
            ),
            _zone(),
            rx.el.progress(
                id="upload-bar", max=1, value=0, hidden=True, aria_label=t("Uploading"), style={"width": "100%"}
            ),
            style=STACK,
        ),
        title="Choose a file",
        subtitle="Importing the same file twice adds nothing, and a file enters as a whole or not at all.",
    )


def _zone() -> rx.Component:
    limit = settings().upload_limit_mb
    return rx.el.label(
        icon("file-up", 24),
        rx.el.strong(t("Drop a file here, or click to choose one")),
        rx.el.span(
            t("Excel (.xlsx, .xls), LibreOffice (.ods), CSV (.csv, .csv.gz), up to {limit} MB", limit=limit),
            style=NOTE,
        ),
        rx.el.input(
            type="file",
            id="import-file",
            accept=".csv,.gz,.txt,.tsv,.xlsx,.xlsm,.xlsb,.xls,.ods,text/csv",
            on_change=rx.call_script(UPLOAD, callback=ImportState.uploaded),
            style=OVER_ALL,
        ),
        style=ZONE,
    )
