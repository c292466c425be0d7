"""Data → Demo company: what it is, how much of it there is, and the one click that removes it."""

from typing import Any

import reflex as rx

from ml_insights.commerce.state import PAGE_SIZE, SHOWN, DemoState, ServicesState
from ml_insights.core.demo_company import COMPANY
from ml_insights.ui.i18n import number, t
from ml_insights.ui.modal import confirm_dialog
from ml_insights.ui.parts import (
    banner,
    button,
    card,
    empty_state,
    grid,
    kpi,
    link_button,
    loading,
    page_header,
)
from ml_insights.ui.table import Column, data_table


def demo_page() -> rx.Component:
    """The demo company, or how to make it."""
    return rx.fragment(
        page_header(
            "Demo company",
            "An invented distributor to look around with, kept apart from your own data",
            rx.cond(DemoState.total > 0, _remove_button()),
        ),
        rx.cond(DemoState.problem != "", banner("warning", DemoState.problem)),
        rx.cond(DemoState.loaded, rx.cond(DemoState.total > 0, _present(), _absent()), loading("text")),
    )


def _present() -> rx.Component:
    counted = [kpi(label, number(DemoState.rows[table])) for table, label in SHOWN.items()]
    computed = kpi("Computed from them", number(DemoState.rows["computed"]), hint=t("forecasts, runs, models"))
    return rx.el.div(
        grid(*counted, computed),
        card(
            title=t("{company}, which does not exist", company=COMPANY.name),
            subtitle="Three years of orders with seasons, promotions, returns and customers who come and go. "
            "Every page shows them until you import orders of your own.",
            actions=link_button("Import your own data", "/import", kind="secondary"),
        ),
        style={"display": "grid", "gap": "16px"},
    )


def _remove_button() -> rx.Component:
    return confirm_dialog(
        button(
            "Remove the demo company",
            kind="danger",
            icon_name="trash-2",
            loading=DemoState.busy == "remove",
        ),
        "Remove the demo company?",
        "Its orders, products, customers and logins go, and so do the forecasts made from them. Your own data stays. "
        "You can make it again at any time.",
        "Remove it",
        DemoState.remove,
    )


def _absent() -> rx.Component:
    return empty_state(
        "factory",
        "The demo company is not here",
        "Make it to look around before your own data is in: three years of invented orders, in a few seconds.",
        button("Make the demo company", DemoState.fill, icon_name="sparkles", loading=DemoState.busy == "fill"),
        link_button("Import your own data", "/import", kind="secondary"),
    )


def services_page() -> rx.Component:
    """What is sold and is no product, for somebody to confirm."""
    waiting = t(
        "{count, plural, one {# thing looks} other {# things look}} like a service, and nobody has said yet. "
        "What its name or code gives away counts as a service until then; the rest counts as a product.",
        count=number(OPEN),
    )
    return rx.fragment(
        page_header(
            "Services",
            "Postage, fees and discounts stay in revenue, and out of likely products, prices and reorder",
        ),
        rx.cond(OPEN > 0, banner("info", waiting)),
        rx.cond(ServicesState.loaded, card(_services_table()), loading("table")),
    )


OPEN = ServicesState.open


def _services_table() -> rx.Component:
    return data_table(
        [
            Column("product_id", "Code", sortable=False),
            Column("name", "Name", sortable=False),
            Column("lines", "Order lines", "number", sortable=False),
            Column("revenue", "Revenue", "money", sortable=False),
            Column("reason", "Why it looks like a service", sortable=False, hide_on_phone=True),
            Column("kind", "It counts as", render=_kind, sortable=False),
            Column("decided", "It is", render=_decision, sortable=False),
        ],
        ServicesState.rows,
        caption="Services",
        total=ServicesState.total,
        page=ServicesState.page,
        page_size=PAGE_SIZE,
        on_page=ServicesState.turn,
        search=ServicesState.search,
        on_search=ServicesState.look_for,
        empty=rx.cond(
            ServicesState.search == "",
            empty_state(
                "truck",
                "No services found",
                "Nothing that is sold looks like postage, a fee or a discount. Search for what you sell to say what "
                "it is.",
            ),
            empty_state("search-x", "Nothing found", "No code and no name of anything that you sell holds this."),
        ),
    )


def _kind(row: Any) -> rx.Component:
    name = rx.cond(row["kind"] == "service", t("A service"), t("A product"))
    undecided = rx.el.span(t("until somebody says"), class_name="quiet")
    return rx.el.div(
        rx.el.span(name), rx.cond((row["decided"] == "") & (row["reason"] != ""), undecided), class_name="who"
    )


def _decision(row: Any) -> rx.Component:
    def choice(kind: str, text: str) -> rx.Component:
        pressed = row["decided"] == kind
        return button(
            text,
            ServicesState.decide(row["product_id"].to(str), kind),
            kind="secondary",
            disabled=pressed,
            custom_attrs={"aria-pressed": rx.cond(pressed, "true", "false")},
        )

    return rx.el.div(choice("service", "A service"), choice("product", "A product"), class_name="row-choices")
