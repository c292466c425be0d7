"""The history of a job, and the log of each run."""

from typing import Any

import reflex as rx

from ml_insights.jobs.page.pieces import OUTCOMES, action, outcome, run_progress
from ml_insights.jobs.state.history import EVERY, PAGE_SIZE, HistoryState
from ml_insights.jobs.state.table import JobsState
from ml_insights.ui.i18n import datetime, t
from ml_insights.ui.parts import choice, empty_state
from ml_insights.ui.sheet import sheet
from ml_insights.ui.table import Column, data_table


def history_sheet() -> rx.Component:
    """Runs, newest first, and what the chosen one said."""
    return sheet(
        HistoryState.job != "",
        HistoryState.close,
        t("History of {job}", job=HistoryState.title),
        t("Choose a run to read its log."),
        _runs(),
        rx.cond(HistoryState.run_id != 0, _log()),
        wide=True,
    )


def _runs() -> rx.Component:
    columns = [
        Column("began", "Began", sortable=False, render=_began),
        Column("status", "Outcome", sortable=False, render=_outcome),
        Column("took", "Took", sortable=False),
        Column("actor", "Asked by", sortable=False, render=_actor),
        Column("log", "Log", sortable=False, render=_buttons),
    ]
    outcomes = [(EVERY, "Every outcome"), *[(status, label) for status, (label, _) in OUTCOMES.items()]]
    return data_table(
        columns,
        HistoryState.rows,
        caption="Runs",
        total=HistoryState.total,
        page=HistoryState.page,
        page_size=PAGE_SIZE,
        on_page=HistoryState.turn_to,
        filters=[choice(outcomes, HistoryState.outcome, HistoryState.filter, aria_label="Outcome")],
        is_loading=~HistoryState.loaded,
        empty=empty_state("history", "No runs", "None has ended so yet. Press Run now, or wait for the next time."),
    )


def _began(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.span(datetime(row["began"])),
        rx.el.span("#", row["id"].to(str), class_name="quiet small"),
        class_name="who",
    )


def _outcome(row: Any) -> rx.Component:
    why = rx.cond(row["error"] != "", row["error"], rx.cond(row["status"] == "skipped", row["message"], ""))
    return rx.el.div(
        rx.cond(row["active"], rx.el.div(run_progress(row), class_name="job-progress"), outcome(row["status"])),
        rx.cond(why != "", rx.el.span(why, class_name="job-why quiet small")),
        class_name="who",
    )


def _actor(row: Any) -> rx.Component:
    attempts = t("attempt {n}", n=row["attempt"])
    return rx.el.div(
        rx.cond(row["scheduled"], t("the schedule"), row["actor"]),
        rx.cond(row["attempt"].to(int) > 1, rx.el.span(attempts, class_name="quiet small")),
        class_name="who",
    )


def _buttons(row: Any) -> rx.Component:
    cancel = action("square", t("Cancel run {n}", n=row["id"]), JobsState.cancel(row["id"]))
    return rx.el.div(
        rx.cond(row["active"] & JobsState.may_manage, cancel),
        rx.el.button(
            t("Log"),
            type="button",
            class_name="button button-secondary",
            on_click=HistoryState.show_log(row["id"]),
            aria_label=t("Log of run {n}", n=row["id"]),
            custom_attrs={"aria-pressed": rx.cond(HistoryState.run_id == row["id"], "true", "false")},
        ),
        class_name="row-actions",
    )


def _log() -> rx.Component:
    lines = rx.el.ol(
        rx.foreach(
            HistoryState.log,
            lambda line: rx.el.li(
                rx.el.time(line["at"]),
                rx.el.span(line["level"], class_name="log-level"),
                rx.el.span(line["text"], class_name="log-text"),
                class_name="log-line log-" + line["level"],
            ),
        )
    )
    said = rx.el.div(
        lines, class_name="log", tab_index=0, role="log", aria_label=t("Log of run {n}", n=HistoryState.run_id)
    )
    nothing = rx.el.p(t("This run has said nothing yet."), class_name="quiet")
    return rx.el.section(
        rx.el.h3(t("Log of run {n}", n=HistoryState.run_id), class_name="card-title"),
        rx.cond(HistoryState.log.length() > 0, said, nothing),
        class_name="job-log",
    )
