"""The column contracts that files, database mappings and models share.

Names are lower case here; files may write them in any case. Free columns are those that a contract does not name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    DATETIME = "datetime"
    STEP = "step"
    """A date, or a whole number that counts periods."""


class FreeColumns(StrEnum):
    """What a contract does with columns that it does not name."""

    IGNORED = "ignored"
    REGRESSORS = "regressors"
    FEATURES = "features"
    SIGNALS = "signals"
    METRICS = "metrics"


@dataclass(frozen=True)
class Column:
    """One named column. `description` is for the person who maps a file."""

    name: str
    kind: Kind
    required: bool
    description: str
    past: bool = False
    """Whether a time in the future is a mistake."""
    flag: bool = False
    """Whether yes and no may stand for 1 and 0."""
    named: bool = False
    """Whether any other word is the name of what it flags, and so stands for 1; nothing written is 0."""
    lowest: float | None = None
    highest: float | None = None
    """Where a number must lie."""

    @property
    def degrees(self) -> bool:
        """Whether it is a latitude or a longitude."""
        return (self.lowest, self.highest) in ((-90, 90), (-180, 180))


@dataclass(frozen=True)
class Contract:
    """The columns of one file. At least one of `any_of` must be present where it is not empty.

    `instead` names the optional column that can stand in for a required one; it is never assumed, only chosen.
    """

    name: str
    columns: tuple[Column, ...]
    free_columns: FreeColumns = FreeColumns.IGNORED
    any_of: tuple[str, ...] = ()
    instead: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that every file must have."""
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        """The column called `name`. Raises KeyError when the contract does not name it."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def _required(name: str, kind: Kind, description: str) -> Column:
    return Column(name, kind, True, description)


def _optional(name: str, kind: Kind, description: str) -> Column:
    return Column(name, kind, False, description)


ORDERS = Contract(
    "orders",
    (
        _required("order_id", Kind.TEXT, "Number of the order or invoice; the lines of one order share it."),
        Column("ordered_at", Kind.DATETIME, True, "When the order was placed.", past=True),
        _required("product_id", Kind.TEXT, "Code of the product, or SKU."),
        _required("quantity", Kind.NUMBER, "Units sold; negative for a return."),
        _required("unit_price", Kind.NUMBER, "Price of one unit."),
        _optional("customer_id", Kind.TEXT, "Code of the customer; empty for an anonymous sale."),
        _optional("channel", Kind.TEXT, "Where it was sold: shop, web, phone …"),
        _optional("occurrence", Kind.WHOLE, "Which of the equal lines of an order this is, from 0; counted if empty."),
        _optional("total", Kind.NUMBER, "Amount of the line; the price is this divided by the quantity."),
        Column("promotion", Kind.NUMBER, False, "Sold on promotion: yes or no, or its name.", flag=True, named=True),
    ),
    instead={"unit_price": "total"},
)

CUSTOMERS = Contract(
    "customers",
    (
        _required("customer_id", Kind.TEXT, "Code of the customer, as the orders write it."),
        _optional("name", Kind.TEXT, "Name of the person or company."),
        _optional("email", Kind.TEXT, "E-mail address."),
        _optional("phone", Kind.TEXT, "Telephone number."),
        _optional("region", Kind.TEXT, "Region, state or country."),
        _optional("created_at", Kind.DATETIME, "Customer since."),
    ),
)

PRODUCTS = Contract(
    "products",
    (
        _required("product_id", Kind.TEXT, "Code of the product, as the orders write it."),
        _optional("name", Kind.TEXT, "Name of the product."),
        _optional("category", Kind.TEXT, "Category or family."),
        Column("unit_cost", Kind.NUMBER, False, "What one unit costs the company.", lowest=0),
    ),
)

SERIES = Contract(
    "series",
    (
        _required("unique_id", Kind.TEXT, "Which series the row belongs to."),
        _required("ds", Kind.STEP, "The period: a date, or a whole number with a frequency given."),
        _required("y", Kind.NUMBER, "The value to forecast."),
    ),
    FreeColumns.REGRESSORS,
)

PRICES = Contract(
    "prices",
    (
        _required("period", Kind.DATETIME, "First day of the period. Files of `evaluate` may count periods instead."),
        _required("product_id", Kind.TEXT, "Code of the product."),
        Column("price", Kind.NUMBER, True, "Price of one unit in the period.", lowest=0),
        _required("quantity", Kind.NUMBER, "Units sold in the period."),
        _optional("store", Kind.TEXT, "Shop or region."),
        Column("deal", Kind.NUMBER, False, "Share of the discount, or 1 on promotion.", flag=True),
        Column("feat", Kind.NUMBER, False, "1 where the product was featured.", flag=True),
    ),
)

DELIVERIES = Contract(
    "deliveries",
    (
        _required("route_id", Kind.TEXT, "Which trip it was."),
        _required("departed_at", Kind.DATETIME, "When it left."),
        Column("cost", Kind.NUMBER, True, "What the trip cost.", lowest=0),
        Column("distance_km", Kind.NUMBER, False, "Distance driven, km.", lowest=0),
        Column("weight_kg", Kind.NUMBER, False, "Weight carried, kg.", lowest=0),
        _optional("stops", Kind.WHOLE, "Number of stops."),
        _optional("vehicle_type", Kind.TEXT, "Van, truck …"),
    ),
    FreeColumns.FEATURES,
    any_of=("distance_km", "weight_kg"),
)

STOPS = Contract(
    "stops",
    (
        _required("route_id", Kind.TEXT, "Which trip it belongs to."),
        _required("seq", Kind.WHOLE, "Place in the trip, from 0."),
        Column("lat", Kind.NUMBER, True, "Latitude, degrees north.", lowest=-90, highest=90),
        Column("lon", Kind.NUMBER, True, "Longitude, degrees east.", lowest=-180, highest=180),
    ),
)

OUTCOMES = Contract(
    "outcomes",
    (
        _required("unit_id", Kind.TEXT, "Who or what was in the test."),
        _required("variant", Kind.TEXT, "The arm that the unit was in."),
    ),
    FreeColumns.METRICS,
)

ASSETS = Contract(
    "assets",
    (
        _required("asset_id", Kind.TEXT, "Code of the machine or vehicle."),
        _optional("name", Kind.TEXT, "Name of the machine or vehicle."),
        _optional("type", Kind.TEXT, "Kind of machine or vehicle."),
        _optional("model", Kind.TEXT, "Maker's model."),
        _optional("site", Kind.TEXT, "Plant or depot."),
        _optional("commissioned_at", Kind.DATETIME, "In service since."),
        _optional("lat", Kind.NUMBER, "Latitude, degrees north."),
        _optional("lon", Kind.NUMBER, "Longitude, degrees east."),
    ),
)

TELEMETRY = Contract(
    "telemetry",
    (
        _required("asset_id", Kind.TEXT, "Code of the machine or vehicle."),
        _required("at", Kind.DATETIME, "When it was measured."),
    ),
    FreeColumns.SIGNALS,
)

ASSET_EVENTS = Contract(
    "asset_events",
    (
        _required("asset_id", Kind.TEXT, "Code of the machine or vehicle."),
        _required("at", Kind.DATETIME, "When it happened."),
        _required("kind", Kind.TEXT, "failure, maintenance, error, start, stop or alarm."),
        _optional("code", Kind.TEXT, "Code of the event."),
        _optional("detail", Kind.TEXT, "What happened, in words."),
    ),
)

OPERATORS = Contract(
    "operators",
    (
        _required("operator_id", Kind.TEXT, "Code of the person."),
        _optional("name", Kind.TEXT, "Name of the person."),
        _optional("site", Kind.TEXT, "Plant or depot."),
        _optional("lat", Kind.NUMBER, "Latitude, degrees north."),
        _optional("lon", Kind.NUMBER, "Longitude, degrees east."),
        _optional("skills", Kind.TEXT, "Skills, separated by semicolons."),
        _optional("certifications", Kind.TEXT, "Certifications, separated by semicolons."),
    ),
)

TICKETS = Contract(
    "tickets",
    (
        _required("ticket_id", Kind.TEXT, "Number of the ticket."),
        _required("created_at", Kind.DATETIME, "When it was opened."),
        _required("channel", Kind.TEXT, "E-mail, chat, phone …"),
        _required("body", Kind.TEXT, "What the customer wrote."),
        _optional("subject", Kind.TEXT, "Subject line."),
        _optional("customer_id", Kind.TEXT, "Code of the customer."),
        _optional("category", Kind.TEXT, "What it is about."),
        _optional("priority", Kind.TEXT, "How urgent it is."),
        _optional("agent_id", Kind.TEXT, "Who answers it."),
        _optional("resolved_at", Kind.DATETIME, "When it was resolved."),
        _optional("rating", Kind.NUMBER, "The customer's rating."),
    ),
)

CONTRACTS: dict[str, Contract] = {
    contract.name: contract
    for contract in (
        ORDERS,
        CUSTOMERS,
        PRODUCTS,
        SERIES,
        PRICES,
        DELIVERIES,
        STOPS,
        OUTCOMES,
        ASSETS,
        TELEMETRY,
        ASSET_EVENTS,
        OPERATORS,
        TICKETS,
    )
}
