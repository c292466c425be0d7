"""The first step: what the rows are, and the file."""

from pathlib import Path
from typing import Any

import reflex as rx

from ml_insights.core.settings import settings
from ml_insights.sources.labels import contract_titles
from ml_insights.sources.page.look import STACK
from ml_insights.sources.state import ImportState, UnfinishedState
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import banner, button, card, choice, field, icon
from ml_insights.ui.table import Column, data_table

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
                    list(contract_titles().items()),
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
            class_name="card-subtitle",
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


def unfinished_card() -> rx.Component:
    """Imports that somebody began and left: they wait, with everything that was settled of them."""
    return rx.cond(
        UnfinishedState.rows.length() > 0,
        card(
            rx.cond(UnfinishedState.problem != "", banner("danger", UnfinishedState.problem)),
            data_table(
                [
                    Column("file", "File", sortable=False),
                    Column("contract", "Rows", render=contract_name, sortable=False),
                    Column("at", "Last changed", "datetime", sortable=False),
                    Column("by", "By", sortable=False, hide_on_phone=True),
                    Column("id", "", render=_go_on, sortable=False),
                ],
                UnfinishedState.rows,
                caption="Unfinished imports",
                total=UnfinishedState.total,
                page=UnfinishedState.page,
                page_size=5,
                on_page=UnfinishedState.turn,
            ),
            title="Unfinished imports",
            subtitle="They wait two days; what was settled of them stays settled.",
        ),
    )


def contract_name(row: Any) -> Any:
    """What the rows of an import are."""
    named = [(contract, t(title)) for contract, title in contract_titles().items()]
    return rx.match(row["contract"], *named, row["contract"].to(str))


def _go_on(row: Any) -> rx.Component:
    return rx.el.div(
        button("Continue", ImportState.go_on(row["id"].to(int)), kind="secondary"),
        button("Discard", UnfinishedState.discard(row["id"].to(int)), kind="ghost"),
        class_name="row-actions",
    )
