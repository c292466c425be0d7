"""The overview's own state; every card brings its own."""

import reflex as rx

from ml_insights.capabilities import capabilities
from ml_insights.core.access import Area, allowed
from ml_insights.core.capability import Card, load
from ml_insights.ui.guard import allow, viewer


def cards() -> tuple[Card, ...]:
    """The cards of every capability, lowest capability first."""
    return tuple(card for capability in capabilities() for card in capability.cards)


class OverviewState(rx.State):
    """Which cards the reader may see."""

    areas: rx.Field[list[str]] = rx.field(default_factory=list)
    loaded: rx.Field[bool] = rx.field(default=False)

    @rx.event
    @allow(Area.OVERVIEW)
    def load(self):
        """Fill the cards that the reader's role allows."""
        role = viewer(self).role
        mine = [card for card in cards() if allowed(role, card.area)]
        self.areas = sorted({card.area.value for card in mine})
        self.loaded = True
        return [load(card.on_load) for card in mine]
