"""Every scored customer."""

from typing import Any

import reflex as rx

from ml_insights.churn.page.pieces import alert_status, risk
from ml_insights.churn.state.customers import ScoresState
from ml_insights.churn.state.sheet import AlertState
from ml_insights.ui.customers import customer_link
from ml_insights.ui.i18n import date, money, t
from ml_insights.ui.listing import list_table
from ml_insights.ui.parts import card
from ml_insights.ui.table import Column


def customers_card() -> rx.Component:
    """Who may leave, the most revenue at risk first."""
    columns = (
        Column("label", "Customer", render=_customer),
        Column("probability", "May leave", "percent", render=lambda row: risk(row["probability"])),
        Column("at_risk", "Revenue at risk", "money", render=lambda row: money(row["at_risk"], digits=0)),
        Column("revenue_year", "Revenue in a year", "money", render=lambda row: money(row["revenue_year"], digits=0)),
        Column("last_day", "Last purchase", "date", render=lambda row: date(row["last_day"])),
        Column("reasons", "Why", sortable=False, render=_why),
        Column("alert", "Alert", sortable=False, render=_alert),
    )
    table = list_table(
        ScoresState,
        columns,
        caption="Scored customers",
        on_export=ScoresState.export,
    )
    return card(table)


def _customer(row: Any) -> rx.Component:
    return rx.el.div(
        customer_link(row),
        rx.cond(row["name"], rx.el.span(row["customer_id"], class_name="quiet small")),
        class_name="who",
    )


def _why(row: Any) -> rx.Component:
    return rx.cond(
        row["reasons"] != "", rx.el.span(row["reasons"], class_name="churn-why"), rx.el.span("–", class_name="quiet")
    )


def _alert(row: Any) -> rx.Component:
    opener = rx.el.button(
        alert_status(row["status"]),
        type="button",
        class_name="job-name",
        on_click=AlertState.open(row["alert"]),
        aria_label=t("Open the alert of {customer}", customer=row["label"]),
    )
    return rx.cond(row["alert"].to(int) > 0, opener, rx.el.span("–", class_name="quiet"))
