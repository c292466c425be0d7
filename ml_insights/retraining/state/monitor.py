"""How right a model has been since it went into production, whether its data have shifted, and what it promised."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading
from ml_insights.core.i18n import gettext
from ml_insights.ledger import queries as ledger
from ml_insights.registry import queries as registered
from ml_insights.retraining import policy, queries
from ml_insights.retraining.measures import label, model_input
from ml_insights.retraining.service.models import retrainable, trainer_of
from ml_insights.retraining.state import figures
from ml_insights.ui.charts import Figure
from ml_insights.ui.guard import allow
from ml_insights.ui.i18n import language_of

LIVE, EVALUATION = "live", "evaluation"
PURPOSES = (LIVE, EVALUATION)


class MonitorState(rx.State):
    """Accuracy by week, coverage, calibration and drift of one model."""

    phase: rx.Field[str] = rx.field(default="waiting")
    model: rx.Field[str] = rx.field(default="")
    models: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)
    purpose: rx.Field[str] = rx.field(default=LIVE)
    version: rx.Field[str] = rx.field(default="")
    deployed_at: rx.Field[str] = rx.field(default="")
    outcomes: rx.Field[int] = rx.field(default=0)
    metric: rx.Field[str] = rx.field(default="")
    recent: rx.Field[float | None] = rx.field(default=None)
    promised: rx.Field[float | None] = rx.field(default=None)
    in_backtest: rx.Field[bool] = rx.field(default=False)
    low: rx.Field[float | None] = rx.field(default=None)
    high: rx.Field[float | None] = rx.field(default=None)
    decayed: rx.Field[bool] = rx.field(default=False)
    covered_80: rx.Field[float | None] = rx.field(default=None)
    covered_95: rx.Field[float | None] = rx.field(default=None)
    skill: rx.Field[float | None] = rx.field(default=None)
    watched_at: rx.Field[str] = rx.field(default="")
    error_chart: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    coverage_chart: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    calibration_chart: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    weeks: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    inputs: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)

    @rx.event
    @allow(Area.MODELS)
    async def load(self):
        """Show the model that the address names, else the one shown before."""
        asked = self.router.url.query_parameters.get("model", "")
        names = list(retrainable())
        chosen = asked if asked in names else self.model
        await self._show(chosen if chosen in names else (names[0] if names else ""))

    @rx.event
    @allow(Area.MODELS)
    async def refresh(self):
        """Show it anew once a run is over, where it was shown."""
        if self.phase != "waiting":
            await self._show(self.model)

    @rx.event
    @allow(Area.MODELS)
    async def choose_model(self, model: str):
        """Show another model."""
        await self._show(model)

    @rx.event
    @allow(Area.MODELS)
    async def choose_purpose(self, purpose: str):
        """Predictions that were acted on, or those on hold-outs of the past."""
        self.purpose = purpose if purpose in PURPOSES else LIVE
        await self._show(self.model)

    async def _show(self, model: str) -> None:
        language = language_of(self)
        self.models = [{"value": name, "label": gettext(spec.title, language)} for name, spec in retrainable().items()]
        self.model = model if model in retrainable() else ""
        found = await asyncio.to_thread(_found, self.model, self.purpose, language) if self.model else None
        if found is None:
            self.phase = "empty"
            return
        for name, value in found.items():
            setattr(self, name, value)
        self.phase = "ready"


def _found(model: str, purpose: str, language: str) -> dict[str, Any] | None:
    """Everything that the page shows of `model`; None before its first training."""
    with reading() as session:
        dataset = active_dataset(session)
        champion = registered.champion(session, model, dataset.value)
        if champion is None:
            return None
        weeks = ledger.accuracy_by_week(session, dataset, model, purpose)
        calibration = ledger.calibration(session, dataset, model, purpose=purpose)
        watch = queries.latest_watch(session, model, dataset.value)
    metric = trainer_of(model).metric
    promised, in_backtest = policy.promised(champion.metrics, metric)
    error = watch.error if watch and watch.version == champion.version else {}
    coverage = {promise: share for promise, share, _ in calibration.coverage}
    return {
        "version": champion.version,
        "deployed_at": champion.deployed_at.isoformat() if champion.deployed_at else "",
        "outcomes": sum(week.outcomes - week.closed for week in weeks),
        "metric": label(metric, language),
        "recent": error.get("recent"),
        "low": error.get("low"),
        "high": error.get("high"),
        "promised": promised,
        "in_backtest": in_backtest,
        "decayed": bool(error.get("decayed")),
        "covered_80": coverage.get(0.8),
        "covered_95": coverage.get(0.95),
        "skill": figures.skill_of(weeks),
        "watched_at": watch.at.isoformat() if watch else "",
        "error_chart": _figure(figures.errors_by_week(weeks, metric, promised)),
        "coverage_chart": _figure(figures.coverage_by_week(weeks)),
        "calibration_chart": _figure(figures.calibration(calibration)),
        "weeks": [figures.week_row(week, metric) for week in reversed(weeks)],
        "inputs": [
            {"name": model_input(name, language), "shift": shift, "level": policy.shift_level(shift)}
            for name, shift in (watch.inputs.items() if watch else ())
        ],
    }


def _figure(figure: Figure | None) -> dict[str, Any]:
    return figure or {}
