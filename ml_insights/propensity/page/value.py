"""What customers are worth: how that is spread, and each with its interval."""

from typing import Any

import reflex as rx

from ml_insights.propensity.page.customers import buyers_table
from ml_insights.propensity.page.pieces import buyer
from ml_insights.propensity.state.board import PropensityState
from ml_insights.ui.charts import chart
from ml_insights.ui.i18n import date, money, number, percent, t
from ml_insights.ui.parts import card
from ml_insights.ui.table import Column

FIGURES = PropensityState.figures


def value_cards() -> rx.Component:
    """The distribution, then the customers, the most valuable first."""
    return rx.fragment(_spread(), _ranked())


def _spread() -> rx.Component:
    return card(
        chart(PropensityState.bars, t("Customers by lifetime value"), height=220, file_name="lifetime-value"),
        title="Customers by lifetime value",
        subtitle=t("Revenue expected of each within {days} days", days=number(FIGURES["value_days"])),
    )


def _ranked() -> rx.Component:
    columns = (
        Column("label", "Customer", render=buyer),
        Column("value", "Lifetime value", "money", render=lambda row: rx.el.strong(money(row["value"], digits=0))),
        Column("range", "80 % interval", sortable=False, render=_interval),
        Column("revenue_year", "Revenue in the last year", "money", sortable=False, render=_year),
        Column("orders", "Orders so far", "number", sortable=False, hide_on_phone=True),
        Column("chance_30", "Chance in 30 days", "percent", render=lambda row: percent(row["chance_30"])),
        Column("last_day", "Last purchase", "date", render=lambda row: date(row["last_day"])),
    )
    return card(buyers_table(columns, "Customers by lifetime value"))


def _interval(row: Any) -> rx.Component:
    left, width, at = (row[name].to(str) + "%" for name in ("from_share", "width_share", "at_share"))
    bar = rx.el.div(
        rx.el.span(class_name="buyers-range", style={"left": left, "width": width}),
        rx.el.span(class_name="buyers-point", style={"left": at}),
        class_name="buyers-track",
        aria_hidden="true",
    )
    low, high = money(row["value_low"], compact=True), money(row["value_high"], compact=True)
    return rx.el.div(
        bar,
        rx.el.span(t("{low} to {high}", low=low, high=high), class_name="quiet small"),
        class_name="buyers-interval",
    )


def _year(row: Any) -> Any:
    return money(row["revenue_year"], digits=0)
