"""The list of alerts: filtered, sorted and paged on the server; and the selection for changes of many at once."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.churn import queries
from ml_insights.churn.facts import AlertFact, AlertFilter
from ml_insights.churn.queries.alerts import SORTABLE
from ml_insights.churn.sheets import alerts_sheet
from ml_insights.churn.state import address
from ml_insights.churn.state.address import (
    EVERYBODY,
    SHOWS,
    Asked,
    owner_choice,
    owner_number,
    remember,
)
from ml_insights.churn.state.rows import alert_row
from ml_insights.churn.tables import AlertStatus
from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.exports import exported
from ml_insights.core.paging import nearest_page
from ml_insights.ui.exporting import sent
from ml_insights.ui.guard import allow, viewer

PAGE_SIZE = 25
DEFAULT_SORT = "at_risk"
UPWARD = ("label", "due_on", "owner", "status")
"""Columns that are read from their smallest on."""


class AlertsState(rx.State):
    """One page of alerts. `chosen` are the selected ones: number → the version that the reader saw."""

    loaded: rx.Field[bool] = rx.field(default=False)
    shown: rx.Field[str] = rx.field(default=SHOWS[0])
    status: rx.Field[str] = rx.field(default="")
    owner: rx.Field[str] = rx.field(default=EVERYBODY)
    search: rx.Field[str] = rx.field(default="")
    sort: rx.Field[str] = rx.field(default=DEFAULT_SORT)
    descending: rx.Field[bool] = rx.field(default=True)
    page: rx.Field[int] = rx.field(default=1)
    total: rx.Field[int] = rx.field(default=0)
    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    chosen: rx.Field[dict[str, int]] = rx.field(default_factory=dict)
    all_chosen: rx.Field[bool] = rx.field(default=False)

    def _arrive(self, wanted: Asked) -> None:
        """Take what the address asks for."""
        self.shown, self.status, self.owner, self.search = wanted.show, wanted.status, wanted.owner, wanted.search
        self.sort, self.descending, self.page = wanted.sort, wanted.descending, 1
        self.chosen, self.all_chosen = {}, False

    @rx.event
    @allow(Area.CHURN)
    async def load(self):
        """Fill the list."""
        await self._look()

    @rx.event
    @allow(Area.CHURN)
    async def show(self, shown: str):
        """What is to do, overdue, snoozed, closed, or all."""
        self.shown = address.shown(shown)
        return await self._from_start()

    @rx.event
    @allow(Area.CHURN)
    async def choose_status(self, status: str):
        """Only alerts of a status."""
        self.status = status if status in tuple(AlertStatus) else ""
        return await self._from_start()

    @rx.event
    @allow(Area.CHURN)
    async def choose_owner(self, owner: str):
        """Only somebody's alerts."""
        self.owner = owner_choice(owner)
        return await self._from_start()

    @rx.event
    @allow(Area.CHURN)
    async def find(self, text: str):
        """Only customers whose name or number holds `text`."""
        self.search = text[:200]
        return await self._from_start()

    @rx.event
    @allow(Area.CHURN)
    async def order_by(self, column: str):
        """Sort by a column; a second time, the other way round."""
        if column in SORTABLE:
            self.descending = not self.descending if self.sort == column else column not in UPWARD
            self.sort = column
        return await self._from_start()

    @rx.event
    @allow(Area.CHURN)
    async def turn_to(self, page: Any):
        """Another page."""
        self.page = nearest_page(page, self.total, PAGE_SIZE)
        await self._look()

    @rx.event
    @allow(Area.CHURN)
    async def start_over(self):
        """Without any filter."""
        self.shown, self.status, self.owner, self.search = SHOWS[0], "", EVERYBODY, ""
        return await self._from_start()

    @rx.event
    @allow(Area.CHURN_WORK)
    def choose(self, key: str, chosen: bool):
        """Select an alert of the page, or not."""
        versions = {row["key"]: int(row["version"]) for row in self.rows if row["active"]}
        kept = {one: version for one, version in self.chosen.items() if one != key}
        self.chosen = kept | ({key: versions[key]} if chosen and key in versions else {})
        self.all_chosen = bool(versions) and set(versions) <= set(self.chosen)

    @rx.event
    @allow(Area.CHURN_WORK)
    def choose_all(self, chosen: bool):
        """Select every alert of the page, or none."""
        versions = {row["key"]: int(row["version"]) for row in self.rows if row["active"]}
        self.chosen, self.all_chosen = (versions, bool(versions)) if chosen else ({}, False)

    @rx.event
    @allow(Area.CHURN)
    async def export(self, form: str = "csv"):
        """Every alert that matches, as a file."""
        person = viewer(self)
        found, _ = await asyncio.to_thread(self._read, person.user_id, None, 0)
        return sent(await asyncio.to_thread(exported, alerts_sheet(found, person.language), form, person.language))

    async def _from_start(self) -> Any:
        self.page, self.chosen, self.all_chosen = 1, {}, False
        await self._look()
        plain = self.sort == DEFAULT_SORT and self.descending
        return remember(
            show="" if self.shown == SHOWS[0] else self.shown,
            status=self.status,
            owner="" if self.owner == EVERYBODY else self.owner,
            q=self.search,
            sort="" if plain else f"{'-' if self.descending else ''}{self.sort}",
        )

    async def _look(self) -> None:
        """Read the page that is shown."""
        person = viewer(self)
        first = (self.page - 1) * PAGE_SIZE
        found, self.total = await asyncio.to_thread(self._read, person.user_id, PAGE_SIZE, first)
        if not found and self.page > 1:
            self.page = max(-(-self.total // PAGE_SIZE), 1)
            found, _ = await asyncio.to_thread(self._read, person.user_id, PAGE_SIZE, (self.page - 1) * PAGE_SIZE)
        self.rows = [alert_row(alert, person.language) for alert in found]
        self.loaded = True

    def _read(self, me: int, limit: int | None, offset: int) -> tuple[list[AlertFact], int]:
        wanted = AlertFilter(
            show=address.shown(self.shown),
            status=AlertStatus(self.status) if self.status else None,
            owner=owner_number(self.owner, me),
            search=self.search,
        )
        with reading() as session:
            dataset = active_dataset(session)
            return queries.alert_page(session, dataset, wanted, self.sort, self.descending, limit, offset)
