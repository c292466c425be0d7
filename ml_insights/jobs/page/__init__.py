"""Administration → Jobs: what runs by itself, when, and how it went."""

from typing import Any

import reflex as rx

from ml_insights.jobs.page.history import history_sheet
from ml_insights.jobs.page.pieces import action, outcome, run_progress
from ml_insights.jobs.page.schedule import schedule_sheet
from ml_insights.jobs.state.editing import ScheduleState
from ml_insights.jobs.state.history import HistoryState
from ml_insights.jobs.state.table import JobsState
from ml_insights.ui.i18n import datetime, relative_time, t
from ml_insights.ui.parts import badge, banner, card, empty_state, error_state, page_header
from ml_insights.ui.pulse import pulse
from ml_insights.ui.table import Column, data_table


def jobs() -> rx.Component:
    """The page's content."""
    return rx.fragment(
        page_header("Jobs", "What runs by itself, when, and how it went", _leader()),
        rx.cond(JobsState.loaded & (JobsState.leader == ""), _nobody_leads()),
        card(rx.cond(JobsState.error != "", error_state(JobsState.error, JobsState.load), _table())),
        schedule_sheet(),
        history_sheet(),
        pulse(JobsState.every, JobsState.look_again),
    )


def _leader() -> rx.Component:
    return rx.cond(
        JobsState.leader != "",
        rx.el.span(badge(t("Scheduler runs on {process}", process=JobsState.leader), "green"), class_name="job-leader"),
    )


def _nobody_leads() -> rx.Component:
    return banner(
        "warning",
        "No scheduler is running, so nothing starts by itself. Set SCHEDULER=true for the site, or keep the command "
        "“scheduler” running beside it.",
    )


def _table() -> rx.Component:
    columns = [
        Column("title", "Job", sortable=False, render=_job),
        Column("words", "Schedule", sortable=False, render=_schedule),
        Column("next_at", "Next run", sortable=False, render=_next),
        Column("last", "Last run", sortable=False, render=_last),
        Column("actions", "Actions", sortable=False, render=_actions),
    ]
    return data_table(
        columns,
        JobsState.rows,
        caption="Jobs",
        is_loading=~JobsState.loaded,
        empty=empty_state("timer", "No jobs", "No part of this installation has anything to do in the background."),
    )


def _job(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.button(row["title"], type="button", class_name="job-name", on_click=HistoryState.open(row["name"], 0)),
        rx.el.code(row["name"], class_name="job-key"),
        class_name="who",
    )


def _schedule(row: Any) -> rx.Component:
    misfire = rx.match(
        row["misfire"],
        ("once", t("Missed runs: once")),
        ("skip", t("Missed runs: left out")),
        "",
    )
    return rx.cond(
        row["cron"] != "",
        rx.el.div(
            rx.el.span(row["words"], title=row["cron"]),
            rx.el.span(
                rx.cond(row["zone"] != "", rx.el.span(row["zone"])),
                rx.el.span(misfire),
                rx.cond(row["edited_by"] != "", rx.el.span(t("edited"), title=row["edited_by"])),
                class_name="job-notes",
            ),
            class_name="who",
        ),
        rx.el.span(t("by hand"), class_name="quiet"),
    )


def _next(row: Any) -> rx.Component:
    when = rx.el.div(
        rx.el.span(relative_time(row["next_at"])),
        rx.el.span(datetime(row["next_at"]), class_name="quiet small"),
        class_name="who",
    )
    return rx.cond(
        row["paused"],
        badge("Paused", "amber"),
        rx.cond(row["next_at"] != "", when, rx.el.span("–", class_name="quiet")),
    )


def _last(row: Any) -> rx.Component:
    last = row["last"].to(dict[str, Any])
    ended = rx.el.div(
        rx.el.span(outcome(last["status"]), rx.el.span(last["took"], class_name="quiet"), class_name="job-outcome"),
        rx.el.span(datetime(last["began"]), class_name="quiet small"),
        class_name="who",
    )
    return rx.cond(
        last["active"],
        rx.el.div(run_progress(last), class_name="job-progress"),
        rx.cond(last["id"] != 0, ended, rx.el.span(t("never"), class_name="quiet")),
    )


def _actions(row: Any) -> rx.Component:
    name, title, last = row["name"], row["title"], row["last"].to(dict[str, Any])
    run = rx.cond(
        last["active"],
        action("square", t("Cancel {job}", job=title), JobsState.cancel(last["id"])),
        action("play", t("Run {job} now", job=title), JobsState.run_now(name)),
    )
    pause = rx.cond(
        row["paused"],
        action("alarm-clock", t("Resume {job}", job=title), JobsState.resume(name)),
        action("alarm-clock-off", t("Pause {job}", job=title), JobsState.pause(name)),
    )
    managing = rx.fragment(
        run,
        rx.cond(row["cron"] != "", pause),
        action("calendar-clock", t("Edit the schedule of {job}", job=title), ScheduleState.open(name)),
    )
    return rx.el.div(
        rx.cond(JobsState.may_manage, managing),
        action("history", t("History of {job}", job=title), HistoryState.open(name, 0)),
        class_name="row-actions",
    )
