"""The project: none yet, the one that is connected, or the form that names another one."""

import reflex as rx

from ml_insights.sources.page.look import NOTE, ROW, STACK
from ml_insights.sources.state.connection import ConnectionState
from ml_insights.ui.i18n import datetime, t
from ml_insights.ui.modal import question
from ml_insights.ui.parts import badge, banner, button, card, empty_state, facts_list, field, text_input

NARROW = STACK | {"max_width": "640px"}


def connection_card() -> rx.Component:
    """Where the project is, what it answers, and what can be done about it."""
    return rx.fragment(
        rx.cond(
            ConnectionState.editing,
            _form_card(),
            rx.cond(
                (ConnectionState.origin == "") & (ConnectionState.problem == ""), _nothing_yet(), _connected_card()
            ),
        ),
        question(
            ConnectionState.asking,
            ConnectionState.answer,
            "Disconnect this project?",
            t("Its address, its key and the choice of tables are forgotten. The rows that were read from it stay."),
            "Disconnect",
            ConnectionState.disconnect,
        ),
    )


def _nothing_yet() -> rx.Component:
    return card(
        empty_state(
            "cable",
            "No project is connected yet",
            "Connect a Supabase project and choose its tables: orders, customers, products, prices, deliveries and "
            "stops are then read every hour.",
            button("Connect a project", ConnectionState.edit(True), icon_name="plug"),
        )
    )


def _connected_card() -> rx.Component:
    return card(
        rx.el.div(
            rx.cond(ConnectionState.problem != "", banner("danger", ConnectionState.problem)),
            rx.cond(ConnectionState.in_the_open, banner("warning", IN_THE_OPEN)),
            _answers(),
            rx.cond(
                ConnectionState.url != "",
                facts_list(
                    [
                        ("Address", rx.el.code(ConnectionState.url)),
                        ("Key", t("Kept encrypted; it is never shown again")),
                        ("Set by", _set_by()),
                    ]
                ),
            ),
            style=STACK,
        ),
        title="Supabase project",
        actions=_actions(),
    )


IN_THE_OPEN = (
    "The address begins with http:// and is not in your own network: the key and the rows can be read on their way. "
    "Use https:// if the project offers it."
)


def _set_by() -> rx.Component:
    saved = rx.el.span(ConnectionState.changed_by, " · ", datetime(ConnectionState.changed_at))
    return rx.cond(ConnectionState.origin == "environment", badge("the environment", "grey"), saved)


def _actions() -> rx.Component:
    forget = button("Disconnect", ConnectionState.ask_to_disconnect, kind="secondary", icon_name="unplug")
    return rx.fragment(
        button(
            "Test",
            ConnectionState.test,
            kind="secondary",
            icon_name="activity",
            loading=ConnectionState.testing,
        ),
        button("Change", ConnectionState.edit(True), kind="secondary", icon_name="pencil"),
        rx.cond(ConnectionState.changed_by != "", forget),
    )


def _answers() -> rx.Component:
    return rx.fragment(
        rx.cond(ConnectionState.told != "", banner("success", ConnectionState.told)),
        rx.cond(ConnectionState.refusal != "", banner("danger", ConnectionState.refusal)),
    )


def _form_card() -> rx.Component:
    return card(
        rx.el.form(
            rx.el.div(_answers(), style=STACK),
            field(
                "Address",
                text_input(
                    name="url",
                    type="url",
                    default_value=ConnectionState.url,
                    required=True,
                    auto_focus=True,
                    placeholder=rx.Var.create("https://abcdefgh.supabase.co"),
                    auto_complete="off",
                    spell_check=False,
                ),
                hint="From the project's settings, under API; one within your own network is as good.",
            ),
            field(
                "Key",
                text_input(
                    name="key",
                    type="password",
                    auto_complete="new-password",
                    spell_check=False,
                    required=ConnectionState.url == "",
                    placeholder=rx.cond(ConnectionState.url != "", t("Unchanged"), ""),
                ),
                hint="The secret (service) key reads everything; any other key only what row security lets it see. "
                "It is stored encrypted and never shown again.",
            ),
            rx.el.div(
                button("Test and connect", type="submit", loading=ConnectionState.testing, icon_name="plug"),
                button("Cancel", ConnectionState.edit(False), kind="secondary"),
                style=ROW,
            ),
            rx.el.p(t("Only read requests are sent, and to this address alone."), style=NOTE),
            on_submit=ConnectionState.connect,
            class_name="form",
            style=NARROW,
        ),
        title="Connect a Supabase project",
    )
