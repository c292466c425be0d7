"""The overview's card: who moved between segments this month."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.segments import queries
from ml_insights.segments.facts import GroupFact, MoveFact, ReleaseFact
from ml_insights.segments.state import rows
from ml_insights.ui.guard import allow, viewer

MOST = 4
"""Movements that are named."""


class SegmentsCardState(rx.State):
    """Sizes, and the biggest movements; `phase` is loading, ready or empty."""

    phase: rx.Field[str] = rx.field(default="loading")
    before: rx.Field[str] = rx.field(default="")
    segments: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    moves: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    moved: rx.Field[int] = rx.field(default=0)

    @rx.event
    @allow(Area.SEGMENTS)
    async def load(self):
        """Read this month's movements."""
        found = await asyncio.to_thread(_read)
        if found is None:
            self.phase = "empty"
            return
        release, groups, moves = found
        language = viewer(self).language
        self.before = release.before.isoformat()
        self.segments = rows.card_rows(groups, release, language)
        changed = [move for move in moves if move.came_from and move.came_from != move.went_to]
        self.moved = sum(move.customers for move in changed)
        biggest = sorted(changed, key=lambda move: -move.customers)[:MOST]
        self.moves = rows.move_rows(biggest, groups, language)
        self.phase = "ready"


def _read() -> tuple[ReleaseFact, list[GroupFact], list[MoveFact]] | None:
    with reading() as session:
        release = queries.current_release(session, active_dataset(session))
        if release is None:
            return None
        return release, queries.groups(session, release.id), queries.moves(session, release.id, release.as_of)
