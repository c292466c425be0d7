"""What several pages of accounts are made of."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from ml_insights.accounts.labels import ROLES
from ml_insights.accounts.policy import PASSWORD_MAX, PASSWORD_MIN
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import N_
from ml_insights.ui.i18n import Text, t
from ml_insights.ui.parts import button, field, icon

SHOWN_ONCE = "shown-once"
PASSWORD_HINT = N_("At least 10 characters; a short sentence is easy to remember.")


def told(error: type[ProductError], **values: Any) -> rx.Var[str]:
    """What `error` says, in the reader's language."""
    return t(" ".join((error.__doc__ or "").split()), **values)


def told_by_code(code: rx.Var[str], messages: Sequence[tuple[type[ProductError], rx.Var[str]]]) -> Any:
    """The message of the error that has this code, e.g. from an address."""
    return rx.match(code, *[(kind.code, message) for kind, message in messages], told(ProductError))


def role_label(role: rx.Var[str]) -> Any:
    """A role in words."""
    return rx.match(role, *[(key.value, t(label)) for key, label in ROLES.items()], role)


def role_options() -> list[tuple[str, str]]:
    """Every role for a select."""
    return [(role.value, label) for role, label in ROLES.items()]


def select(name: str, options: list[tuple[str, str]], **props: Any) -> rx.Component:
    """A native select of a form, which keeps its own value."""
    items = [rx.el.option(t(label), value=value) for value, label in options]
    return rx.el.select(*items, name=name, class_name="input select", **props)


def submit(text: Text, **props: Any) -> rx.Component:
    """The main button of a form."""
    return button(text, type="submit", **props)


def shown_once(title: Text, text: Text, value: rx.Var[str], on_done: Any) -> rx.Component:
    """A secret that is shown now and never again, with a way to copy it."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2(title, class_name="card-title"),
            rx.el.p(text, class_name="card-subtitle"),
        ),
        rx.el.div(
            rx.el.input(
                value=value,
                read_only=True,
                id=SHOWN_ONCE,
                class_name="input secret",
                aria_label=title,
                on_focus=rx.call_script(f"document.getElementById('{SHOWN_ONCE}').select()"),
            ),
            button("Copy", [rx.set_clipboard(value), rx.toast.success(t("Copied"))], icon_name="copy"),
            button("Done", on_done, kind="secondary"),
            class_name="secret-row",
        ),
        class_name="card secret-card",
        role="status",
    )


def form_row(*fields: rx.Component) -> rx.Component:
    """Fields beside each other, below each other on a phone."""
    return rx.el.div(*fields, class_name="form-row")


def labelled_check(name: str, label: Text, checked: bool = False) -> rx.Component:
    """A checkbox with its words."""
    return rx.el.label(
        rx.el.input(type="checkbox", name=name, default_checked=checked), rx.el.span(label), class_name="check"
    )


def password_field(label: Text, name: str, fresh: bool) -> rx.Component:
    """A password, told to password managers as the present one or a new one."""
    limits: dict[str, Any] = {"min_length": PASSWORD_MIN, "max_length": PASSWORD_MAX} if fresh else {}
    control = rx.el.input(
        name=name,
        type="password",
        required=True,
        auto_complete="new-password" if fresh else "current-password",
        class_name="input",
        **limits,
    )
    return field(label, control, hint=PASSWORD_HINT if fresh else None)


def with_icon(icon_name: str, *content: Any) -> rx.Component:
    """Words after a small icon."""
    return rx.el.span(icon(icon_name, 14), *content, class_name="with-icon")
