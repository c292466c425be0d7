"""Data → Import: a file becomes rows, step by step, and nothing enters unseen."""

from typing import Any

import reflex as rx

from ml_insights.sources.page.choose import choose_card
from ml_insights.sources.page.history import history_card
from ml_insights.sources.page.look import STACK
from ml_insights.sources.page.mapping import mapping_cards
from ml_insights.sources.page.outcome import done_card, review_cards
from ml_insights.sources.state import ImportState
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import banner, button, card, page_header, progress_bar


def import_page() -> rx.Component:
    """The page's content."""
    return rx.fragment(
        page_header(
            "Import",
            "Orders, customers, products from Excel or CSV. Nothing enters before you have seen what is wrong with it",
            rx.cond(ImportState.step != "choose", _another()),
        ),
        rx.el.div(
            rx.cond(ImportState.problem != "", banner("danger", ImportState.problem)),
            _step(),
            history_card(),
            style=STACK,
        ),
    )


def _another() -> rx.Component:
    return button("Import another file", ImportState.start_over, kind="secondary", icon_name="rotate-ccw")


def _step() -> Any:
    return rx.match(
        ImportState.step,
        ("map", mapping_cards()),
        ("checking", card(progress_bar(ImportState.share, t("Checking {file}…", file=ImportState.file)))),
        ("review", review_cards()),
        ("writing", card(progress_bar(ImportState.share, t("Importing {file}…", file=ImportState.file)))),
        ("done", done_card()),
        choose_card(),
    )
