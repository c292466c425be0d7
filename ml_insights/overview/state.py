"""The overview's own state; every card brings its own."""

import asyncio
from dataclasses import asdict

import reflex as rx

from ml_insights.capabilities import capabilities
from ml_insights.core.access import Area, allowed
from ml_insights.core.capability import Card, load
from ml_insights.core.database import reading, transaction
from ml_insights.overview import queries, service
from ml_insights.overview.facts import FirstSteps
from ml_insights.ui.guard import allow, viewer


def cards() -> tuple[Card, ...]:
    """The cards of every capability, lowest capability first."""
    return tuple(card for capability in capabilities() for card in capability.cards)


class OverviewState(rx.State):
    """Which cards the reader may see; and, for admins of a new company, which first steps are done."""

    areas: rx.Field[list[str]] = rx.field(default_factory=list)
    loaded: rx.Field[bool] = rx.field(default=False)
    steps: rx.Field[dict[str, bool]] = rx.field(default_factory=dict)
    done: rx.Field[int] = rx.field(default=0)

    @rx.event
    @allow(Area.OVERVIEW)
    async def load(self):
        """Fill the cards that the reader's role allows."""
        role = viewer(self).role
        mine = [card for card in cards() if allowed(role, card.area)]
        self.areas = sorted({card.area.value for card in mine})
        found = await asyncio.to_thread(_steps) if allowed(role, Area.COMPANY) else None
        self.steps = asdict(found) if found else {}
        self.done = sum(self.steps.values())
        self.loaded = True
        return [load(card.on_load) for card in mine]

    @rx.event
    @allow(Area.COMPANY)
    async def dismiss(self):
        """Put the first steps away for good."""
        await asyncio.to_thread(_dismiss, viewer(self).email)
        self.steps = {}


def _steps() -> FirstSteps | None:
    with reading() as session:
        return queries.first_steps(session)


def _dismiss(actor: str) -> None:
    with transaction() as session:
        service.dismiss_first_steps(session, actor)
