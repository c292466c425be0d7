"""The list of alerts: filtered, sorted and paged on the server; and the selection for changes of many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

import reflex as rx

from ml_insights.churn import queries
from ml_insights.churn.facts import AlertFact, AlertFilter
from ml_insights.churn.sheets import alerts_sheet
from ml_insights.churn.state import address
from ml_insights.churn.state.address import (
    EVERYBODY,
    SHOWS,
    SORTING,
    Asked,
    owner_choice,
    owner_number,
)
from ml_insights.churn.state.rows import alert_row
from ml_insights.churn.tables import AlertStatus
from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.exports import exported
from ml_insights.core.listing import Sorting
from ml_insights.ui.exporting import sent
from ml_insights.ui.guard import allow, entered_by, viewer
from ml_insights.ui.listing import ListState


@entered_by(Area.CHURN)
class AlertsState(ListState, rx.State):
    """One page of alerts. `chosen` are the selected ones: number → the version that the reader saw."""

    sorting: ClassVar[Sorting] = SORTING
    sort: rx.Field[str] = rx.field(default=SORTING.first)
    descending: rx.Field[bool] = rx.field(default=SORTING.falls[SORTING.first])
    shown: rx.Field[str] = rx.field(default=SHOWS[0])
    status: rx.Field[str] = rx.field(default="")
    owner: rx.Field[str] = rx.field(default=EVERYBODY)
    chosen: rx.Field[dict[str, int]] = rx.field(default_factory=dict)
    all_chosen: rx.Field[bool] = rx.field(default=False)

    def _arrive(self, query: Mapping[str, str], wanted: Asked) -> None:
        """Take what the address asks for."""
        self._ask(query)
        self.shown, self.status, self.owner = wanted.show, wanted.status, wanted.owner
        self.chosen, self.all_chosen = {}, False

    @rx.event
    @allow(Area.CHURN)
    async def load(self):
        """Fill the list."""
        await self._show()

    @rx.event
    @allow(Area.CHURN)
    async def show(self, shown: str):
        """What is to do, overdue, snoozed, closed, or all."""
        self.shown = address.shown(shown)
        return await self._anew()

    @rx.event
    @allow(Area.CHURN)
    async def choose_status(self, status: str):
        """Only alerts of a status."""
        self.status = status if status in tuple(AlertStatus) else ""
        return await self._anew()

    @rx.event
    @allow(Area.CHURN)
    async def choose_owner(self, owner: str):
        """Only somebody's alerts."""
        self.owner = owner_choice(owner)
        return await self._anew()

    @rx.event
    @allow(Area.CHURN)
    async def start_over(self):
        """Without any filter."""
        self.shown, self.status, self.owner, self.search = SHOWS[0], "", EVERYBODY, ""
        return await self._anew()

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

    async def _anew(self) -> Any:
        self.chosen, self.all_chosen = {}, False
        return await super()._anew()

    def _filters(self) -> dict[str, Any]:
        show, owner = "" if self.shown == SHOWS[0] else self.shown, "" if self.owner == EVERYBODY else self.owner
        return {"show": show, "status": self.status, "owner": owner}

    async def _fill(self, offset: int) -> None:
        person = viewer(self)
        found, self.total = await asyncio.to_thread(self._read, person.user_id, self.page_size, offset)
        self.rows = [alert_row(alert, person.language) for alert in found]

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
