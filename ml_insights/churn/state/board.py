"""The page as a whole: its figures, which view is shown, and what the reader may do."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.churn import queries
from ml_insights.churn.facts import Headline, Owner
from ml_insights.churn.proofs import at_risk_proof
from ml_insights.churn.state import rows
from ml_insights.churn.state.address import ALERTS, CUSTOMERS, VIEWS, asked
from ml_insights.churn.state.alerts import AlertsState
from ml_insights.churn.state.customers import FILE, ScoresState
from ml_insights.churn.state.sheet import AlertState
from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area, allowed
from ml_insights.core.company import company
from ml_insights.core.database import reading
from ml_insights.ui.address import remember
from ml_insights.ui.arrival import forgets
from ml_insights.ui.exporting import fetched
from ml_insights.ui.guard import allow, viewer

SMALLEST = 1e-9
"""Revenue at risk from which on there is any: nobody without is counted, even where contacts cost nothing."""


@forgets("phase")
class ChurnState(rx.State):
    """Figures and rights; `phase` is loading, ready or empty."""

    phase: rx.Field[str] = rx.field(default="loading")
    view: rx.Field[str] = rx.field(default=ALERTS)
    figures: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    proof: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    curve: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    best: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    owners: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)
    can_work: rx.Field[bool] = rx.field(default=False)
    can_rule: rx.Field[bool] = rx.field(default=False)

    @rx.event
    @allow(Area.CHURN)
    async def load(self):
        """On arriving, show what the address asks for; later, what the reader has chosen since."""
        person = viewer(self)
        self.can_work = allowed(person.role, Area.CHURN_WORK)
        self.can_rule = allowed(person.role, Area.CHURN_RULES)
        arriving = self.phase == "loading"
        query = self.router.url.query_parameters
        wanted = asked(query)
        if arriving:
            self.view = wanted.view
            (await self.get_state(AlertsState))._arrive(query, wanted)
        await self._look()
        return AlertState.open(wanted.alert) if arriving and wanted.alert else None

    @rx.event
    @allow(Area.CHURN)
    async def show(self, view: str):
        """Alerts, every customer, or what contacting pays."""
        self.view = view if view in VIEWS else ALERTS
        await self._list()
        return remember(view="" if self.view == ALERTS else self.view)

    @rx.event
    @allow(Area.CHURN)
    async def refresh(self):
        """Show it all anew, after something has changed."""
        await self._look()

    @rx.event
    @allow(Area.CHURN)
    async def count_again(self):
        """Only the figures."""
        await self._count()

    @rx.event
    @allow(Area.CHURN)
    def export_at_risk(self, form: str = "csv"):
        """The customers who are counted as at risk, as a file that the API writes."""
        if not self.figures:
            return None
        return fetched(FILE, form, least=max(float(self.figures["least"]), SMALLEST))

    async def _look(self) -> None:
        """Figures and list in one answer: a second one would come later than the first."""
        await self._count()
        if self.phase == "ready":
            await self._list()

    async def _list(self) -> None:
        await (await self.get_state(ScoresState if self.view == CUSTOMERS else AlertsState))._show()

    async def _count(self) -> None:
        found, people = await asyncio.to_thread(_read)
        self.owners = [{"value": str(owner.user_id), "label": owner.name} for owner in people]
        if found is None:
            self.phase = "empty"
            return
        self.figures, self.curve, self.best = (
            rows.headline_row(found, viewer(self).language),
            rows.profit_figure(found),
            rows.best_count(found),
        )
        self.proof = at_risk_proof(found, company().timezone).shown()
        self.phase = "ready"


def _read() -> tuple[Headline | None, list[Owner]]:
    with reading() as session:
        dataset = active_dataset(session)
        return queries.headline(session, dataset), queries.owners(session, dataset)
