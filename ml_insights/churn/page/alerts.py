"""The work list."""

from typing import Any

import reflex as rx

from ml_insights.churn.page.pieces import REASONS, alert_status, due, risk, sign, tick
from ml_insights.churn.state.address import EVERYBODY, MINE, NOBODY
from ml_insights.churn.state.alerts import AlertsState
from ml_insights.churn.state.board import ChurnState
from ml_insights.churn.state.bulk import BulkState
from ml_insights.churn.state.sheet import AlertState
from ml_insights.churn.wording import STATUSES
from ml_insights.ui.i18n import money, number, t
from ml_insights.ui.listing import list_table
from ml_insights.ui.parts import banner, button, card, empty_state
from ml_insights.ui.table import Column

FIGURES = ChurnState.figures
SHOWN = (
    ("todo", "To do"),
    ("overdue", "Overdue"),
    ("snoozed", "Snoozed"),
    ("closed", "Closed"),
    ("all", "All"),
)


def alerts_card() -> rx.Component:
    """Alerts, filtered and sorted, with changes of many at once; above it, where none are raised, why."""
    return rx.fragment(rx.cond(FIGURES["by_chance"], _by_chance()), _list())


def _by_chance() -> rx.Component:
    told = t(
        "Nobody is named to be called: on customers that it had not seen, the order of the model was no better than "
        "drawing lots (AUC {auc}, of which {least} is certain; 0.50 is chance). No alert is raised until newer orders "
        "make it better.",
        auc=number(FIGURES["auc"], 2),
        least=number(FIGURES["auc_least"], 2),
    )
    return banner("warning", told)


def _list() -> rx.Component:
    return card(_shown(), rx.cond(AlertsState.chosen.length() > 0, _bulk()), _table())


def _shown() -> rx.Component:
    buttons = [
        rx.el.button(
            t(label),
            type="button",
            class_name="segment",
            on_click=AlertsState.show(key),
            custom_attrs={"aria-pressed": rx.cond(AlertsState.shown == key, "true", "false")},
        )
        for key, label in SHOWN
    ]
    return rx.el.div(
        rx.el.div(*buttons, class_name="segments", role="group", aria_label=t("Which alerts")),
        rx.cond(ChurnState.can_work, _choose_all()),
        class_name="churn-shown",
    )


def _choose_all() -> rx.Component:
    box = tick(AlertsState.all_chosen, AlertsState.choose_all)
    return rx.el.label(box, t("Select this page"), class_name="churn-choose")


def _table() -> rx.Component:
    columns = (
        Column("label", "Customer", render=_customer),
        Column("probability", "May leave", "percent", render=lambda row: risk(row["probability"])),
        Column("at_risk", "Revenue at risk", "money", render=lambda row: money(row["at_risk"], digits=0)),
        Column("reasons", "Why", sortable=False, render=_why),
        Column("owner", "Owner", render=_owner),
        Column("due_on", "Due", render=due),
        Column("status", "Status", render=_status),
    )
    return list_table(
        AlertsState,
        columns,
        caption="Alerts",
        on_export=AlertsState.export,
        filters=[_owner_filter(), _status_filter()],
        empty=_nothing(),
    )


def _owner_filter() -> rx.Component:
    return rx.el.select(
        rx.el.option(t("Everybody's"), value=EVERYBODY),
        rx.el.option(t("Mine"), value=MINE),
        rx.el.option(t("Nobody's"), value=NOBODY),
        rx.foreach(ChurnState.owners, lambda one: rx.el.option(one["label"], value=one["value"])),
        value=AlertsState.owner,
        on_change=AlertsState.choose_owner,
        class_name="input select",
        aria_label=t("Owner"),
    )


def _status_filter() -> rx.Component:
    return rx.el.select(
        rx.el.option(t("Every status"), value=""),
        *[rx.el.option(t(label), value=status.value) for status, label in STATUSES.items()],
        value=AlertsState.status,
        on_change=AlertsState.choose_status,
        class_name="input select",
        aria_label=t("Status"),
    )


def _customer(row: Any) -> rx.Component:
    box = tick(
        AlertsState.chosen.contains(row["key"].to(str)),
        lambda chosen: AlertsState.choose(row["key"], chosen),
        aria_label=t("Select {customer}", customer=row["label"]),
    )
    return rx.el.div(
        rx.cond(ChurnState.can_work & row["active"].to(bool), box),
        rx.el.div(
            rx.el.button(row["label"], type="button", class_name="job-name", on_click=AlertState.open(row["id"])),
            rx.el.span(row["customer_id"], class_name="quiet small"),
            class_name="who",
        ),
        class_name="churn-customer",
    )


def _why(row: Any) -> rx.Component:
    return rx.el.span(row["reasons"], class_name="churn-why")


def _owner(row: Any) -> rx.Component:
    return rx.cond(row["owner"] != "", rx.el.span(row["owner"]), rx.el.span(t("nobody"), class_name="quiet"))


def _status(row: Any) -> rx.Component:
    return rx.el.div(alert_status(row["status"]), sign(row), class_name="churn-status")


def _nothing() -> rx.Component:
    return empty_state(
        "party-popper",
        "Nothing on this list",
        "No alert matches. New ones come on the 1st and the 15th, for customers whom contacting pays.",
        button("Clear the filters", AlertsState.start_over, kind="secondary"),
    )


def _bulk() -> rx.Component:
    owners = rx.el.select(
        rx.el.option(t("Give to…"), value=""),
        rx.foreach(ChurnState.owners, lambda one: rx.el.option(one["label"], value=one["value"])),
        rx.el.option(t("Nobody"), value=NOBODY),
        value="",
        on_change=BulkState.give_to,
        class_name="input select",
        aria_label=t("Give the selected alerts to"),
    )
    day = rx.el.label(
        rx.el.span(t("Due"), class_name="quiet"),
        rx.el.input(type="date", on_change=BulkState.set_due, class_name="input"),
        class_name="churn-choose",
    )
    dismiss = rx.el.select(
        rx.el.option(t("Dismiss…"), value=""),
        *[rx.el.option(t(text), value=reason.value) for reason, text in REASONS],
        value="",
        on_change=BulkState.dismiss,
        class_name="input select",
        aria_label=t("Dismiss the selected alerts, because"),
    )
    return rx.el.div(
        rx.el.strong(t("{count} selected", count=number(AlertsState.chosen.length())), role="status"),
        owners,
        day,
        dismiss,
        button("Select none", AlertsState.choose_all(False), kind="ghost"),
        class_name="churn-bulk",
        role="group",
        aria_label=t("Change the selected alerts"),
    )
