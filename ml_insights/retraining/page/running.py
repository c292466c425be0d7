"""The run that is under way, on every page of the model factory."""

from typing import Any

import reflex as rx

from ml_insights.jobs.page.following import run_ended, run_under_way
from ml_insights.jobs.tables import JobStatus
from ml_insights.retraining.state.running import RetrainState
from ml_insights.ui.i18n import number, t
from ml_insights.ui.parts import banner, button, icon, link_button

STACK = {"display": "flex", "flex_direction": "column", "gap": "16px", "min_width": "0"}
ROW = {"display": "flex", "flex_wrap": "wrap", "gap": "12px", "align_items": "center"}
QUIET = {"color": "var(--quiet)", "font_size": "13px"}
ICONS = {
    "waiting": icon("circle-dashed"),
    "running": rx.el.span(class_name="spinner"),
    "done": icon("circle-check"),
    "failed": icon("octagon-alert"),
    "skipped": icon("circle-minus"),
}
WORDS = {"waiting": "waiting", "running": "running", "done": "done", "failed": "failed", "skipped": "skipped"}


def retrain_button(model: Any = "", text: str = "Retrain all", kind: Any = "primary") -> rx.Component:
    """Start a run, for those who may; it waits while one is under way."""
    return rx.cond(
        RetrainState.may_start,
        button(text, RetrainState.retrain(model, ""), kind=kind, icon_name="refresh-cw", disabled=RetrainState.active),
    )


def running() -> rx.Component:
    """Progress by step while a run is under way, and afterwards how it ended."""
    under_way = run_under_way(
        RetrainState,
        rx.cond(RetrainState.steps.length() > 0, _steps()),
        title="Retraining",
        subtitle="What is in production goes on answering until a better version is published.",
    )
    return rx.fragment(under_way, _ended())


def _steps() -> rx.Component:
    return rx.el.ol(rx.foreach(RetrainState.steps, _step), class_name="steps", aria_label=t("Steps"))


def _step(step: Any) -> rx.Component:
    mark = rx.match(step["status"], *ICONS.items(), icon("circle"))
    word = rx.match(step["status"], *[(key, t(label)) for key, label in WORDS.items()], "")
    return rx.el.li(
        mark,
        rx.el.span(step["label"], rx.cond(step["model"] != "", " · " + step["model"].to(str), "")),
        rx.el.span(
            rx.cond(step["over"], t("{seconds} s", seconds=number(step["seconds"], 1)), word),
            class_name="step-note",
        ),
        class_name="step step-" + step["status"].to(str),
    )


def _ended() -> rx.Component:
    read = link_button("Read the report", "/models/reports?run=" + RetrainState.report.to_string(), kind="secondary")
    interrupted = "The run was interrupted; nothing in production changed. Start it again to finish it."
    said = {
        JobStatus.DONE: banner("success", t("The run is over."), " ", rx.cond(RetrainState.report > 0, read)),
        JobStatus.INTERRUPTED: banner("warning", interrupted),
        JobStatus.CANCELLED: banner("info", "The run was cancelled; nothing in production changed."),
    }
    return run_ended(RetrainState, said)
