"""The overview's card: revenue at risk, and the alerts that wait."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.churn import queries
from ml_insights.churn.facts import AlertFact, AlertFilter, Headline
from ml_insights.churn.state.rows import alert_row, headline_row
from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.ui.guard import allow, viewer

SHOWN = 3


class ChurnCardState(rx.State):
    """Figures and the most pressing alerts; `phase` is loading, ready or empty."""

    phase: rx.Field[str] = rx.field(default="loading")
    figures: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)

    @rx.event
    @allow(Area.CHURN)
    async def load(self):
        """Read the figures."""
        language = viewer(self).language
        found, alerts = await asyncio.to_thread(_read)
        self.figures = headline_row(found, language) if found else {}
        self.rows = [alert_row(alert, language) for alert in alerts]
        self.phase = "ready" if found else "empty"


def _read() -> tuple[Headline | None, list[AlertFact]]:
    with reading() as session:
        dataset = active_dataset(session)
        alerts, _ = queries.alert_page(session, dataset, AlertFilter(), limit=SHOWN)
        return queries.headline(session, dataset), alerts
