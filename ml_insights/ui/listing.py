"""The state of a list: what a reader searches, sorts and turns, and the address that remembers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import reflex as rx

from ml_insights.core.listing import LONGEST_SEARCH, Sorting
from ml_insights.core.paging import LARGEST, nearest, nearest_page
from ml_insights.ui.address import remember
from ml_insights.ui.table import Column, data_table


class ListState(rx.State, mixin=True):
    """One page of a list; ?q=…&sort=…&page=…, and what `_filters` names.

    A list says who may enter (`@entered_by`), what it is sorted by, at first and later, and how long a
    page is, and reads in `_fill`.
    """

    sorting: ClassVar[Sorting]
    page_size: ClassVar[int] = 25

    loaded: rx.Field[bool] = rx.field(default=False)
    search: rx.Field[str] = rx.field(default="")
    sort: rx.Field[str] = rx.field(default="")
    descending: rx.Field[bool] = rx.field(default=False)
    page: rx.Field[int] = rx.field(default=1)
    total: rx.Field[int] = rx.field(default=0)
    rows: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)

    @rx.event
    async def find(self, text: str):
        """Only rows that hold the words of `text`."""
        self.search = text[:LONGEST_SEARCH]
        return await self._anew()

    @rx.event
    async def order_by(self, column: str):
        """Sort by a column; a second time, the other way round."""
        self.sort, self.descending = self.sorting.pressed(column, self.sort, self.descending)
        return await self._anew()

    @rx.event
    async def turn_to(self, page: Any):
        """Another page."""
        self.page = nearest_page(page, self.total, self.page_size)
        await self._show()
        return self._remember()

    def _ask(self, query: Mapping[str, str]) -> None:
        """Take what an address asks for; what makes no sense is the default."""
        self.search = query.get("q", "")[:LONGEST_SEARCH]
        self.sort, self.descending = self.sorting.asked(query.get("sort", ""))
        self.page = nearest(query.get("page"), 1, LARGEST // self.page_size, 1)

    async def _anew(self) -> Any:
        """The first page of what is asked for now, and an address that says so."""
        self.page = 1
        await self._show()
        return self._remember()

    async def _show(self) -> None:
        """The page that is asked for, or the last one where there are fewer."""
        await self._fill((self.page - 1) * self.page_size)
        last = nearest_page(self.page, self.total, self.page_size)
        if last != self.page:
            self.page = last
            await self._fill((last - 1) * self.page_size)
        self.loaded = True

    async def _fill(self, offset: int) -> None:
        """Read the rows from `offset` on into `rows`, and how many there are into `total`."""
        raise NotImplementedError

    def _filters(self) -> dict[str, Any]:
        """What the address says beside search, order and page; empty for the default."""
        return {}

    def _remember(self) -> Any:
        order = self.sorting.told(self.sort, self.descending)
        page = self.page if self.page > 1 else ""
        return remember(q=self.search, sort=order, page=page, **self._filters())


def list_table(state: type[ListState], columns: Sequence[Column], caption: str, **more: Any) -> rx.Component:
    """The table of a list; `more` is what `data_table` takes beside what the state holds."""
    held = {"total": state.total, "page": state.page, "page_size": state.page_size, "is_loading": ~state.loaded}
    asked = {"sort": state.sort, "descending": state.descending, "search": state.search}
    pressed = {"on_page": state.turn_to, "on_sort": state.order_by, "on_search": state.find}
    return data_table(columns, state.rows, caption=caption, **held, **asked, **pressed, **more)
