"""Marking a product as ordered: the decision that the ledger keeps beside the prediction."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import N_, gettext
from ml_insights.demand.errors import OrderedMeanwhile
from ml_insights.demand.service.ordering import mark_ordered
from ml_insights.demand.state.reorder import ReorderState
from ml_insights.ui.guard import allow, viewer


class OrderingState(rx.State):
    """The product that is about to be marked as ordered, and how much of it; the last order that the reader knows."""

    key: rx.Field[str] = rx.field(default="")
    label: rx.Field[str] = rx.field(default="")
    quantity: rx.Field[str] = rx.field(default="")
    error: rx.Field[str] = rx.field(default="")
    last_order: rx.Field[int] = rx.field(default=0)

    @rx.event
    @allow(Area.DEMAND_ORDER)
    def ask(self, key: str, label: str, quantity: float, last_order: int):
        """Ask how much was ordered; what is suggested stands there already."""
        self.key, self.label, self.quantity, self.error = key, label, f"{quantity:.0f}", ""
        self.last_order = int(last_order)

    @rx.event
    @allow(Area.DEMAND_ORDER)
    def leave(self):
        """Order nothing."""
        self.key, self.error = "", ""

    @rx.event
    @allow(Area.DEMAND_ORDER)
    async def confirm(self, form: dict[str, Any]):
        """Record the order under the reader's name."""
        acting, key, label = viewer(self), self.key, self.label
        if not key:  # confirmed already: a second click records nothing
            return
        days = (await self.get_state(ReorderState)).lead_time
        self.key, typed = "", str(form.get("quantity", ""))
        try:
            await asyncio.to_thread(_order, key, typed, acting.email, days, self.last_order)
        except OrderedMeanwhile as error:
            self.key, self.quantity, self.error = key, typed, error.message(acting.language)
            self.last_order = error.values["order"]
            yield ReorderState.load
            return
        except ProductError as error:
            self.key, self.error = key, error.message(acting.language)
            return
        yield rx.toast.success(gettext(N_("{product} is marked as ordered."), acting.language, product=label))
        yield ReorderState.load


def _order(product: str, quantity: str, actor: str, lead_time: int, seen: int) -> None:
    try:
        amount = float(quantity.replace(",", "."))
    except ValueError:
        amount = float("nan")
    with transaction() as session:
        mark_ordered(session, active_dataset(session), product, amount, actor, lead_time, seen=seen)
