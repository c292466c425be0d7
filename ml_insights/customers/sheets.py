"""What leaves the product about customers: the list of them, and what happened with one."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ml_insights.core.i18n import N_
from ml_insights.core.sheets import Column, Kind, Sheet, picked
from ml_insights.customers.facts import EntryKind, LineFact, ListRow
from ml_insights.segments.sheets import TITLES

KINDS = {
    EntryKind.ORDER.value: N_("Orders"),
    EntryKind.ALERT.value: N_("Alerts"),
    EntryKind.PREDICTION.value: N_("Predictions"),
    EntryKind.DECISION.value: N_("Decisions"),
    EntryKind.SEGMENT.value: N_("Segment changes"),
}
LIST = (
    Column("customer_id", N_("Customer number")),
    Column("name", N_("Customer")),
    Column("region", N_("Region")),
    Column("segment", N_("Segment"), words=TITLES),
    Column("recency", N_("Days since the last purchase"), Kind.NUMBER),
    Column("orders", N_("Orders, 12 months"), Kind.NUMBER),
    Column("revenue", N_("Revenue, 12 months"), Kind.MONEY),
    Column("probability", N_("Risk of leaving"), Kind.SHARE),
    Column("at_risk", N_("Revenue at risk"), Kind.MONEY),
)
LINES = (
    Column("order_id", N_("Order number")),
    Column("at", N_("Time"), Kind.MOMENT),
    Column("product_id", N_("Product number")),
    Column("product", N_("Product")),
    Column("quantity", N_("Units"), Kind.NUMBER),
    Column("unit_price", N_("Price"), Kind.MONEY),
    Column("amount", N_("Amount"), Kind.MONEY),
)
TIMELINE = (
    Column("at", N_("Time"), Kind.MOMENT),
    Column("kind", N_("Kind"), words=KINDS),
    Column("text", N_("What happened")),
    Column("detail", N_("Detail")),
    Column("by", N_("By")),
)


def list_sheet(found: Iterable[ListRow]) -> Sheet:
    """The customers that match."""
    return Sheet("customers", N_("Customers"), LIST, picked(LIST, found))


def timeline_sheet(customer_id: str, told: Iterable[Mapping[str, Any]]) -> Sheet:
    """What happened with one customer; `told` are the page's own lines, in words."""
    lines = ((datetime.fromisoformat(one["at"]), one["kind"], one["text"], one["detail"], one["actor"]) for one in told)
    return Sheet(f"customer-timeline-{customer_id}", N_("What happened"), TIMELINE, lines)


def lines_sheet(customer_id: str, figure: str, found: Iterable[LineFact]) -> Sheet:
    """The order lines that a figure of a customer is made from."""
    return Sheet(f"customer-{figure}-{customer_id}", N_("Order lines"), LINES, picked(LINES, found))
