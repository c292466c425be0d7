"""What happened with one customer, line by line, and what they usually buy."""

from typing import Any

import reflex as rx

from ml_insights.customers.facts import EntryKind
from ml_insights.customers.sheets import KINDS
from ml_insights.customers.state.customer import EVERY, CustomerState
from ml_insights.ui.exporting import export_choice
from ml_insights.ui.i18n import date, datetime, money, number, t
from ml_insights.ui.parts import button, card, choice, empty_state, icon

ICONS: dict[EntryKind, str] = {
    EntryKind.ORDER: "shopping-cart",
    EntryKind.ALERT: "bell",
    EntryKind.PREDICTION: "sparkles",
    EntryKind.DECISION: "gavel",
    EntryKind.SEGMENT: "shapes",
}


def timeline_card() -> rx.Component:
    """Orders, alerts, predictions with what came of them, decisions, segments: the newest first."""
    options: list[tuple[Any, Any]] = [(EVERY, "Everything"), *KINDS.items()]
    lines = rx.el.ol(rx.foreach(CustomerState.entries, _line), class_name="timeline")
    nothing = empty_state("history", "Nothing yet", "Nothing of this kind has happened with this customer.")
    more = button("Show more", CustomerState.show_more, kind="secondary", icon_name="chevron-down")
    return card(
        rx.cond(CustomerState.entries.length() > 0, lines, nothing),
        rx.cond(CustomerState.total > CustomerState.entries.length(), more),
        title="What happened",
        subtitle=t(
            "{total, plural, one {# line} other {# lines}}, the newest first", total=number(CustomerState.total)
        ),
        actions=rx.fragment(
            choice(options, CustomerState.kind, CustomerState.choose_kind, aria_label="What is shown"),
            export_choice(CustomerState.export),
        ),
    )


def _line(row: Any) -> rx.Component:
    signs = [(kind.value, icon(name, 14)) for kind, name in ICONS.items()]
    when = rx.cond(row["kind"] == EntryKind.SEGMENT.value, date(row["at"]), datetime(row["at"]))
    by = rx.cond(row["actor"] != "", t("by {person}", person=row["actor"]), "")
    return rx.el.li(
        rx.el.span(rx.match(row["kind"], *signs, icon("circle", 14)), class_name="timeline-sign"),
        rx.el.div(
            rx.el.div(
                rx.el.strong(row["text"].to(str)),
                rx.cond(row["amount"], rx.el.span(money(row["amount"]), class_name="timeline-amount")),
                class_name="timeline-top",
            ),
            rx.cond(row["detail"] != "", rx.el.p(row["detail"].to(str))),
            rx.el.p(rx.el.time(when), " ", by, class_name="quiet small"),
        ),
        custom_attrs={"data-kind": row["kind"]},
    )


def products_card() -> rx.Component:
    """What they buy most."""
    return card(
        rx.cond(
            CustomerState.products.length() > 0,
            rx.el.ol(rx.foreach(CustomerState.products, _product), class_name="usual"),
            rx.el.p(t("Nothing bought within the last year."), class_name="quiet"),
        ),
        title="Usual products",
        subtitle="By revenue of the last 365 days",
    )


def _product(row: Any) -> rx.Component:
    told = t(
        "{orders, plural, one {# order} other {# orders}}, last on {day}",
        orders=number(row["orders"]),
        day=date(row["last"]),
    )
    return rx.el.li(
        rx.el.span(row["name"].to(str), rx.el.span(told, class_name="quiet small"), class_name="who"),
        rx.el.span(money(row["revenue"])),
    )
