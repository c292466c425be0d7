"""One customer: who they are, how they are doing, what is foretold, what happened, and what to do."""

from typing import Any

import reflex as rx

from ml_insights.customers.page.figures import headline
from ml_insights.customers.page.foretold import churn_card, outlook_card, segment_card
from ml_insights.customers.page.history import products_card, timeline_card
from ml_insights.customers.state.customer import CustomerState
from ml_insights.ui.charts import chart
from ml_insights.ui.computing import data_until
from ml_insights.ui.customers import segment_name
from ml_insights.ui.i18n import date, t
from ml_insights.ui.parts import card, empty_state, icon, link, link_button, loading, page_header

STACK = {"display": "flex", "flex_direction": "column", "gap": "16px", "min_width": "0"}
LIST = "/ml-insights/customers"


def customer() -> rx.Component:
    """The page's content."""
    return rx.fragment(
        rx.el.div(
            link(icon("arrow-left", 14), rx.el.span(t("All customers")), href=LIST, class_name="back-link"),
            page_header(_name(), _who(), *_actions(), note=data_until("segments")),
        ),
        rx.el.div(_body(), style=STACK),
    )


def _name() -> rx.Var[str]:
    return rx.cond(CustomerState.phase == "ready", CustomerState.head["name"].to(str), t("Customer")).to(str)


def _who() -> rx.Var[str]:
    head = CustomerState.head
    since = rx.cond(head["since"], t("customer since {day}", day=date(head["since"])), t("no purchase yet"))
    region = rx.cond(head["region"], head["region"].to(str) + " · ", "")
    number = rx.cond(head["named"], head["customer_id"].to(str) + " · ", "")
    return rx.cond(CustomerState.phase == "ready", number.to(str) + region.to(str) + since.to(str), "").to(str)


def _actions() -> tuple[rx.Component, ...]:
    head, churn = CustomerState.head, CustomerState.churn
    shown = CustomerState.phase == "ready"
    alert = "/ml-insights/churn?alert=" + churn["alert"].to(str)
    work = link_button("Work the churn alert", alert, icon_name="bell-ring")
    mail = _outside("Write", "mailto:" + head["email"].to(str), "mail")
    call = _outside("Call", "tel:" + head["phone"].to(str), "phone")
    return (
        rx.cond(shown & (head["phone"] != ""), call),
        rx.cond(shown & (head["email"] != ""), mail),
        rx.cond(shown & CustomerState.may_work & (churn["alert"].to(int) > 0), work),
    )


def _outside(text: str, href: Any, icon_name: str) -> rx.Component:
    return rx.el.a(icon(icon_name), t(text), href=href, class_name="button button-secondary")


def _body() -> Any:
    return rx.match(CustomerState.phase, ("ready", _ready()), ("missing", _missing()), _waiting())


def _ready() -> rx.Component:
    return rx.el.div(
        headline(),
        rx.el.div(_revenue(), churn_card(), class_name="customer-columns"),
        rx.el.div(
            timeline_card(),
            rx.el.div(outlook_card(), segment_card(), products_card(), style=STACK),
            class_name="customer-columns",
        ),
        style=STACK,
    )


def _revenue() -> rx.Component:
    head = CustomerState.head
    tags = rx.cond(
        CustomerState.segment["title"],
        segment_name(CustomerState.segment["title"], CustomerState.segment["colour"]),
    )
    return card(
        chart(
            CustomerState.figure,
            "Revenue by month",
            summary=CustomerState.summary,
            height=320,
            file_name="customer-revenue",
        ),
        title="Revenue by month",
        subtitle=t("Net of returns, until {day}", day=date(head["until"])),
        actions=rx.fragment(tags),
    )


def _missing() -> rx.Component:
    return card(
        empty_state(
            "user-x",
            "No such customer",
            CustomerState.error,
            link_button("All customers", LIST, icon_name="users"),
        )
    )


def _waiting() -> rx.Component:
    return rx.el.div(loading("cards"), card(loading("chart")), card(loading("table")), style=STACK)
