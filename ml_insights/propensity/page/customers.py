"""Every scored customer."""

from typing import Any

import reflex as rx

from ml_insights.propensity.page.pieces import basket, buyer, chance, expected_day, told
from ml_insights.propensity.state.customers import BuyersState
from ml_insights.ui.i18n import date, money
from ml_insights.ui.listing import list_table
from ml_insights.ui.parts import card
from ml_insights.ui.table import Column


def customers_card() -> rx.Component:
    """Who buys next, the highest expected revenue first."""
    columns = (
        Column("label", "Customer", render=buyer),
        Column("chance_7", "Chance in 7 days", render=chance),
        Column("revenue_7", "Expected this week", "money", render=lambda row: money(row["revenue_7"], digits=0)),
        Column("next_day", "Expected", render=expected_day),
        Column("basket", "Basket", "money", render=basket),
        Column("products", "Likely products", sortable=False, render=lambda row: told(row["products"])),
        Column("last_day", "Last purchase", "date", render=lambda row: date(row["last_day"])),
    )
    return card(buyers_table(columns, "Scored customers"))


def buyers_table(columns: Any, caption: str) -> rx.Component:
    """The page of customers under these columns."""
    return list_table(
        BuyersState,
        columns,
        caption=caption,
        on_export=BuyersState.export,
    )
