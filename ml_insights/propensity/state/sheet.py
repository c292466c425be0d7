"""The customer who is open beside the page: why, when, what, how much; and what is noted."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import gettext
from ml_insights.core.once import ChangedMeanwhile
from ml_insights.propensity import policy, queries, wording
from ml_insights.propensity.facts import CustomerOutlook
from ml_insights.propensity.service import listing
from ml_insights.propensity.state.rows import score_row
from ml_insights.propensity.tables import Mark
from ml_insights.ui.address import remember
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.i18n import language_of


@forgets("customer_id", "note")
class BuyerState(rx.State):
    """Empty `customer_id` for nobody. `rank` is 0 where the customer is not on this week's list."""

    customer_id: rx.Field[str] = rx.field(default="")
    buyer: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    reasons: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    products: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)
    rank: rx.Field[int] = rx.field(default=0)
    mark: rx.Field[str] = rx.field(default=Mark.OPEN.value)
    note: rx.Field[str] = rx.field(default="")
    version: rx.Field[int] = rx.field(default=0)

    @rx.event
    @allow(Area.PROPENSITY)
    async def open(self, customer_id: str):
        """Show a customer; one whom nobody knows closes the panel."""
        found = await asyncio.to_thread(_read, customer_id)
        if found is None:
            self.customer_id = ""
            return remember(customer="")
        self._fill(found, viewer(self).language)
        return remember(customer=customer_id)

    @rx.event
    @allow(Area.PROPENSITY)
    def close(self, is_open: bool):
        """Back to the page alone."""
        if not is_open:
            self.customer_id = ""
            return remember(customer="")

    @rx.event
    @allow(Area.PROPENSITY)
    def write_note(self, text: str):
        """What is noted with the mark."""
        self.note = text[: policy.LONGEST_NOTE]

    @rx.event
    @allow(Area.PROPENSITY)
    async def set_mark(self, mark: str):
        """Note what became of the customer."""
        from ml_insights.propensity.state.board import PropensityState

        if mark not in tuple(Mark):
            return None
        wanted, person = Mark(mark), viewer(self)
        try:
            await asyncio.to_thread(_mark, self.customer_id, wanted, self.note.strip(), person.email, self.version)
        except ChangedMeanwhile as error:
            await self._look_again()
            return [rx.toast.error(error.message(language_of(self))), PropensityState.refresh]
        except ProductError as error:
            return rx.toast.error(error.message(language_of(self)))
        await self._look_again()
        said = gettext(wording.MARKS[wanted], person.language)
        return [rx.toast.success(f"{self.buyer['label']}: {said}"), PropensityState.refresh]

    async def _look_again(self) -> None:
        """The customer as they are now; the note that is being written stays."""
        note, found = self.note, await asyncio.to_thread(_read, self.customer_id)
        if found is not None:
            self._fill(found, viewer(self).language)
        self.note = note

    def _fill(self, found: CustomerOutlook, language: str) -> None:
        row = score_row(found.score, language)
        self.customer_id = found.score.customer_id
        self.buyer = row | {"as_of": found.as_of.isoformat(), "model": found.model_version, "days": found.value_days}
        self.products = row["all_products"]
        self.reasons = wording.reason_rows(found.score.reasons, language)
        self.rank, self.mark, self.note = found.rank or 0, found.mark.value, found.note
        self.version = found.version


def _read(customer_id: str) -> CustomerOutlook | None:
    with reading() as session:
        return queries.of_customer(session, active_dataset(session), customer_id)


def _mark(customer_id: str, wanted: Mark, note: str, by: str, seen: int) -> None:
    with transaction() as session:
        listing.mark(session, active_dataset(session), customer_id, wanted, note, by, seen=seen)
