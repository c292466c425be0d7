"""Machine Learning → ML Insights → Customers: everybody, found by name, segment, region or risk."""

from typing import Any

import reflex as rx

from ml_insights.customers.state.listing import CustomersState
from ml_insights.customers.state.rows import RISKS
from ml_insights.ui.computing import data_until, is_ready, not_ready
from ml_insights.ui.customers import customer_link, segment_name
from ml_insights.ui.i18n import date, percent, t
from ml_insights.ui.listing import list_table
from ml_insights.ui.parts import card, choice, empty_state, page_header, status_badge, tabs_of
from ml_insights.ui.table import Column

ROUTE = "/ml-insights/customers"


def customers() -> rx.Component:
    """The page's content."""
    return rx.fragment(
        page_header("ML Insights", "Every customer, and what is known about each", note=data_until("segments")),
        tabs_of(ROUTE),
        card(_table()),
    )


def _table() -> rx.Component:
    columns = (
        Column("name", "Customer", render=_customer),
        Column("region", "Region", sortable=False, hide_on_phone=True, render=lambda row: _or_dash(row["region"])),
        Column("segment", "Segment", sortable=False, render=_segment),
        Column("recency", "Last purchase", render=_recency),
        Column("orders", "Orders, 12 months", "number"),
        Column("revenue", "Revenue, 12 months", "money"),
        Column("probability", "Risk of leaving", render=_risk),
    )
    return list_table(
        CustomersState,
        columns,
        caption="Customers",
        on_export=CustomersState.export,
        filters=(_segments(), _regions(), _risks()),
        empty=_nobody(),
    )


def _nobody() -> rx.Component:
    asked = (CustomersState.search + CustomersState.segment + CustomersState.region + CustomersState.risk) != ""
    nothing = empty_state("search-x", "Nobody found", "No customer matches. Change the search or the filters.")
    empty = not_ready(
        "segments",
        "users",
        "No customers yet",
        "Customers come from your list of customers, and from orders that name them.",
    )
    return rx.fragment(rx.cond(asked, nothing, empty))


def _segments() -> rx.Component:
    return rx.el.select(
        rx.el.option(t("Every segment"), value=""),
        rx.foreach(CustomersState.segments, lambda one: rx.el.option(one["label"], value=one["value"])),
        value=CustomersState.segment,
        on_change=CustomersState.choose_segment,
        class_name="input select",
        aria_label=t("Segment"),
    )


def _regions() -> rx.Component:
    choices = rx.el.select(
        rx.el.option(t("Every region"), value=""),
        rx.foreach(CustomersState.regions, lambda one: rx.el.option(one, value=one)),
        value=CustomersState.region,
        on_change=CustomersState.choose_region,
        class_name="input select",
        aria_label=t("Region"),
    )
    return rx.cond(CustomersState.regions.length() > 0, choices)


def _risks() -> rx.Component:
    options: list[tuple[Any, Any]] = [("", "Any risk of leaving")]
    options += [(risk.value, t("Risk: {risk}", risk=t(label))) for risk, (label, _) in RISKS.items()]
    choices = choice(options, CustomersState.risk, CustomersState.choose_risk, aria_label="Risk of leaving")
    return rx.cond(CustomersState.sees_risk, choices)


def _customer(row: Any) -> rx.Component:
    return rx.el.div(
        customer_link(row),
        rx.cond(row["name"], rx.el.span(row["customer_id"], class_name="quiet small")),
        class_name="who",
    )


def _segment(row: Any) -> rx.Component:
    return rx.cond(row["segment"], segment_name(row["title"], row["colour"]), rx.el.span("–", class_name="quiet"))


def _recency(row: Any) -> rx.Component:
    none = rx.el.span(rx.cond(is_ready("segments"), t("no purchase yet"), "–"), class_name="quiet")
    return rx.cond(row["segment"], date(row["last_day"]), none)


def _risk(row: Any) -> rx.Component:
    labels = {risk.value: (label, colour) for risk, (label, colour) in RISKS.items()}
    shown = rx.el.span(
        status_badge(row["risk"], labels), rx.el.span(percent(row["probability"]), class_name="quiet"),
        class_name="with-icon",
    )  # fmt: skip
    return rx.cond(row["risk"] != "", shown, rx.el.span("–", class_name="quiet"))


def _or_dash(value: Any) -> rx.Component:
    return rx.cond(value, rx.el.span(value), rx.el.span("–", class_name="quiet"))
