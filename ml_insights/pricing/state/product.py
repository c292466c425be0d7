"""The product that is open beside the list, and what may be done about its price."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import reflex as rx
from sqlmodel import Session

from ml_insights.commerce.queries import active_dataset
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.access import Area
from ml_insights.core.company import company
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.exports import ExportFile, exported
from ml_insights.core.i18n import N_, gettext
from ml_insights.core.once import ChangedMeanwhile
from ml_insights.pricing.errors import BadDay
from ml_insights.pricing.facts import LimitsFact, ProductDetail
from ml_insights.pricing.proofs import product_proof
from ml_insights.pricing.service import deciding
from ml_insights.pricing.sheets import weeks_sheet
from ml_insights.pricing.state import rows
from ml_insights.pricing.state.address import asked
from ml_insights.pricing.state.board import PricesState
from ml_insights.pricing.tables import RejectReason
from ml_insights.ui.address import remember
from ml_insights.ui.arrival import forgets
from ml_insights.ui.charts import said, series_chart
from ml_insights.ui.exporting import sent
from ml_insights.ui.guard import allow, viewer

Act = Callable[[Session, Dataset, str, str, int], Any]
"""(session, data set, product, actor, version of its decisions that the reader sees)."""


@forgets("product_id", "form")
class PriceState(rx.State):
    """One product. `product_id` is empty while none is open; `form` is reject, schedule, limits or nothing.

    `version` is that of the decisions which the reader sees, `limits_set` the moment of the limits.
    """

    product_id: rx.Field[str] = rx.field(default="")
    product: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    case: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    prices: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    quantities: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    decisions: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    limits: rx.Field[dict[str, str]] = rx.field(default_factory=dict)
    chosen: rx.Field[float] = rx.field(default=0.0)
    form: rx.Field[str] = rx.field(default="")
    reason: rx.Field[str] = rx.field(default=RejectReason.COMPETITION.value)
    day: rx.Field[str] = rx.field(default="")
    tomorrow: rx.Field[str] = rx.field(default="")
    error: rx.Field[str] = rx.field(default="")
    proof: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    version: rx.Field[int] = rx.field(default=0)
    limits_set: rx.Field[str] = rx.field(default="")

    @rx.event
    @allow(Area.PRICING)
    async def arrive(self):
        """Open the product that the address names."""
        wanted = asked(self.router.url.query_parameters).product
        if wanted and not self.product_id:
            return await self._look(wanted)

    @rx.event
    @allow(Area.PRICING)
    async def open(self, product_id: str):
        """Show a product."""
        failed = await self._look(product_id[:300])
        return failed or remember(product=self.product_id)

    @rx.event
    @allow(Area.PRICING)
    def close(self, is_open: bool):
        """Leave the product; the list is as it was."""
        if not is_open and self.product_id:
            self.product_id, self.form = "", ""
            return remember(product="")

    @rx.event
    @allow(Area.PRICING)
    async def export_weeks(self, form: str = "csv"):
        """The weeks that elasticity and suggestion are made of, as a file."""
        return sent(await asyncio.to_thread(_export, self.product_id, form, viewer(self).language))

    @rx.event
    @allow(Area.PRICING)
    def try_price(self, price: float):
        """The price that the slider stands on."""
        self.chosen, self.error = float(price), ""

    @rx.event
    @allow(Area.PRICING)
    def type_price(self, text: str):
        """The price that somebody has typed; what is no price leaves the one that was chosen."""
        try:
            price = float(text.replace(",", "."))
        except ValueError:
            price = 0.0
        if math.isfinite(price) and price > 0:
            self.chosen, self.error = price, ""
            self.case = self.case and {**self.case, "chosen": price}

    @rx.var
    def typed(self) -> str:
        """The chosen price as it stands in the field."""
        return _written(self.chosen or None)

    @rx.event
    @allow(Area.PRICING_DECIDE)
    def ask(self, form: str):
        """Open one of the small forms, or close it."""
        self.form, self.error = form if form in ("reject", "schedule", "limits") else "", ""

    @rx.event
    @allow(Area.PRICING_DECIDE)
    def choose_reason(self, reason: str):
        """Why the suggestion is refused."""
        self.reason = RejectReason(reason).value

    @rx.event
    @allow(Area.PRICING_DECIDE)
    def choose_day(self, day: str):
        """From when the price holds."""
        self.day = day

    @rx.event
    @allow(Area.PRICING_DECIDE)
    async def approve(self):
        """Approve the price of the slider."""
        price = self.chosen
        return await self._act(
            lambda session, dataset, one, by, seen: deciding.approve(session, dataset, one, price, by, seen=seen),
            N_("Approved"),
        )

    @rx.event
    @allow(Area.PRICING_DECIDE)
    async def schedule(self):
        """Let the price of the slider begin on the chosen day."""
        price, text = self.chosen, self.day

        def act(session: Session, dataset: Dataset, one: str, by: str, seen: int) -> int:
            return deciding.schedule(session, dataset, one, price, _day(text), by, seen=seen)

        return await self._act(act, N_("Scheduled"))

    @rx.event
    @allow(Area.PRICING_DECIDE)
    async def reject(self):
        """Refuse the suggestion."""
        reason = RejectReason(self.reason)
        return await self._act(
            lambda session, dataset, one, by, seen: deciding.reject(session, dataset, one, reason, by, seen=seen),
            N_("Rejected"),
        )

    @rx.event
    @allow(Area.PRICING_DECIDE)
    async def withdraw(self):
        """Take the waiting price back."""
        return await self._act(
            lambda session, dataset, one, by, seen: deciding.withdraw(session, dataset, one, by, seen=seen),
            N_("Withdrawn"),
        )

    @rx.event
    @allow(Area.PRICING_DECIDE)
    async def apply(self):
        """Say that the waiting price holds now."""
        return await self._act(
            lambda session, dataset, one, by, seen: deciding.apply_price(session, dataset, one, by, seen=seen),
            N_("Applied"),
        )

    @rx.event
    @allow(Area.PRICING_DECIDE)
    async def limit(self, form: dict[str, Any]):
        """Set what the price may be; an empty field leaves it to the data."""
        try:
            margin = _number(form.get("margin"))
            given = LimitsFact(
                _number(form.get("floor")), _number(form.get("ceiling")), None if margin is None else margin / 100
            )
        except ValueError:
            given = LimitsFact(floor=-1.0)
        seen = datetime.fromisoformat(self.limits_set) if self.limits_set else None
        return await self._act(
            lambda session, dataset, one, by, _: deciding.allow_prices(session, dataset, one, given, by, seen=seen),
            N_("Saved"),
            {name: str(form.get(name) or "") for name in ("floor", "ceiling", "margin")},
        )

    async def _act(self, act: Act, done: str, limits: dict[str, str] | None = None) -> Any:
        person, product_id = viewer(self), self.product_id
        if not product_id:
            return None
        try:
            await asyncio.to_thread(_commit, act, product_id, person.email, self.version)
        except ChangedMeanwhile as error:
            return await self._look_again(product_id, error.message(person.language), limits)
        except ProductError as error:
            self.error = error.message(person.language)
            return None
        failed = await self._look(product_id)
        return failed or [rx.toast.success(gettext(done, person.language)), PricesState.load]

    async def _look_again(self, product_id: str, error: str, limits: dict[str, str] | None) -> Any:
        """Show what somebody else has decided; what the reader has typed stays."""
        typed = {"chosen": self.chosen, "form": self.form, "day": self.day}
        failed = await self._look(product_id)
        if failed:
            return failed
        for name, value in typed.items():
            setattr(self, name, value)
        self.limits = limits or self.limits
        self.case, self.error = self.case and {**self.case, "chosen": self.chosen}, error
        return PricesState.load

    async def _look(self, product_id: str) -> Any:
        language = viewer(self).language
        try:
            opened = await asyncio.to_thread(_read, product_id)
        except ProductError as error:
            self.product_id = ""
            return [rx.toast.error(error.message(language)), remember(product="")]
        detail = opened.detail
        self.chosen = detail.product.decided_price or detail.product.suggested or detail.product.price
        self.product = rows.product_row(detail.product) | {
            "cost": detail.product.cost,
            "last_price": detail.product.last_price,
            "quantity": detail.product.quantity,
            "sold_share": detail.product.sold_share,
            "lowest": detail.product.lowest,
            "highest": detail.product.highest,
        }
        self.case = rows.what_if(detail, self.chosen)
        self.proof = product_proof(opened.release, detail.weeks, company().timezone).shown()
        self.prices, self.quantities = _figures(detail)
        self.decisions = [rows.decision_row(one, language) for one in detail.decisions]
        limits = detail.limits
        self.limits = {
            "floor": _written(limits.floor),
            "ceiling": _written(limits.ceiling),
            "margin": _written(None if limits.margin is None else round(limits.margin * 100, 2)),
        }
        tomorrow = clock.now().astimezone(company().zone).date() + timedelta(days=1)
        self.tomorrow = tomorrow.isoformat()
        self.day = (tomorrow + timedelta(days=-tomorrow.weekday() % 7)).isoformat()
        self.form, self.error, self.product_id = "", "", product_id
        self.version = detail.standing.version
        self.limits_set = limits.last.at.isoformat() if limits.last and limits.last.at else ""


def _read(product_id: str) -> deciding.Opened:
    with reading() as session:
        return deciding.open_product(session, active_dataset(session), product_id)


def _export(product_id: str, form: str, language: str) -> ExportFile:
    return exported(weeks_sheet(_read(product_id).detail), form, language)


def _commit(act: Act, product_id: str, by: str, seen: int) -> None:
    with transaction() as session:
        act(session, active_dataset(session), product_id, by, seen)


def _figures(detail: ProductDetail) -> tuple[dict[str, Any], dict[str, Any]]:
    promoted = [(week, price) for week, price, _, deal in detail.weeks if deal]
    prices = series_chart([(week, price) for week, price, _, _ in detail.weeks], anomalies=promoted, money=True)
    for trace in prices["data"]:
        if trace.get("mode") == "markers":
            trace["name"] = said("Promotion")
    quantities = series_chart([(week, units) for week, _, units, _ in detail.weeks], unit=N_("Units a week"))
    return prices, quantities


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadDay(day=text or "–") from error


def _number(text: Any) -> float | None:
    return float(text) if str(text or "").strip() else None


def _written(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"
