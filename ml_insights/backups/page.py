"""Administration → Backups: what there is, making one, looking at every byte of one, putting one back."""

from typing import Any

import reflex as rx

from ml_insights.backups.state import CONFIRMATION, BackupsState, MakingState, RestoringState
from ml_insights.jobs.page.following import run_ended, run_under_way
from ml_insights.jobs.tables import JobStatus
from ml_insights.ui.i18n import datetime, number, relative_time, t
from ml_insights.ui.parts import (
    banner,
    button,
    card,
    empty_state,
    error_state,
    field,
    icon,
    loading,
    page_header,
    progress_bar,
    status_badge,
    text_input,
)
from ml_insights.ui.table import Column, data_table

STATES = {"whole": ("Whole", "green"), "damaged": ("Damaged", "red"), "unknown": ("Not verified", "grey")}
STACK = {"display": "grid", "gap": "16px"}
LINES = {"list_style": "disc", "padding_inline_start": "20px", "margin_block_end": "16px"}
NOTE = {"padding_block_start": "12px"}


def backups() -> rx.Component:
    """The list, and what is under way."""
    return rx.fragment(
        page_header(
            "Backups",
            "Copies of the database and the model files, one every night",
            button("Back up now", MakingState.start, icon_name="archive", disabled=_busy()),
        ),
        rx.el.div(_making(), _restoring(), _question(), _list(), style=STACK),
    )


def _busy() -> Any:
    return MakingState.active | RestoringState.active


def _list() -> rx.Component:
    shown = rx.cond(
        BackupsState.problem != "",
        error_state(
            t("The folder of backups cannot be read: {reason}", reason=BackupsState.problem), BackupsState.load
        ),
        card(_table(), _copies()),
    )
    return rx.cond(BackupsState.loaded, shown, loading("table"))


def _copies() -> rx.Component:
    elsewhere = t("Each backup is also copied to the bucket {bucket}.", bucket=BackupsState.bucket)
    here = t("They are on this machine alone. Set BACKUP_BUCKET to keep copies elsewhere.")
    return rx.el.p(rx.cond(BackupsState.bucket != "", elsewhere, here), class_name="quiet", style=NOTE)


def _table() -> rx.Component:
    columns = [
        Column("at", "Made", render=_made, sortable=False),
        Column("megabytes", "Size", "number", render=_size, sortable=False),
        Column("rows", "Table rows", "number", sortable=False),
        Column("models", "Model versions", "number", sortable=False, hide_on_phone=True),
        Column("state", "State", render=_state, sortable=False),
        Column("actions", "Actions", render=_actions, sortable=False),
    ]
    return data_table(
        columns,
        BackupsState.rows,
        caption="Backups",
        empty=empty_state(
            "archive",
            "No backups yet",
            "One is made every night. Make the first one now; it takes moments.",
            button("Back up now", MakingState.start, disabled=_busy()),
        ),
    )


def _made(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.span(datetime(row["at"]), class_name="who-name"),
        rx.el.span(
            row["by"], rx.cond(row["before_restore"], rx.fragment(" · ", t("before a restore"))), class_name="quiet"
        ),
        class_name="who",
    )


def _size(row: Any) -> Any:
    return t("{size} MB", size=number(row["megabytes"], 1))


def _state(row: Any) -> rx.Component:
    checked = t("checked {when}", when=relative_time(row["checked_at"]))
    return rx.el.div(
        status_badge(row["state"], STATES),
        rx.cond(row["checked_at"] != "", rx.el.span(checked, class_name="quiet")),
        rx.cond(
            row["missing"] != "",
            rx.el.span(
                t("without the model files {paths}, which were damaged", paths=row["missing"]), class_name="quiet"
            ),
        ),
        class_name="who",
    )


def _actions(row: Any) -> rx.Component:
    when = datetime(row["at"])
    download = t("Download the backup of {when}", when=when)
    return rx.el.div(
        rx.cond(
            BackupsState.checking == row["name"],
            rx.el.span(class_name="spinner", role="status", aria_label=t("Checking the archive")),
            _action("shield-check", t("Verify the backup of {when}", when=when), BackupsState.check(row["name"])),
        ),
        rx.el.a(
            icon("download"),
            href="/api/backups/" + row["name"].to(str),
            download=True,
            reload_document=True,
            class_name="icon-button",
            aria_label=download,
            title=download,
        ),
        rx.cond(
            row["state"] != "damaged",
            _action(
                "archive-restore",
                t("Restore the backup of {when}…", when=when),
                RestoringState.ask(row["name"], row["at"]),
                disabled=_busy(),
            ),
        ),
        class_name="row-actions",
    )


def _action(icon_name: str, label: rx.Var[str], event: Any, **props: Any) -> rx.Component:
    return rx.el.button(
        icon(icon_name), type="button", on_click=event, class_name="icon-button", aria_label=label, title=label, **props
    )


def _making() -> rx.Component:
    ended = {
        JobStatus.DONE: banner("success", t("The backup is made and checked.")),
        JobStatus.INTERRUPTED: banner("warning", t("The backup was interrupted; nothing half-made is left.")),
    }
    # A restore may take the reader's session away, and they are to see how it ended: nothing is asked in between.
    under_way = run_under_way(MakingState, noticing=False, title="Making a backup")
    return rx.fragment(under_way, run_ended(MakingState, ended))


def _restoring() -> rx.Component:
    said = rx.cond(RestoringState.message != "", RestoringState.message, t("Starting…"))
    return rx.cond(
        RestoringState.active,
        card(
            progress_bar(RestoringState.share, said),
            title="Restoring",
            subtitle="Everybody keeps seeing the former state until the restored one is complete.",
        ),
        rx.match(
            RestoringState.outcome,
            (
                "done",
                banner(
                    "success", t("Restored. Sign in again if you are asked to: sessions are those of the backup, too.")
                ),
            ),
            ("failed", banner("danger", RestoringState.error)),
            rx.fragment(),
        ),
    )


def _question() -> rx.Component:
    facts = (
        "All data, forecasts and models are replaced by those of the backup; what came later is gone from them.",
        "People, passwords, sessions and API keys are those of that moment again.",
        "The present state is backed up first, so that you can come back to it.",
        "It is refused while jobs run. If anything goes wrong on the way, the present state stays as it is.",
    )
    word = t(CONFIRMATION)
    form = rx.el.form(
        field(
            t("Type {word} to confirm", word=word),
            text_input(
                name="word",
                value=RestoringState.typed,
                on_change=RestoringState.type_word,
                auto_complete="off",
                auto_focus=True,
            ),
        ),
        rx.el.div(
            button("Restore", kind="danger", type="submit", disabled=~RestoringState.confirmed),
            button("Cancel", RestoringState.leave, kind="secondary"),
            class_name="form-actions",
        ),
        on_submit=lambda _form: RestoringState.start,
        class_name="form",
    )
    asked = card(
        rx.el.ul(*[rx.el.li(t(fact)) for fact in facts], style=LINES),
        form,
        title=t("Restore the backup of {when}?", when=datetime(RestoringState.made_at)),
        custom_attrs={"aria-live": "polite"},
    )
    return rx.cond((RestoringState.name != "") & ~RestoringState.active, asked)
