"""Data → Import: a file becomes rows, step by step, and nothing enters unseen."""

from typing import Any

import reflex as rx

from ml_insights.sources.page.choose import choose_card, unfinished_card
from ml_insights.sources.page.history import history_card
from ml_insights.sources.page.look import STACK, stepper
from ml_insights.sources.page.outcome import done_card, review_cards
from ml_insights.sources.page.understood import understood
from ml_insights.sources.state import ImportState
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import banner, button, card, page_header, progress_bar


def import_page() -> rx.Component:
    """The page's content."""
    return rx.fragment(
        page_header(
            "Import",
            "Orders, customers, products and more, from your files. Nothing counts before you have seen it",
            rx.cond(ImportState.step != "choose", _another()),
        ),
        stepper(),
        rx.el.div(
            rx.cond(ImportState.problem != "", banner("danger", ImportState.problem)),
            _step(),
            rx.cond(ImportState.step == "choose", unfinished_card()),
            rx.cond((ImportState.step == "choose") | (ImportState.step == "done"), history_card()),
            style=STACK,
        ),
    )


def _another() -> rx.Component:
    return button("Another file", ImportState.leave, kind="secondary", icon_name="rotate-ccw")


def _step() -> Any:
    file = ImportState.file["name"].to(str)
    return rx.match(
        ImportState.step,
        ("understand", understood()),
        ("checking", card(progress_bar(ImportState.share, t("Checking {file}…", file=file)))),
        ("review", review_cards()),
        ("writing", card(progress_bar(ImportState.share, t("Importing {file}…", file=file)))),
        ("done", done_card()),
        choose_card(),
    )
