"""Data → Demo company: what it is, how much of it there is, and the one click that removes it."""

import reflex as rx

from ml_insights.commerce.state import SHOWN, DemoState
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
