"""The second step: what was understood of the file, and the questions that it leaves open."""

from __future__ import annotations

import reflex as rx

from ml_insights.sources.page.columns import besides_card, columns_card, rows_card, unused_card
from ml_insights.sources.page.headline import headline
from ml_insights.sources.page.look import several
from ml_insights.sources.page.questions import questions_card, settled_card
from ml_insights.sources.page.writing import remembered_banner, writing_card
from ml_insights.sources.state import ImportState
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import button


def understood() -> rx.Component:
    """Figures first, then what is open, then the proof: rows and columns."""
    return rx.el.div(
        remembered_banner(),
        headline(),
        questions_card(),
        rows_card(),
        rx.el.div(
            columns_card(),
            rx.el.div(besides_card(), unused_card(), settled_card(), class_name="import-side"),
            class_name="import-two",
        ),
        writing_card(),
        _go_on(),
        class_name="import-page",
    )


def _go_on() -> rx.Component:
    count = ImportState.open_questions
    why = rx.cond(
        ImportState.missing.length() > 0,
        t("Choose where these come from: {columns}.", columns=ImportState.missing.join(", ")),
        rx.cond(
            count > 0,
            several(count, "One question is still open.", "{count} questions are still open."),
            t("Nothing enters before you have seen what all rows amount to."),
        ),
    )
    return rx.el.div(
        rx.el.span(why, class_name="import-bar-why", role="status"),
        rx.el.div(class_name="spring"),
        button("Give up", ImportState.give_up, kind="ghost"),
        button("Check all rows", ImportState.check, icon_name="list-checks", disabled=~ImportState.ready),
        class_name="import-bar",
    )
