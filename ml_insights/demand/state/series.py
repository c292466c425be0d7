"""The series that the reader looks at."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.core.access import Area, allowed
from ml_insights.core.company import company
from ml_insights.core.errors import ProductError
from ml_insights.core.exports import exported
from ml_insights.core.i18n import gettext
from ml_insights.core.sheets import Sheet
from ml_insights.demand.errors import NoForecastYet
from ml_insights.demand.facts import DemandView, Grain, LeftOutFact, SeriesRef
from ml_insights.demand.policy import HIGHEST_DAYS, METHODS, Ahead, knows_no_year
from ml_insights.demand.proofs import days_of, headline_proofs
from ml_insights.demand.service import answers, view
from ml_insights.demand.sheets import periods_sheet, series_sheet
from ml_insights.demand.state import figures, rows
from ml_insights.demand.state.address import DEFAULT_DAYS, DEFAULT_SPAN, MONTHS, SPANS, asked, whole
from ml_insights.demand.tables import Level, Measure
from ml_insights.ui.address import remember
from ml_insights.ui.arrival import forgets
from ml_insights.ui.exporting import sent
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.i18n import language_of

THIS_SERIES, ALL_SERIES = "series", "all"


@forgets("phase")
class DemandState(rx.State):
    """Everything that the page shows about one series; `phase` is loading, ready, empty or failed.

    The page's controls cannot be used while it is loading.
    """

    phase: rx.Field[str] = rx.field(default="loading")
    error: rx.Field[str] = rx.field(default="")
    can_recompute: rx.Field[bool] = rx.field(default=False)

    series: rx.Field[str] = rx.field(default="total")
    measure: rx.Field[str] = rx.field(default=Measure.UNITS.value)
    days: rx.Field[int] = rx.field(default=DEFAULT_DAYS)
    months: rx.Field[int] = rx.field(default=0)
    grain: rx.Field[str] = rx.field(default=Grain.DAY.value)
    span: rx.Field[int] = rx.field(default=DEFAULT_SPAN)

    label: rx.Field[str] = rx.field(default="")
    level: rx.Field[str] = rx.field(default=Level.TOTAL.value)
    refusal: rx.Field[str] = rx.field(default="")
    has_history: rx.Field[bool] = rx.field(default=False)
    method: rx.Field[str] = rx.field(default="")
    state: rx.Field[str] = rx.field(default="")
    inactive_since: rx.Field[str] = rx.field(default="")
    figure: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    summary: rx.Field[str] = rx.field(default="")
    totals: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    proofs: rx.Field[dict[str, dict[str, Any]]] = rx.field(default_factory=dict)
    coverage_80: rx.Field[float | None] = rx.field(default=None)
    coverage_95: rx.Field[float | None] = rx.field(default=None)
    measured_days: rx.Field[int] = rx.field(default=0)
    knows_no_year: rx.Field[bool] = rx.field(default=False)
    weekday_figure: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    holidays: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    anomalies: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    slips: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    left_out: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    backtest: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    backtest_of: rx.Field[str] = rx.field(default=THIS_SERIES)
    won_by: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    release: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)

    @rx.event
    @allow(Area.DEMAND)
    async def load(self):
        """On arriving, show what the address asks for; later, what the reader has chosen since."""
        self.can_recompute = allowed(viewer(self).role, Area.DEMAND_RECOMPUTE)
        if self.phase == "loading":
            wanted = asked(self.router.url.query_parameters)
            self.series, self.measure = wanted.series, wanted.measure.value
            self.days, self.months = wanted.ahead.days, wanted.ahead.months
            self.grain, self.span = wanted.grain.value, wanted.span
        await self._show()

    @rx.event
    @allow(Area.DEMAND)
    async def start_over(self):
        """Back to the total of all products."""
        self.series, self.phase = "total", "loading"
        await self._show()
        return self._address()

    @rx.event
    @allow(Area.DEMAND)
    async def choose_series(self, series: str):
        """Look at another series."""
        self.series = series
        await self._show()
        return self._address()

    @rx.event
    @allow(Area.DEMAND)
    async def choose_measure(self, measure: str):
        """Units or revenue."""
        self.measure = Measure(measure).value if measure in list(Measure) else self.measure
        await self._show()
        return self._address()

    @rx.event
    @allow(Area.DEMAND)
    async def choose_days(self, days: float):
        """Look further ahead, or less far; what is no number changes nothing."""
        self.days, self.months = whole(days, self.days), 0
        await self._show()
        return self._address()

    @rx.event
    @allow(Area.DEMAND)
    async def choose_months(self):
        """Look a year ahead, month by month: by days that would promise more than is known."""
        self.months, self.grain = MONTHS, Grain.MONTH.value
        await self._show()
        return self._address()

    @rx.event
    @allow(Area.DEMAND)
    async def choose_grain(self, grain: str):
        """Days, weeks or months; a year ahead there are months alone, so that other grains look less far."""
        self.grain = Grain(grain).value if grain in list(Grain) else self.grain
        if self.months and self.grain != Grain.MONTH:
            self.months, self.days = 0, HIGHEST_DAYS
        await self._show()
        return self._address()

    @rx.event
    @allow(Area.DEMAND)
    async def choose_span(self, span: int):
        """Show more of the past, or less."""
        self.span = whole(span, self.span, SPANS)
        await self._show()
        return self._address()

    @rx.event
    @allow(Area.DEMAND)
    async def choose_backtest(self, backtest_of: str):
        """The backtest of this series, or over all series."""
        self.backtest_of = backtest_of if backtest_of in (THIS_SERIES, ALL_SERIES) else THIS_SERIES
        await self._show()

    @rx.event
    @allow(Area.DEMAND)
    async def export(self, form: str = "csv"):
        """The history and forecast of this series as a file."""
        found = await asyncio.to_thread(_read, Measure(self.measure), self.series)
        sheet = _sheet(found, self.series, self.ahead, Grain(self.grain))
        return sent(await asyncio.to_thread(exported, sheet, form, viewer(self).language))

    @rx.event
    @allow(Area.DEMAND)
    async def export_proof(self, figure: str, form: str = "csv"):
        """The days that a headline figure is made of, as a file."""
        if figure not in self.proofs:
            return None
        measure = Measure(self.measure)
        past, ahead = days_of(await asyncio.to_thread(_read, measure, self.series), self.ahead, figure)
        sheet = series_sheet(f"{self.series}-{figure}", measure, past, ahead)
        return sent(await asyncio.to_thread(exported, sheet, form, viewer(self).language))

    @property
    def ahead(self) -> Ahead:
        """How far the reader looks."""
        return Ahead(self.days, self.months)

    async def _show(self) -> None:
        try:
            found = await asyncio.to_thread(_read, Measure(self.measure), self.series)
            left_out = await asyncio.to_thread(view.left_out_of, found)
        except NoForecastYet:
            self.phase = "empty"
        except ProductError as error:
            self.phase, self.error = "failed", error.message(language_of(self))
        else:
            self._fill(found, left_out, language_of(self))
            self.phase = "ready"

    def _fill(self, found: DemandView, left_out: list[LeftOutFact], language: str) -> None:
        detail, out = found.detail, rows.days_out(found, left_out)
        self.series = short_id(detail.ref)
        self.label = rows.label(found, language)
        self.level, self.refusal = detail.ref.level.value, detail.ref.refusal
        self.state = detail.ref.state.value
        self.has_history = bool(detail.history)
        self.inactive_since = detail.inactive_since.isoformat() if detail.inactive_since else ""
        self.method = gettext(METHODS.get(detail.method, detail.method), language)
        self.figure = figures.main_figure(found, self.ahead, self.span, Grain(self.grain), out)
        self.totals = rows.totals(found, self.ahead) if detail.forecast else {}
        zone = company().timezone
        self.proofs = {figure: made.shown() for figure, made in headline_proofs(found, self.ahead, zone).items()}
        self.summary = rows.summary(self.label, self.totals, language) if detail.forecast else ""
        self.coverage_80, self.coverage_95 = detail.coverage_80, detail.coverage_95
        self.measured_days = detail.measured_steps
        self.knows_no_year = knows_no_year(detail.start, found.release.data_until)
        self.weekday_figure = figures.weekday_figure(found)
        self.holidays = rows.holiday_rows(found, language)
        self.anomalies = rows.anomaly_rows(found, out)
        self.slips = rows.slip_rows(found, out)
        self.left_out = rows.left_out_rows(found, left_out, language)
        facts = found.backtest if self.backtest_of == THIS_SERIES else found.panel
        self.backtest = rows.backtest_rows(facts, language)
        self.won_by = rows.gain_row(found, language)
        self.release = rows.release_row(found.release)

    def _address(self):
        far = {"months": self.months, "days": ""} if self.months else {"days": self.days, "months": ""}
        return remember(series=self.series, measure=self.measure, **far, grain=self.grain, span=self.span)


def short_id(ref: SeriesRef) -> str:
    """A series without its measure: "total", "product/85123A"."""
    return ref.unique_id.partition("/")[2]


def _sheet(found: DemandView, name: str, ahead: Ahead, grain: Grain) -> Sheet:
    """The whole history and what is expected, as the chart adds it up."""
    detail = found.detail
    measure, added = detail.ref.measure, figures.in_sight(found, ahead, 0, grain)
    if grain is not Grain.DAY:
        return periods_sheet(name, measure, added)
    days = sum(one.ahead for one in added)
    return series_sheet(name, measure, zip(detail.days, detail.history, strict=True), detail.forecast[:days])


def _read(measure: Measure, series: str) -> DemandView:
    return view.series_view(answers.newest_release(at_once=True), measure, series)
