"""One's own profile, password and sessions."""

from typing import Any

import reflex as rx

from ml_insights.accounts.page.pieces import form_row, password_field, role_label, select, submit
from ml_insights.accounts.state.account import AccountState
from ml_insights.ui.i18n import t
from ml_insights.ui.modal import confirm_dialog
from ml_insights.ui.parts import (
    badge,
    banner,
    button,
    card,
    field,
    loading,
    page_header,
    text_input,
)
from ml_insights.ui.table import Column, data_table

LANGUAGE_OPTIONS = [("", "As the browser"), ("en", "English"), ("es", "Español")]


def account() -> rx.Component:
    """Profile and password beside each other, sessions below."""
    return rx.fragment(
        page_header("Your account", "Your name, your password, and where you are signed in"),
        rx.cond(
            AccountState.loaded,
            rx.el.div(_profile(), _password(), class_name="grid grid-2"),
            loading("cards"),
        ),
        card(
            _sessions(),
            title="Where you are signed in",
            subtitle="End what you do not recognise, then change your password.",
            actions=confirm_dialog(
                button("Sign out everywhere", kind="secondary", icon_name="log-out"),
                "Sign out everywhere?",
                "Every browser is signed out at once, this one too.",
                "Sign out everywhere",
                AccountState.sign_out_everywhere,
            ),
        ),
    )


def _profile() -> rx.Component:
    return card(
        rx.el.form(
            form_row(
                field("E-mail", text_input(value=AccountState.email, read_only=True, type="email")),
                field("Role", text_input(value=role_label(AccountState.role), read_only=True)),
            ),
            form_row(
                field(
                    "Name",
                    text_input(
                        name="name",
                        default_value=AccountState.name,
                        required=True,
                        max_length=100,
                        auto_complete="name",
                    ),
                ),
                field("Language", select("language", LANGUAGE_OPTIONS, default_value=AccountState.language)),
            ),
            rx.el.div(submit("Save"), class_name="form-actions"),
            on_submit=AccountState.save,
            class_name="form",
        ),
        title="Profile",
    )


def _password() -> rx.Component:
    form = rx.el.form(
        # Password managers want to know whose password this is.
        rx.el.input(type="hidden", auto_complete="username", value=AccountState.email, read_only=True),
        password_field("Present password", "old", fresh=False),
        password_field("New password", "new", fresh=True),
        rx.el.div(submit("Change the password"), class_name="form-actions"),
        on_submit=AccountState.change_password,
        reset_on_submit=True,
        class_name="form",
    )
    elsewhere = banner("info", "Your company signs in with Supabase: change your password there.")
    return card(rx.cond(AccountState.by_supabase, elsewhere, form), title="Password")


def _sessions() -> rx.Component:
    columns = [
        Column("browser", "Browser", render=_browser),
        Column("last_seen_at", "Last seen", "ago"),
        Column("created_at", "Signed in", "datetime", hide_on_phone=True),
        Column("expires_at", "Ends", "date", hide_on_phone=True),
        Column("actions", "Actions", render=_end),
    ]
    return data_table(columns, AccountState.sessions, caption="Your sessions", is_loading=~AccountState.loaded)


def _browser(row: Any) -> rx.Component:
    return rx.el.span(
        rx.cond(row["browser"] != "", row["browser"], t("Unknown browser")),
        rx.cond(row["current"] != "", badge("This one", "green")),
        class_name="who-name",
    )


def _end(row: Any) -> rx.Component:
    end = button("End", AccountState.end_session(row["id"]), kind="secondary")
    return rx.cond(row["current"] != "", rx.el.span(t("in use now"), class_name="quiet"), end)
