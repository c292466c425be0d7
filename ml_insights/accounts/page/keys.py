"""API keys: programs' way in."""

from typing import Any

import reflex as rx

from ml_insights.accounts.labels import SCOPES
from ml_insights.accounts.page.pieces import (
    form_row,
    labelled_check,
    role_label,
    role_options,
    select,
    shown_once,
    submit,
)
from ml_insights.accounts.state.keys import KeysState
from ml_insights.core.access import Role
from ml_insights.ui.i18n import date, relative_time, t
from ml_insights.ui.modal import question
from ml_insights.ui.parts import button, card, empty_state, field, icon, page_header, status_badge, text_input
from ml_insights.ui.table import Column, data_table

STATUSES = {"active": ("Works", "green"), "expired": ("Expired", "amber"), "revoked": ("Revoked", "grey")}
LIFETIMES = [("30", "30 days"), ("90", "90 days"), ("365", "One year"), ("", "Never expires")]


def api_keys() -> rx.Component:
    """The list and the form for a new key."""
    return rx.fragment(
        page_header(
            "API keys",
            "For programs that read forecasts, such as a dashboard or a spreadsheet",
            # Not a page of the site, so not a link that its router may follow.
            rx.el.a(icon("book-open"), t("Documentation"), href="/api/docs", class_name="button button-secondary"),
            button("New key", KeysState.show_form(True), icon_name="plus"),
        ),
        rx.cond(KeysState.making, _form()),
        rx.cond(KeysState.secret != "", _secret()),
        card(_table()),
        question(
            KeysState.asked_id != "",
            KeysState.answer,
            t("Revoke the key {name}?", name=KeysState.asked_name),
            t("Programs that use it are refused within seconds. This cannot be undone."),
            "Revoke",
            KeysState.revoke,
        ),
    )


def _form() -> rx.Component:
    checks = [labelled_check(scope, t(label), checked=scope == "read") for scope, label in SCOPES.items()]
    return card(
        rx.el.form(
            form_row(
                field("Name", text_input(name="name", required=True, max_length=100, auto_focus=True)),
                field("Acts as", select("role", role_options(), default_value=Role.ANALYST.value)),
                field("Works for", select("days", LIFETIMES, default_value="90")),
            ),
            rx.el.fieldset(
                rx.el.legend(t("Scopes"), class_name="field-label"), rx.el.div(*checks, class_name="checks")
            ),
            rx.el.div(
                submit("Make the key"),
                button("Cancel", KeysState.show_form(False), kind="secondary"),
                class_name="form-actions",
            ),
            on_submit=KeysState.create,
            class_name="form",
        ),
        title="New key",
        subtitle="It sees what its role sees, and writes only with the scope for it.",
    )


def _secret() -> rx.Component:
    return shown_once(
        t("Your new key"),
        t("Copy it now: only its fingerprint is stored, so it cannot be shown again."),
        KeysState.secret,
        KeysState.forget_secret,
    )


def _table() -> rx.Component:
    columns = [
        Column("name", "Name", render=_name),
        Column("role", "Acts as", render=lambda row: role_label(row["role"])),
        Column("scopes", "Scopes", render=_scopes, hide_on_phone=True),
        Column("expires_at", "Ends", render=lambda row: _or_dash(row["expires_at"], date, t("never"))),
        Column("last_used_at", "Last used", render=_last_used),
        Column("status", "Status", render=lambda row: status_badge(row["status"], STATUSES)),
        Column("actions", "Actions", render=_revoke),
    ]
    return data_table(
        columns,
        KeysState.rows,
        caption="API keys",
        is_loading=~KeysState.loaded,
        empty=empty_state(
            "key-round",
            "No API keys yet",
            "Make one for each program, so that each can be revoked by itself.",
            button("New key", KeysState.show_form(True), icon_name="plus"),
        ),
    )


def _name(row: Any) -> rx.Component:
    return rx.el.div(rx.el.span(row["name"]), rx.el.code(row["prefix"], class_name="quiet"), class_name="who")


def _scopes(row: Any) -> Any:
    both = t("Read and write")
    return rx.match(row["scopes"], *[(scope, t(label)) for scope, label in SCOPES.items()], both)


def _or_dash(value: rx.Var[str], shown: Any, otherwise: rx.Var[str]) -> rx.Component:
    return rx.cond(value != "", rx.el.span(shown(value)), rx.el.span(otherwise, class_name="quiet"))


def _last_used(row: Any) -> rx.Component:
    return _or_dash(row["last_used_at"], relative_time, t("not yet"))


def _revoke(row: Any) -> rx.Component:
    ask = button("Revoke", KeysState.ask_to_revoke(row["id"], row["name"]), kind="secondary")
    return rx.cond(row["status"] == "active", ask)
