"""Who may sign in, as what, and what each role may do."""

from typing import Any

import reflex as rx

from ml_insights.accounts.labels import AREAS, ROLES
from ml_insights.accounts.page.pieces import form_row, role_options, select, shown_once, submit, with_icon
from ml_insights.accounts.state.users import UsersState
from ml_insights.core.access import Area, Role, allowed
from ml_insights.ui.i18n import datetime, relative_time, t
from ml_insights.ui.listing import list_table
from ml_insights.ui.modal import question
from ml_insights.ui.parts import (
    badge,
    button,
    card,
    choice,
    empty_state,
    field,
    icon,
    page_header,
    status_badge,
    text_input,
)
from ml_insights.ui.table import Column

STATUSES = {
    "active": ("Active", "green"),
    "invited": ("Invited", "blue"),
    "locked": ("Locked", "amber"),
    "inactive": ("Deactivated", "grey"),
}


def users() -> rx.Component:
    """The list, the invitation form and the matrix of roles."""
    return rx.fragment(
        page_header(
            "Users",
            "Who may sign in, and what their role lets them do",
            button("Invite somebody", UsersState.show_invitation(True), icon_name="user-plus"),
        ),
        rx.cond(UsersState.inviting, _invitation()),
        rx.cond(UsersState.link != "", _link()),
        card(_table()),
        card(_matrix(), title="What each role may do", subtitle="Pages, buttons and the API all follow this table."),
        question(
            UsersState.asked_id != "",
            UsersState.answer,
            t("Deactivate {name}?", name=UsersState.asked_name),
            t("They are signed out at once and cannot come back until you activate them again. What they did stays."),
            "Deactivate",
            UsersState.deactivate,
        ),
    )


def _invitation() -> rx.Component:
    return card(
        rx.el.form(
            form_row(
                field("E-mail", text_input(name="email", type="email", required=True, auto_focus=True)),
                field("Name", text_input(name="name", required=True, max_length=100)),
                field("Role", select("role", role_options(), default_value=Role.SALES.value)),
            ),
            rx.el.div(
                submit("Make the invitation"),
                button("Cancel", UsersState.show_invitation(False), kind="secondary"),
                class_name="form-actions",
            ),
            on_submit=UsersState.invite,
            class_name="form",
        ),
        title="Invite somebody",
        subtitle="You get a link that works once; send it to them. They choose their own password.",
    )


def _link() -> rx.Component:
    return shown_once(
        t("One-time link for {email}", email=UsersState.link_for),
        t("Copy it now: it is shown this once, works once, and ends in 3 days."),
        UsersState.link,
        UsersState.forget_link,
    )


def _table() -> rx.Component:
    columns = [
        Column("name", "Name", render=_who),
        Column("role", "Role", render=_role),
        Column("status", "Status", sortable=False, render=_status),
        Column("last_seen_at", "Last seen", render=_last_seen),
        Column("actions", "Actions", sortable=False, render=_actions),
    ]
    return list_table(
        UsersState,
        columns,
        caption="Users",
        empty=empty_state("users", "Nobody found", "Search for part of a name, an e-mail or a role."),
    )


def _who(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.span(row["name"], rx.cond(row["demo"] != "", badge("Demo", "blue")), class_name="who-name"),
        rx.el.span(row["email"], class_name="quiet"),
        class_name="who",
    )


def _role(row: Any) -> rx.Component:
    return choice(
        role_options(),
        row["role"],
        lambda role: UsersState.change_role(row["id"], role),
        aria_label=t("Role of {name}", name=row["name"]),
    )


def _status(row: Any) -> rx.Component:
    locked = t("until {when}", when=datetime(row["locked_until"]))
    return rx.el.div(
        status_badge(row["status"], STATUSES),
        rx.cond(row["status"] == "locked", rx.el.span(locked, class_name="quiet")),
        class_name="who",
    )


def _last_seen(row: Any) -> rx.Component:
    return rx.cond(
        row["last_seen_at"] != "",
        rx.el.span(relative_time(row["last_seen_at"])),
        rx.el.span(t("not signed in"), class_name="quiet"),
    )


def _actions(row: Any) -> rx.Component:
    link = UsersState.make_link(row["id"], row["email"])
    return rx.el.div(
        _action("key-round", t("New password link for {name}", name=row["name"]), link),
        rx.cond(
            row["last_seen_at"] != "",
            _action("log-out", t("Sign {name} out everywhere", name=row["name"]), UsersState.end_sessions(row["id"])),
        ),
        rx.cond(
            row["status"] == "inactive",
            _action("user-check", t("Activate {name}", name=row["name"]), UsersState.activate(row["id"])),
            _action(
                "user-x",
                t("Deactivate {name}", name=row["name"]),
                UsersState.ask_to_deactivate(row["id"], row["name"]),
            ),
        ),
        class_name="row-actions",
    )


def _action(icon_name: str, label: rx.Var[str], event: Any) -> rx.Component:
    return rx.el.button(
        icon(icon_name), type="button", on_click=event, class_name="icon-button", aria_label=label, title=label
    )


def _matrix() -> rx.Component:
    head = rx.el.tr(rx.el.th(t("Area"), scope="col"), *[rx.el.th(t(label), scope="col") for label in ROLES.values()])
    rows = [
        rx.el.tr(rx.el.th(t(label), scope="row"), *[_may(role, area) for role in ROLES])
        for area, label in AREAS.items()
    ]
    return rx.el.div(
        rx.el.table(rx.el.thead(head), rx.el.tbody(*rows), class_name="table matrix"),
        class_name="table-scroll",
        tab_index=0,
        role="region",
        aria_label=t("What each role may do"),
    )


def _may(role: Role, area: Area) -> rx.Component:
    yes = rx.el.span(with_icon("check", rx.el.span(t("yes"), class_name="sr-only")), class_name="yes")
    no = rx.el.span("–", rx.el.span(t("no"), class_name="sr-only"), class_name="quiet")
    return rx.el.td(yes if allowed(role, area) else no, custom_attrs={"data-label": t(ROLES[role])})
