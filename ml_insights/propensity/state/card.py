"""The overview's card: what this week should bring, and who is first on the list."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.propensity.state import rows
from ml_insights.propensity.state.board import read_board
from ml_insights.ui.guard import allow, viewer

SHOWN = 4


class PropensityCardState(rx.State):
    """Figures and the first of the list; `phase` is loading, ready or empty."""

    phase: rx.Field[str] = rx.field(default="loading")
    figures: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    picks: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)

    @rx.event
    @allow(Area.PROPENSITY)
    async def load(self):
        """Read this week's list."""
        language = viewer(self).language
        found = await asyncio.to_thread(read_board)
        if found is None:
            self.phase = "empty"
            return
        self.figures = rows.figures(found)
        waiting = [pick for pick in found.picks if pick.mark.value == "open"]
        self.picks = [rows.pick_row(pick, language) for pick in waiting[:SHOWN]]
        self.phase = "ready"
