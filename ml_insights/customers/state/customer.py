"""One customer: ?id=…"""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area, allowed
from ml_insights.core.company import company
from ml_insights.core.database import reading
from ml_insights.core.exports import ExportFile, exported
from ml_insights.customers.errors import UnknownCustomer
from ml_insights.customers.facts import CustomerView, EntryKind
from ml_insights.customers.proofs import Figure, orders_in, proofs_of
from ml_insights.customers.queries.orders import lines_of
from ml_insights.customers.service.gathering import view
from ml_insights.customers.sheets import lines_sheet, timeline_sheet
from ml_insights.customers.state import rows
from ml_insights.segments.policy import colours
from ml_insights.segments.queries import current_release, groups
from ml_insights.ui.arrival import forgets
from ml_insights.ui.exporting import sent
from ml_insights.ui.guard import allow, viewer

PAGE = 15
EVERY = ""
"""The filter that lets every kind of line through."""


@forgets("phase", "kind", "shown")
class CustomerState(rx.State):
    """What the page shows; `phase` is loading, ready or missing."""

    phase: rx.Field[str] = rx.field(default="loading")
    error: rx.Field[str] = rx.field(default="")
    head: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    figure: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    summary: rx.Field[str] = rx.field(default="")
    segment: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    churn: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    outlook: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    products: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    entries: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    total: rx.Field[int] = rx.field(default=0)
    kind: rx.Field[str] = rx.field(default=EVERY)
    shown: rx.Field[int] = rx.field(default=PAGE)
    proofs: rx.Field[dict[str, dict[str, Any]]] = rx.field(default_factory=dict)
    may_work: rx.Field[bool] = rx.field(default=False)

    @rx.event
    @allow(Area.CUSTOMERS)
    async def load(self):
        """Show the customer that the address names."""
        await self._show()

    @rx.event
    @allow(Area.CUSTOMERS)
    async def choose_kind(self, kind: str):
        """Only lines of a kind."""
        self.kind, self.shown = kind if kind in set(EntryKind) else EVERY, PAGE
        await self._show()

    @rx.event
    @allow(Area.CUSTOMERS)
    async def show_more(self):
        """More of the past."""
        self.shown += 2 * PAGE
        await self._show()

    @rx.event
    @allow(Area.CUSTOMERS)
    async def export(self, form: str = "csv"):
        """The whole timeline as a file."""
        language, customer_id = viewer(self).language, self._customer()
        found, _ = await asyncio.to_thread(_read, customer_id, self._areas())
        sheet = timeline_sheet(customer_id, rows.entry_rows(found.timeline, language))
        return sent(await asyncio.to_thread(exported, sheet, form, language))

    @rx.event
    @allow(Area.CUSTOMERS)
    async def export_lines(self, figure: str, form: str = "csv"):
        """The order lines that a headline figure is made from, as a file."""
        if figure not in set(Figure):
            return None
        customer_id, areas, language = self._customer(), self._areas(), viewer(self).language
        return sent(await asyncio.to_thread(_export_lines, customer_id, areas, Figure(figure), form, language))

    async def _show(self) -> None:
        language = viewer(self).language
        try:
            found, painted = await asyncio.to_thread(_read, self._customer(), self._areas())
        except UnknownCustomer as error:
            self.phase, self.error = "missing", error.message(language)
            return
        self.head = rows.head_row(found)
        self.figure, self.summary = rows.month_figure(found), rows.month_summary(found, language)
        self.segment = rows.segment_row(found.segment, painted, language)
        self.churn = rows.churn_row(found.churn, language)
        self.outlook = rows.outlook_row(found.outlook, language)
        self.products = rows.product_rows(found)
        proofs = proofs_of(found, company().zone)
        self.proofs = {figure.value: proof.shown() for figure, proof in proofs.items()}
        wanted = [entry for entry in found.timeline if self.kind in (EVERY, entry.kind.value)]
        self.total = len(wanted)
        self.entries = rows.entry_rows(wanted[: self.shown], language)
        self.may_work = allowed(viewer(self).role, Area.CHURN_WORK)
        self.phase = "ready"

    def _customer(self) -> str:
        return self.router.url.query_parameters.get("id", "")[:300]

    def _areas(self) -> frozenset[Area]:
        return frozenset(area for area in Area if allowed(viewer(self).role, area))


def _read(customer_id: str, areas: frozenset[Area]) -> tuple[CustomerView, dict[str, str]]:
    with reading() as session:
        dataset = active_dataset(session)
        release = current_release(session, dataset)
        names = [group.segment for group in groups(session, release.id)] if release else []
        return view(session, dataset, customer_id, company().zone, areas), colours(names)


def _export_lines(customer_id: str, areas: frozenset[Area], figure: Figure, form: str, language: str) -> ExportFile:
    zone = company().zone
    with reading() as session:
        dataset = active_dataset(session)
        orders = orders_in(view(session, dataset, customer_id, zone, areas), figure, zone)
        lines = lines_of(session, dataset, customer_id, {order.order_id for order in orders})
    return exported(lines_sheet(customer_id, figure.value, lines), form, language)
