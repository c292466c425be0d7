"""How every page names a customer: a link to the page that gathers everything about them."""

from typing import Any

import reflex as rx

from ml_insights.ui.parts import link


def customer_link(row: Any) -> rx.Component:
    """The customer of a row, by name where one is known, leading to the customer's page.

    The row has `customer_id`, `name` (or None) and `address`, which is `core.addresses.customer_address`.
    """
    return link(rx.cond(row["name"], row["name"], row["customer_id"]).to(str), href=row["address"].to(str))
