"""The list of products: filtered, sorted, paged; and what is handed to the till."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import reflex as rx

from ml.pricing.types import STEP
from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area, allowed
from ml_insights.core.company import company
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.exports import ExportFile, exported
from ml_insights.core.i18n import N_, gettext
from ml_insights.core.listing import Sorting
from ml_insights.pricing import queries
from ml_insights.pricing.facts import PricePage, ReleaseFact
from ml_insights.pricing.proofs import gain_proof
from ml_insights.pricing.queries import FILTERS, Wanted
from ml_insights.pricing.service.deciding import apply_approved
from ml_insights.pricing.service.rules import set_step
from ml_insights.pricing.sheets import products_sheet, till_sheet
from ml_insights.pricing.state import rows
from ml_insights.pricing.state.address import SORTING, asked
from ml_insights.ui.arrival import forgets
from ml_insights.ui.exporting import sent
from ml_insights.ui.guard import allow, entered_by, viewer
from ml_insights.ui.listing import ListState

MOST_ROWS = 1_000_000


@forgets("phase", "loaded")
@entered_by(Area.PRICING)
class PricesState(ListState, rx.State):
    """One page of products; `phase` is loading, ready or empty."""

    sorting: ClassVar[Sorting] = SORTING
    sort: rx.Field[str] = rx.field(default=SORTING.first)
    descending: rx.Field[bool] = rx.field(default=SORTING.falls[SORTING.first])
    phase: rx.Field[str] = rx.field(default="loading")
    can_decide: rx.Field[bool] = rx.field(default=False)
    figures: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    proof: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    show: rx.Field[str] = rx.field(default="all")
    step: rx.Field[float] = rx.field(default=STEP)

    @rx.event
    @allow(Area.PRICING)
    async def load(self):
        """On arriving, what the address asks for; later, what the reader has chosen since."""
        person = viewer(self)
        self.can_decide = allowed(person.role, Area.PRICING_DECIDE)
        if not self.loaded:
            query = self.router.url.query_parameters
            self._ask(query)
            self.show = asked(query).show
        await self._show()

    @rx.event
    @allow(Area.PRICING)
    async def choose(self, show: str):
        """Only products that are worth a look in one way."""
        self.show = show if show in FILTERS else "all"
        return await self._anew()

    @rx.event
    @allow(Area.PRICING)
    async def export(self, form: str = "csv"):
        """Every product that matches, as a file."""
        return sent(await asyncio.to_thread(_export, self._wanted(), form, viewer(self).language))

    @rx.event
    @allow(Area.PRICING)
    async def export_worth(self, form: str = "csv"):
        """The suggestions that the expected profit is made of, as a file."""
        return sent(await asyncio.to_thread(_export, Wanted("worth"), form, viewer(self).language))

    @rx.event
    @allow(Area.PRICING_DECIDE)
    async def hand_over(self, form: str = "csv"):
        """Approved prices as a file, for the till or the ERP."""
        return sent(await asyncio.to_thread(_till, form, viewer(self).language))

    @rx.event
    @allow(Area.PRICING_DECIDE)
    async def apply_all(self):
        """Say that every approved price holds now."""
        person = viewer(self)
        try:
            applied = await asyncio.to_thread(_apply_all, person.email)
        except ProductError as error:
            return rx.toast.error(error.message(person.language))
        await self._show()
        return rx.toast.success(
            gettext(
                N_("{count, plural, one {# price applied} other {# prices applied}}"), person.language, count=applied
            )
        )

    @rx.event
    @allow(Area.PRICING_DECIDE)
    async def choose_step(self, share: str):
        """Set how far one suggestion may move a price; every suggestion follows at once."""
        person = viewer(self)
        try:
            await asyncio.to_thread(_set_step, float(share), person.email)
        except ProductError as error:
            return rx.toast.error(error.message(person.language))
        await self._show()

    def _filters(self) -> dict[str, Any]:
        return {"show": "" if self.show == "all" else self.show}

    async def _fill(self, offset: int) -> None:
        found = await asyncio.to_thread(_read, self._wanted(), offset, self.page_size)
        if found is None:
            self.phase = "empty"
            return
        release, page, counted, gain, self.step = found
        self.figures = rows.figures(release, counted, gain)
        self.proof = gain_proof(release, counted["worth"], company().timezone).shown()
        self.rows, self.total = [rows.product_row(one) for one in page.products], page.total
        self.phase = "ready"

    def _wanted(self) -> Wanted:
        return Wanted(self.show, self.search, self.sort, self.descending)


def _read(
    wanted: Wanted, offset: int, limit: int
) -> tuple[ReleaseFact, PricePage, dict[str, int], float, float] | None:
    with reading() as session:
        release = queries.current_release(session, active_dataset(session))
        if release is None:
            return None
        page = queries.products_page(session, release, wanted, limit, offset)
        counted, gain = queries.counts(session, release), queries.gain(session, release)
        return release, page, counted, gain, queries.step_of(session, release.dataset)


def _export(wanted: Wanted, form: str, language: str) -> ExportFile:
    with reading() as session:
        release = queries.current_release(session, active_dataset(session))
        found = queries.products_page(session, release, wanted, MOST_ROWS).products if release else ()
    return exported(products_sheet(found, wanted.filter), form, language)


def _till(form: str, language: str) -> ExportFile:
    with reading() as session:
        found = queries.approved(session, active_dataset(session))
    return exported(till_sheet(found), form, language)


def _set_step(step: float, by: str) -> None:
    with transaction() as session:
        set_step(session, active_dataset(session), step, by)


def _apply_all(by: str) -> int:
    with transaction() as session:
        return apply_approved(session, active_dataset(session), by)
