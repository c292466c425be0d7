"""What the parts of the page of jobs are made of."""

from typing import Any

import reflex as rx

from ml_insights.core.i18n import N_
from ml_insights.ui.i18n import Text, t
from ml_insights.ui.parts import icon, progress_bar, status_badge

OUTCOMES = {
    "queued": (N_("Waiting"), "grey"),
    "running": (N_("Running"), "blue"),
    "done": (N_("Done"), "green"),
    "failed": (N_("Failed"), "red"),
    "cancelled": (N_("Cancelled"), "amber"),
    "interrupted": (N_("Interrupted"), "amber"),
    "skipped": (N_("Skipped"), "grey"),
}


def outcome(status: Any) -> Any:
    """How a run stands, as a word with a dot."""
    return status_badge(status, OUTCOMES)


def run_progress(run: Any) -> rx.Component:
    """How far a run is, and what it is doing."""
    waiting = rx.cond(run["status"] == "queued", t("Waiting for a free worker…"), t("Starting…"))
    return progress_bar(run["share"].to(float), rx.cond(run["message"] != "", run["message"], waiting))


def action(icon_name: str, label: Text, event: Any) -> rx.Component:
    """A small button of a row; its words are for screen readers and the pointer."""
    return rx.el.button(
        icon(icon_name), type="button", on_click=event, class_name="icon-button", aria_label=label, title=label
    )
