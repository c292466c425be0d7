"""What people call the contracts and their columns, wherever they are shown."""

from __future__ import annotations

from ml_insights.core.i18n import N_, gettext

_ORDERED = N_("Date")
_PRODUCT = N_("Product")
_QUANTITY = N_("Quantity")
_CUSTOMER = N_("Customer")
_NAME = N_("Name")
_ROUTE = N_("Route")

COLUMN_TITLES: dict[str, dict[str, str]] = {
    "orders": {
        "order_id": N_("Order number"),
        "ordered_at": _ORDERED,
        "product_id": _PRODUCT,
        "quantity": _QUANTITY,
        "unit_price": N_("Unit price"),
        "customer_id": _CUSTOMER,
        "channel": N_("Sales channel"),
        "occurrence": N_("Number among equal lines"),
        "total": N_("Amount of the line"),
        "discount": N_("Discount"),
        "promotion": N_("Promotion"),
    },
    "customers": {
        "customer_id": _CUSTOMER,
        "name": _NAME,
        "email": N_("E-mail"),
        "phone": N_("Telephone"),
        "region": N_("Region"),
        "created_at": N_("Customer since"),
    },
    "products": {
        "product_id": _PRODUCT,
        "name": _NAME,
        "category": N_("Category"),
        "unit_cost": N_("Unit cost"),
    },
    "prices": {
        "period": N_("Period"),
        "product_id": _PRODUCT,
        "price": N_("Price"),
        "quantity": _QUANTITY,
        "store": N_("Shop"),
        "deal": N_("Promotion"),
        "feat": N_("Featured"),
    },
    "deliveries": {
        "route_id": _ROUTE,
        "departed_at": N_("Departure"),
        "cost": N_("Cost"),
        "distance_km": N_("Distance (km)"),
        "weight_kg": N_("Weight (kg)"),
        "stops": N_("Stops"),
        "vehicle_type": N_("Vehicle"),
    },
    "stops": {
        "route_id": _ROUTE,
        "seq": N_("Place in the trip"),
        "lat": N_("Latitude"),
        "lon": N_("Longitude"),
    },
}
"""Contract → column → title, for every contract that files can bring."""


def column_title(contract: str, column: str, language: str) -> str:
    """The title of a column; its own name where a contract is not brought by files."""
    return gettext(COLUMN_TITLES.get(contract, {}).get(column, column), language)


_OTHERS = {"command line": N_("the command line"), "supabase": "Supabase"}
_KEY = "api-key:"


def who(actor: str, language: str) -> str:
    """Whoever acted, as a person says it: people by the name or address that they are known by."""
    if actor.startswith(_KEY):
        return gettext(N_("API key {number}"), language, number=actor.removeprefix(_KEY))
    return gettext(_OTHERS[actor], language) if actor in _OTHERS else actor


def contract_titles() -> dict[str, str]:
    """Contract → what its rows are called, for every contract that files can bring."""
    from ml_insights.capabilities import capabilities

    return {target.contract: target.title for part in capabilities() for target in part.imports}


def contract_title(contract: str, language: str) -> str:
    """What rows of `contract` are called."""
    return gettext(contract_titles().get(contract, contract), language)
