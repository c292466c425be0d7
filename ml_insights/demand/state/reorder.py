"""The table of reorder suggestions."""

from __future__ import annotations

import asyncio
import math
from dataclasses import asdict
from typing import Any, ClassVar

import reflex as rx

from ml_insights.commerce.tables import Dataset
from ml_insights.core.access import Area, allowed
from ml_insights.core.database import reading
from ml_insights.core.errors import ProductError
from ml_insights.core.exports import exported
from ml_insights.core.listing import Sorting
from ml_insights.demand.facts import ReorderRow
from ml_insights.demand.service import answers
from ml_insights.demand.service.ordering import last_orders
from ml_insights.demand.service.view import LONGEST_LEAD_TIME, reorder_rows
from ml_insights.demand.sheets import reorder_sheet
from ml_insights.ui.exporting import sent
from ml_insights.ui.guard import allow, entered_by, viewer
from ml_insights.ui.listing import ListState

DEFAULT_LEAD_TIME, DEFAULT_SERVICE = 7, "95"
SORTING = Sorting(
    {
        "label": False, "lead_demand": True, "safety_stock": True, "reorder_point": True, "order_up_to": True,
        "quantity": True,
    },
    "quantity",
)  # fmt: skip
SERVICE_LEVELS = ("80", "90", "95", "97.5", "99")


@entered_by(Area.DEMAND)
class ReorderState(ListState, rx.State):
    """One page of products, for a lead time in days and a service level in percent; the address is the series'."""

    sorting: ClassVar[Sorting] = SORTING
    page_size: ClassVar[int] = 10
    sort: rx.Field[str] = rx.field(default=SORTING.first)
    descending: rx.Field[bool] = rx.field(default=SORTING.falls[SORTING.first])
    lead_time: rx.Field[int] = rx.field(default=DEFAULT_LEAD_TIME)
    service: rx.Field[str] = rx.field(default=DEFAULT_SERVICE)
    can_order: rx.Field[bool] = rx.field(default=False)

    @rx.event
    @allow(Area.DEMAND)
    async def load(self):
        """Fill the table."""
        await self._show()

    @rx.event
    @allow(Area.DEMAND)
    async def choose_lead_time(self, days: float | None):
        """Days from order to delivery; what is no number changes nothing."""
        if days is not None and math.isfinite(days):
            self.lead_time = min(max(int(days), 1), LONGEST_LEAD_TIME)
        await self._show()

    @rx.event
    @allow(Area.DEMAND)
    async def choose_service(self, percent: str):
        """How often the stock shall last until the delivery."""
        self.service = percent if percent in SERVICE_LEVELS else self.service
        await self._show()

    @rx.event
    @allow(Area.DEMAND)
    async def export(self, form: str = "csv"):
        """Every product that matches, as a file."""
        sheet = reorder_sheet(await asyncio.to_thread(self._matching), self.lead_time, self.service)
        return sent(await asyncio.to_thread(exported, sheet, form, viewer(self).language))

    def _remember(self) -> None:
        return None

    async def _fill(self, offset: int) -> None:
        try:
            found = await asyncio.to_thread(self._matching)
        except ProductError:
            found = []  # the page says why there is no forecast
        self.total = len(found)
        self.rows = await asyncio.to_thread(_with_orders, found[offset : offset + self.page_size])
        self.can_order = allowed(viewer(self).role, Area.DEMAND_ORDER)

    def _matching(self) -> list[ReorderRow]:
        every = reorder_rows(answers.newest_release(), self.lead_time, float(self.service) / 100)
        words = self.search.lower().split()
        found = [row for row in every if all(word in f"{row.label} {row.key}".lower() for word in words)]
        return sorted(found, key=lambda row: getattr(row, self.sort), reverse=self.descending)


def _with_orders(found: list[ReorderRow]) -> list[dict[str, Any]]:
    """Rows of the table, with who last ordered the product, when and how much; nothing where nobody did."""
    if not found:
        return []
    with reading() as session:
        orders = last_orders(session, Dataset(answers.newest_release().dataset), [row.key for row in found])
    rows = []
    for row in found:
        order = orders.get(row.key)
        told = {
            "order": order.id if order else 0,
            "ordered": order.detail.get("quantity", 0.0) if order else 0.0,
            "ordered_by": order.by if order else "",
            "ordered_name": order.by.partition("@")[0] if order else "",
            "ordered_at": order.at.isoformat() if order else "",
        }
        rows.append(asdict(row) | told)
    return rows
