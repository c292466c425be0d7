"""The imports of the past."""

from typing import Any

import reflex as rx

from ml_insights.sources.page.look import download_refused
from ml_insights.sources.state import HistoryState
from ml_insights.ui.i18n import number, t
from ml_insights.ui.parts import button, card, empty_state, status_badge
from ml_insights.ui.table import Column, data_table

STATUS = {"done": ("Imported", "green"), "failed": ("Failed", "red")}
KINDS = {"orders": "Orders", "customers": "Customers", "products": "Products"}


def history_card() -> rx.Component:
    """Who imported what, when, and how much of it was new."""
    return card(
        data_table(
            [
                Column("at", "When", "datetime", sortable=False),
                Column("file", "File", sortable=False),
                Column("contract", "Rows", render=_kind, sortable=False),
                Column("status", "Status", render=lambda row: status_badge(row["status"], STATUS), sortable=False),
                Column("added", "Added", "number", sortable=False),
                Column("refused", "Refused", render=_refused, kind="number", sortable=False),
                Column("actor", "By", sortable=False, hide_on_phone=True),
            ],
            HistoryState.rows,
            caption="Imports",
            total=HistoryState.total,
            page=HistoryState.page,
            page_size=10,
            on_page=HistoryState.turn,
            empty=empty_state("history", "No imports yet", "Every file that is imported is listed here."),
        ),
        title="Imports so far",
    )


def _kind(row: Any) -> Any:
    return rx.match(row["contract"], *[(key, t(label)) for key, label in KINDS.items()], row["contract"].to(str))


def _refused(row: Any) -> Any:
    download = button(
        number(row["refused"]), download_refused(row["id"]), kind="ghost", title="Download the refused rows"
    )
    return rx.cond(row["refused"].to(int) > 0, download, "0")
