"""Signing in, and the page of a one-time link."""

from typing import Any

import reflex as rx

from ml_insights.accounts import errors
from ml_insights.accounts.page.pieces import password_field, submit, told, told_by_code
from ml_insights.accounts.state.sign_in import SetupState, SignInState
from ml_insights.accounts.tables import LinkPurpose
from ml_insights.ui.i18n import datetime, t
from ml_insights.ui.parts import banner, card, field, link_button, loading, text_input
from ml_insights.ui.plain import narrow


def sign_in() -> rx.Component:
    """E-mail and password; a real form, which works with password managers and before the socket is up."""
    return narrow(
        _heading(t("Sign in"), t("Forecasts of your company, on its own machine")),
        rx.cond(SignInState.error != "", banner("danger", _sign_in_error())),
        card(
            rx.el.form(
                rx.el.input(type="hidden", name="next", value=SignInState.next, read_only=True),
                _email(SignInState.email, "username"),
                password_field("Password", "password", fresh=False),
                submit("Sign in"),
                **_posted_to("/api/auth/sign-in"),
                class_name="form",
            )
        ),
        rx.el.p(t("No account or password lost? Ask an admin of your company for a link."), class_name="page-subtitle"),
    )


def _sign_in_error() -> Any:
    kinds = (errors.WrongCredentials, errors.AccountInactive, errors.SignInUnavailable)
    locked = told(errors.AccountLocked, until=datetime(SignInState.until))
    no_role = told(errors.NoRoleYet, email=SignInState.email)
    messages = [(errors.AccountLocked, locked), (errors.NoRoleYet, no_role), *((kind, told(kind)) for kind in kinds)]
    return told_by_code(SignInState.error, messages)


def setup() -> rx.Component:
    """What the link is for, or that it no longer works."""
    usable = rx.fragment(
        _setup_heading(),
        rx.cond(SetupState.error != "", banner("danger", _setup_error())),
        card(_setup_form()),
    )
    unusable = rx.fragment(
        _heading(t("This link no longer works"), told(errors.LinkUnusable)),
        link_button("Go to sign-in", "/sign-in", kind="secondary"),
    )
    return narrow(
        rx.cond(SetupState.loaded, rx.cond(SetupState.purpose != "", usable, unusable), loading("text")),
    )


def _setup_heading() -> Any:
    return rx.match(
        SetupState.purpose,
        (
            LinkPurpose.FIRST_ADMIN.value,
            _heading(t("Welcome to ML Insights"), t("Create the admin's account; it invites the rest.")),
        ),
        (
            LinkPurpose.INVITATION.value,
            _heading(t("Welcome to ML Insights"), t("Choose a password to start.")),
        ),
        _heading(t("New password"), t("Choose a new password. You will be signed out everywhere else.")),
    )


def _setup_form() -> rx.Component:
    chooses_email = SetupState.purpose == LinkPurpose.FIRST_ADMIN.value
    supabase = password_field("Your Supabase password", "password", fresh=False)
    local = password_field("Password", "password", fresh=True)
    return rx.el.form(
        rx.el.input(type="hidden", name="token", value=SetupState.token, read_only=True),
        field(
            "Name",
            text_input(name="name", default_value=SetupState.name, required=True, max_length=100, auto_complete="name"),
        ),
        rx.cond(
            chooses_email,
            _email(SetupState.email, "username"),
            field("E-mail", text_input(name="email", type="email", value=SetupState.email, read_only=True)),
        ),
        rx.cond(SetupState.by_supabase, supabase, local),
        submit("Save and sign in"),
        **_posted_to("/api/auth/setup"),
        class_name="form",
    )


def _setup_error() -> Any:
    kinds = (errors.WeakPassword, errors.NameMissing, errors.LinkUnusable, errors.WrongCredentials)
    with_email = (errors.InvalidEmail, errors.EmailTaken)
    messages = [(kind, told(kind)) for kind in (*kinds, errors.AccountInactive, errors.SignInUnavailable)]
    messages += [(kind, told(kind, email=SetupState.email)) for kind in with_email]
    return told_by_code(SetupState.error, messages)


def _posted_to(address: str) -> dict[str, Any]:
    """Makes the browser itself send a form; Reflex would otherwise keep it from doing so."""
    return {"method": "post", "action": address, "on_submit": None}


def _heading(title: rx.Var[str], text: rx.Var[str]) -> rx.Component:
    return rx.el.div(rx.el.h1(title, class_name="page-title"), rx.el.p(text, class_name="page-subtitle"))


def _email(value: rx.Var[str], purpose: str) -> rx.Component:
    """A value that arrives after the page is shown unless the reader has begun to write: so no `key`, no `value`."""
    return field(
        "E-mail",
        text_input(
            name="email",
            type="email",
            default_value=value,
            required=True,
            auto_focus=True,
            auto_complete=purpose,
            placeholder="name@company.com",
        ),
    )
