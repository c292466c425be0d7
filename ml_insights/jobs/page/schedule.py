"""The form of a schedule."""

from zoneinfo import available_timezones

import reflex as rx

from ml_insights.jobs.state.editing import ScheduleState
from ml_insights.ui.i18n import datetime, relative_time, t
from ml_insights.ui.parts import button, choice, field, icon, text_input
from ml_insights.ui.sheet import sheet

PRESETS = (
    ("5 * * * *", "Every hour"),
    ("0 3 * * *", "Every day"),
    ("0 3 * * 0", "Every Sunday"),
    ("0 3 * * 1-5", "On weekdays"),
    ("0 3 1 * *", "Every month"),
)
REGIONS = ("America/", "Europe/", "Atlantic/", "Pacific/")
ZONES = "time-zones"


def schedule_sheet() -> rx.Component:
    """Times, zone, what becomes of missed runs; and when it would fire next."""
    return sheet(
        ScheduleState.job != "",
        ScheduleState.close,
        t("Schedule of {job}", job=ScheduleState.title),
        t("A change counts from the next time on. Runs that are under way go on."),
        _form(),
    )


def _form() -> rx.Component:
    return rx.el.form(
        _presets(),
        field(
            "Cron expression",
            rx.el.input(
                value=ScheduleState.cron,
                on_change=ScheduleState.write_cron.debounce(200),
                class_name="input mono",
                spell_check=False,
                auto_complete="off",
                auto_focus=True,
                aria_invalid=ScheduleState.error != "",
            ),
            hint="Minute, hour, day of the month, month, weekday (0 is Sunday)",
        ),
        field("Time zone", _zone(), hint="A name such as America/Santiago or UTC"),
        field(
            "Runs that were missed",
            choice(
                [("once", "Run once as soon as possible"), ("skip", "Leave out and wait for the next time")],
                ScheduleState.misfire,
                ScheduleState.choose_misfire,
            ),
            hint="As when the machine was off at that time",
        ),
        _preview(),
        _origin(),
        rx.el.div(
            button("Save", type="submit", disabled=ScheduleState.error != ""),
            button("Cancel", ScheduleState.close(False), kind="secondary"),
            class_name="form-actions",
        ),
        on_submit=ScheduleState.save,
        class_name="form",
    )


def _presets() -> rx.Component:
    buttons = [
        rx.el.button(
            t(label),
            type="button",
            class_name="segment",
            on_click=ScheduleState.write_cron(cron),
            custom_attrs={"aria-pressed": rx.cond(ScheduleState.cron == cron, "true", "false")},
        )
        for cron, label in PRESETS
    ]
    return rx.el.div(*buttons, class_name="segments job-presets", role="group", aria_label=t("Common schedules"))


def _zone() -> rx.Component:
    names = sorted(name for name in available_timezones() if name.startswith(REGIONS))
    return rx.fragment(
        text_input(
            default_value=ScheduleState.zone,
            on_blur=ScheduleState.write_zone,
            spell_check=False,
            custom_attrs={"list": ZONES},
        ),
        rx.el.datalist(*[rx.el.option(value=name) for name in ("UTC", *names)], id=ZONES),
    )


def _preview() -> rx.Component:
    firings = rx.el.ol(
        rx.foreach(
            ScheduleState.firings,
            lambda firing: rx.el.li(
                rx.el.span(datetime(firing)), rx.el.span(relative_time(firing), class_name="quiet")
            ),
        ),
        class_name="job-firings",
    )
    good = rx.el.div(
        rx.el.strong(ScheduleState.words), rx.el.span(t("The next three times"), class_name="quiet small"), firings
    )
    bad = rx.el.div(icon("triangle-alert"), rx.el.span(ScheduleState.error), class_name="job-wrong", role="alert")
    return rx.el.div(
        rx.cond(ScheduleState.error != "", bad, good), class_name="job-preview", custom_attrs={"aria-live": "polite"}
    )


def _origin() -> rx.Component:
    edited = t("Edited by {person}", person=ScheduleState.edited_by)
    back = rx.el.button(
        t("Back to {cron}", cron=ScheduleState.default_cron),
        type="button",
        class_name="link-button",
        on_click=ScheduleState.write_cron(ScheduleState.default_cron),
    )
    return rx.el.p(
        rx.cond(ScheduleState.edited_by != "", rx.el.span(edited, " · ", datetime(ScheduleState.edited_at))),
        rx.cond((ScheduleState.default_cron != "") & (ScheduleState.default_cron != ScheduleState.cron), back),
        class_name="job-origin quiet small",
    )
