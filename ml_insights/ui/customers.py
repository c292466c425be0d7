"""How every page names a customer: a link to the page that gathers everything about them."""

from typing import Any

import reflex as rx

from ml_insights.ui.parts import link


def customer_link(row: Any) -> rx.Component:
    """The customer of a row, by name where one is known, leading to the customer's page.

    The row has `customer_id`, `name` (or None) and `address`, which is `core.addresses.customer_address`.
    """
    return link(rx.cond(row["name"], row["name"], row["customer_id"]).to(str), href=row["address"].to(str))


def segment_name(title: Any, colour: Any) -> rx.Component:
    """A segment's name after a dot of its colour in the charts' palette (Vars)."""
    return rx.el.span(rx.el.span(class_name="dot paint-" + colour.to(str)), title.to(str), class_name="badge")
