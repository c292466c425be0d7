"""This week's list: whom to call, why now, and what came of it."""

from typing import Any

import reflex as rx

from ml_insights.propensity.page.pieces import basket, buyer, chance, expected_day, mark_badge, told
from ml_insights.propensity.state.board import ALL, PropensityState
from ml_insights.propensity.state.sheet import BuyerState
from ml_insights.propensity.wording import MARKS
from ml_insights.ui.i18n import date, money, number, t
from ml_insights.ui.parts import banner, button, card, empty_state, icon
from ml_insights.ui.table import Column, data_table

FIGURES = PropensityState.figures


def week_card() -> rx.Component:
    """The best thirty by expected revenue; where their order is no better than chance, only that."""
    return rx.cond(FIGURES["by_chance"], _by_chance(), _list())


def _by_chance() -> rx.Component:
    told = t(
        "Whom to call cannot be told: on purchases that it had not seen, the order of the list was no better than "
        "drawing lots (AUC {auc}, of which {least} is certain; 0.50 is chance). Each customer's chance is below “All "
        "customers”.",
        auc=number(FIGURES["auc"], 2),
        least=number(FIGURES["auc_least"], 2),
    )
    return card(banner("warning", told), title="No list this week")


def _list() -> rx.Component:
    columns = (
        Column("rank", "No.", "number", sortable=False, hide_on_phone=True),
        Column("label", "Customer", sortable=False, render=_who),
        Column("chance_7", "Chance in 7 days", sortable=False, render=chance),
        Column("next_day", "Expected", sortable=False, render=expected_day),
        Column("basket", "Basket", "money", sortable=False, render=basket),
        Column("products", "Likely products", sortable=False, render=lambda row: told(row["products"])),
        Column("why", "Why now", sortable=False, render=lambda row: told(row["why"])),
        Column("mark", "Noted", sortable=False, render=_mark),
    )
    table = data_table(
        columns,
        PropensityState.picks,
        caption="This week's likely buyers",
        filters=[_only()],
        on_export=PropensityState.export,
        empty=_nothing(),
    )
    title = t("Whom to call, {first} to {last}", first=date(FIGURES["first"]), last=date(FIGURES["last"]))
    subtitle = t(
        "{buyers} of {size} are expected to buy, for {amount}; {open} not yet called",
        buyers=number(FIGURES["listed_buyers"]),
        size=number(FIGURES["listed"]),
        amount=money(FIGURES["listed_revenue"], compact=True),
        open=number(FIGURES["open"]),
    )
    return card(table, title=title, subtitle=subtitle)


def _only() -> rx.Component:
    return rx.el.select(
        rx.el.option(t("The whole list"), value=ALL),
        *[rx.el.option(t(label), value=mark.value) for mark, label in MARKS.items()],
        value=PropensityState.only,
        on_change=PropensityState.show_only,
        class_name="input select",
        aria_label=t("Noted"),
    )


def _who(row: Any) -> rx.Component:
    call = rx.el.a(
        icon("phone", 13),
        row["phone"],
        href=row["call"].to(str),
        class_name="buyers-phone",
        aria_label=t("Call {customer}", customer=row["label"]),
    )
    rank = rx.el.span(number(row["rank"]), class_name="buyers-rank", aria_hidden="true")
    return rx.el.div(rank, buyer(row), rx.cond(row["phone"] != "", call), class_name="buyers-who")


def _mark(row: Any) -> rx.Component:
    return rx.el.button(
        mark_badge(row["mark"]),
        rx.cond(row["note"] != "", icon("sticky-note", 13)),
        type="button",
        class_name="buyers-mark",
        on_click=BuyerState.open(row["customer_id"]),
        aria_label=t("Note what became of {customer}", customer=row["label"]),
    )


def _nothing() -> rx.Component:
    return empty_state(
        "party-popper",
        "Nobody on this part of the list",
        "Nobody of this week's list is noted so. A new list comes every Monday.",
        button("Show the whole list", PropensityState.show_only(ALL), kind="secondary"),
    )
