"""Addresses of pages that lower slices point to without knowing the slice that owns them."""

from urllib.parse import quote

CUSTOMER_ROUTE = "/ml-insights/customer"


def customer_address(customer_id: str) -> str:
    """The page that gathers everything about a customer."""
    return f"{CUSTOMER_ROUTE}?id={quote(customer_id, safe='')}"
