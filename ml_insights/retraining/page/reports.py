"""Machine Learning → Models → Reports: what each run did and why, to read and to download."""

from typing import Any

import reflex as rx

from ml_insights.retraining.page.running import STACK, retrain_button, running
from ml_insights.retraining.state.reports import PAGE_SIZE, ReportsState
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import button, card, empty_state, error_state, loading, page_header, status_badge, tabs_of
from ml_insights.ui.table import Column, data_table

STATUSES = {
    "running": ("under way", "blue"),
    "done": ("done", "green"),
    "partly-failed": ("partly failed", "amber"),
    "failed": ("failed", "red"),
    "cancelled": ("cancelled", "grey"),
}
KINDS = {"retrain": "Retraining", "continuous-learning": "Continuous learning"}


def reports() -> rx.Component:
    """The page's content."""
    return rx.fragment(
        page_header("Models", "What is in production, since when and why, and how right it has been", retrain_button()),
        tabs_of("/models/reports"),
        rx.el.div(running(), _body(), style=STACK),
    )


def _body() -> Any:
    ready = rx.el.div(_list(), rx.cond(ReportsState.chosen > 0, _report()), style=STACK)
    filled = rx.cond(ReportsState.total > 0, ready, card(_empty()))
    return rx.cond(ReportsState.phase == "ready", filled, card(loading("table")))


def _empty() -> rx.Component:
    return empty_state(
        "file-text",
        "No reports yet",
        "Every retraining leaves one: what was trained, how it was judged, what was promoted and why. The first comes "
        "with the next monthly run, or now.",
        retrain_button(),
    )


def _list() -> rx.Component:
    return card(
        data_table(
            [
                Column("at", "When", "datetime", sortable=False),
                Column("kind", "Kind", render=_kind, sortable=False, hide_on_phone=True),
                Column("asked", "Asked for", sortable=False, hide_on_phone=True),
                Column("headline", "What came of it", sortable=False),
                Column("status", "Outcome", render=lambda row: status_badge(row["status"], STATUSES), sortable=False),
                Column("run", "Report", render=_read, sortable=False),
            ],
            ReportsState.rows,
            caption="Retraining reports",
            total=ReportsState.total,
            page=ReportsState.page,
            page_size=PAGE_SIZE,
            on_page=ReportsState.turn,
        ),
        title="Retraining reports",
        subtitle="The newest first, in your language",
    )


def _kind(row: Any) -> Any:
    return rx.match(row["kind"], *[(key, t(label)) for key, label in KINDS.items()], row["kind"].to(str))


def _read(row: Any) -> rx.Component:
    shown = ReportsState.chosen == row["run"].to(int)
    return button(
        rx.cond(shown, t("Shown below"), t("Read")), ReportsState.read(row["run"]), kind="secondary", disabled=shown
    )


def _report() -> rx.Component:
    save = button("Download Markdown", ReportsState.download, kind="secondary", icon_name="download")
    text = rx.cond(
        ReportsState.error != "",
        error_state(ReportsState.error),
        rx.el.article(rx.html(ReportsState.html), class_name="report"),
    )
    return card(rx.el.div(save, class_name="report-tools"), text, id="report")
