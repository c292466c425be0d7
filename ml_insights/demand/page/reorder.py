"""What to order, when."""

from typing import Any

import reflex as rx

from ml_insights.demand.service.view import LONGEST_LEAD_TIME, REVIEW_PERIOD
from ml_insights.demand.state.ordering import OrderingState
from ml_insights.demand.state.points import PointsState
from ml_insights.demand.state.reorder import SERVICE_LEVELS, ReorderState
from ml_insights.demand.state.series import DemandState
from ml_insights.ui.i18n import number, relative_time, t
from ml_insights.ui.listing import list_table
from ml_insights.ui.parts import button, card, choice, empty_state, field, loading, text_input
from ml_insights.ui.table import Column

INPUTS = {"display": "flex", "gap": "12px", "flex_wrap": "wrap"}


def reorder_card() -> rx.Component:
    """Reorder point, safety stock and quantity of every product."""
    return card(
        rx.cond(OrderingState.key != "", _order_form()),
        rx.cond(ReorderState.loaded, _table(), loading("table")),
        title="Reorder suggestions",
        subtitle=t(
            "Order when stock on hand and on order falls to the reorder point. From the forecast's bands, looking at "
            "the stock every {days} days.",
            days=REVIEW_PERIOD,
        ),
        actions=_inputs(),
    )


def _inputs() -> rx.Component:
    lead_time = text_input(
        type="number",
        min=1,
        max=LONGEST_LEAD_TIME,
        default_value=ReorderState.lead_time.to_string(),
        key=ReorderState.lead_time.to_string(),
        on_blur=ReorderState.choose_lead_time,
        style={"width": "96px"},
    )
    levels = [(level, rx.Var.create(f"{level} %")) for level in SERVICE_LEVELS]
    service = choice(levels, ReorderState.service, ReorderState.choose_service)
    return rx.el.div(field("Lead time, days", lead_time), field("Service level", service), style=INPUTS)


def _table() -> rx.Component:
    columns = (
        Column("label", "Product", render=_product),
        Column("lead_demand", "Expected in lead time", "number"),
        Column("safety_stock", "Safety stock", "number"),
        Column("reorder_point", "Reorder point", "number"),
        Column("order_up_to", "Order up to", "number", hide_on_phone=True),
        Column("quantity", "Order quantity", "number"),
        Column("ordered", "Ordered", sortable=False, render=_ordered),
    )
    nothing = empty_state(
        "package-search", "No product to order", "No product matches, or none has a band to order by."
    )
    return list_table(
        ReorderState,
        columns,
        caption="Reorder suggestions",
        on_export=ReorderState.export,
        empty=nothing,
    )


def _order_form() -> rx.Component:
    quantity = text_input(
        type="number", name="quantity", min=1, step="any", required=True, auto_focus=True,
        default_value=OrderingState.quantity, key=OrderingState.key, style={"max_width": "200px"},
    )  # fmt: skip
    return rx.el.form(
        field(t("Ordered of {product}, pieces", product=OrderingState.label), quantity, error=OrderingState.error),
        rx.el.div(
            button("Mark as ordered", type="submit", icon_name="check"),
            button("Cancel", OrderingState.leave, kind="secondary"),
            class_name="form-actions",
        ),
        on_submit=OrderingState.confirm,
        class_name="form",
        style={"margin_bottom": "20px"},
    )


def _ordered(row: Any) -> rx.Component:
    """Who ordered the product last, and the button for those who may."""
    when = relative_time(row["ordered_at"])
    said = t("{quantity} by {person}, {when}", quantity=number(row["ordered"]), person=row["ordered_name"], when=when)
    ask = OrderingState.ask(row["key"], row["label"], row["quantity"], row["order"])
    return rx.el.div(
        rx.cond(row["ordered_by"] != "", rx.el.span(said, class_name="quiet", title=row["ordered_by"])),
        rx.cond(ReorderState.can_order, button("Mark as ordered", ask, kind="ghost")),
        style={
            "display": "flex",
            "flex_wrap": "wrap",
            "gap": "4px 8px",
            "align_items": "center",
            "justify_content": "flex-end",
        },
    )


def _product(row: Any) -> rx.Component:
    return rx.el.button(
        row["label"],
        type="button",
        on_click=[DemandState.choose_series("product/" + row["key"].to(str)), PointsState.follow],
        title=row["key"],
        style={"all": "unset", "cursor": "pointer", "text_decoration": "underline", "text_underline_offset": "3px",
               "text_decoration_color": "var(--hairline)"},
    )  # fmt: skip
