"""The list of reports, and the one that is read."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import lru_cache
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.company import company
from ml_insights.core.database import reading
from ml_insights.core.errors import ProductError
from ml_insights.core.formats import UNKNOWN
from ml_insights.core.paging import identifier, nearest_page
from ml_insights.retraining import queries
from ml_insights.retraining.facts import ReportFact
from ml_insights.retraining.service import report as reporting
from ml_insights.retraining.service.report.rendering import as_html
from ml_insights.ui.guard import allow
from ml_insights.ui.i18n import language_of

PAGE_SIZE = 10


class ReportsState(rx.State):
    """One page of reports, and the text of the one that was chosen, by the address or by hand."""

    phase: rx.Field[str] = rx.field(default="waiting")
    error: rx.Field[str] = rx.field(default="")
    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    total: rx.Field[int] = rx.field(default=0)
    page: rx.Field[int] = rx.field(default=1)
    chosen: rx.Field[int] = rx.field(default=0)
    html: rx.Field[str] = rx.field(default="")

    @rx.event
    @allow(Area.MODELS)
    async def load(self):
        """Show the newest reports, and the one that the address asks for."""
        self.rows, self.total = await asyncio.to_thread(_reports, self.page, language_of(self))
        self.phase = "ready"
        yield  # the list is there before the report, whose charts take a moment to draw
        wanted = self.router.url.query_parameters.get("run", "")
        newest = self.rows[0]["run"] if self.rows else 0
        run = identifier(wanted) or self.chosen or newest
        if run:
            await self._show(run)

    @rx.event
    @allow(Area.MODELS)
    async def refresh(self):
        """Show the list anew once a run is over, where it was shown."""
        if self.phase != "waiting":
            self.page = 1
            self.rows, self.total = await asyncio.to_thread(_reports, 1, language_of(self))

    @rx.event
    @allow(Area.MODELS)
    async def turn(self, page: Any):
        """Show another page of the list."""
        self.page = nearest_page(page, self.total, PAGE_SIZE)
        self.rows, self.total = await asyncio.to_thread(_reports, self.page, language_of(self))

    @rx.event
    @allow(Area.MODELS)
    async def read(self, run: int):
        """Show a report."""
        await self._show(run)

    @rx.event
    @allow(Area.MODELS)
    async def download(self):
        """Send the report as one Markdown file, its charts inside."""
        markdown = await asyncio.to_thread(_markdown, self.chosen, language_of(self))
        return rx.download(data=markdown, filename=f"report-{self.chosen}.md")

    async def _show(self, run: int) -> None:
        try:
            self.html = await asyncio.to_thread(_html, run, language_of(self))
            self.chosen, self.error = run, ""
        except ProductError as error:
            self.chosen, self.html, self.error = run, "", error.message(language_of(self))


def _reports(page: int, language: str) -> tuple[list[dict[str, Any]], int]:
    with reading() as session:
        dataset = active_dataset(session).value
        found, total = queries.reports(session, dataset, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    return [_row(report, language) for report in found], total


def _row(report: ReportFact, language: str) -> dict[str, Any]:
    return {
        "run": report.run.id,
        "kind": report.run.kind.value,
        "headline": reporting.headline(report.run, language),
        "asked": reporting.asked(report.run, language) or UNKNOWN,
        "at": report.created_at.isoformat(),
        "status": report.run.status.value,
    }


def _html(run: int, language: str) -> str:
    return as_html(_markdown(run, language))


def _markdown(run: int, language: str) -> str:
    with reading() as session:
        found = queries.report(session, run)
    ended = found.run.finished_at
    return _kept(run, language, ended, company().timezone) if ended else reporting.compose(found, language)


@lru_cache(maxsize=16)
def _kept(run: int, language: str, _ended: datetime, _zone: str) -> str:
    """A report changes no more once its run is over; its charts take a second to draw."""
    with reading() as session:
        return reporting.compose(queries.report(session, run), language)
