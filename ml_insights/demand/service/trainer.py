"""How retraining makes, judges and publishes the demand forecast; see `ml_insights.core.training`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlmodel import Session

from ml import artifact
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Progress
from ml_insights.core.i18n import N_
from ml_insights.core.training import QUICK, Evaluation, HoldOut, Learning, Package, Predictions, Recipe
from ml_insights.demand.errors import NotEnoughOrders
from ml_insights.demand.policy import FORECAST_DAYS, MEASURED_DAYS, NEEDS_TRAINING
from ml_insights.demand.service.compute import (
    Computed,
    Sales,
    default_settings,
    describe,
    panels,
    read_sales,
    tournaments,
)
from ml_insights.demand.service.inputs import demand_inputs
from ml_insights.demand.service.judging import judge, written
from ml_insights.demand.service.packing import FittedDemand, pack, unpack
from ml_insights.demand.service.predictions import reasons
from ml_insights.demand.service.publish import publish

if TYPE_CHECKING:
    from ml.demand.types import DemandForecast, NotForecastable
    from ml.leakage import TrainingTable

MODEL = "demand"
LEDGER_DAYS = 28
"""How far ahead predictions are written down: what the hold-out measures, and until the next monthly run."""
LIBRARIES = ("statsforecast", "prophet", "xgboost-cpu", "xgboost", "scikit-learn", "numpy", "pandas")
CLASSICAL = (
    "seasonal_naive",
    "seasonal_naive_long",
    "damped_trend",
    "drift_theta",
    "naive_cycle",
    "damped_trend_cycle",
    "day_of_month",
    "auto_ets",
    "auto_ces",
    "theta",
    "mstl",
    "croston_sba",
    "tsb",
    "adida",
    "imapa",
)
WHOLE_PANEL = ("seasonal_naive", "seasonal_naive_long", "damped_trend", "drift_theta")
"""Methods that answer for all series at once, in seconds."""
RECIPES = (
    Recipe("standard", {"method": "tournament", "candidates": None}),
    Recipe("classical", {"method": "tournament", "candidates": list(CLASSICAL)}),
    Recipe(QUICK, {"method": "tournament", "candidates": list(WHOLE_PANEL)}),
    Recipe("seasonal-naive", {"method": "tournament", "candidates": ["seasonal_naive"]}),
)


class DemandTrainer:
    """Trainer of the demand forecast. A recipe says which methods may compete for each series."""

    metric = "mase"
    hold_out_days = 28
    least_days = 56
    answer_days = 1
    margin = 0.02

    def recipes(self) -> tuple[Recipe, ...]:
        """All methods, those without machine learning, those that take seconds, and the one that all have to beat."""
        return RECIPES

    def read(self, session: Session, dataset: str) -> Learning:
        """The daily series up to the last whole day. Raises NoOrders."""
        sales = read_sales(session, Dataset(dataset))
        first, last = sales.span
        remarks = {N_("products that are in the totals only, for want of revenue"): len(sales.beyond)}
        return Learning(dataset, sales.data_version, first, last, len(sales.series), sales, remarks)

    def guard(self, learning: Learning, until: date) -> TrainingTable:
        """A model of the past of each series has no features; its dates are checked."""
        from ml.leakage import TrainingTable

        series = _until(learning, until)
        nothing = pd.DataFrame(index=series.index)
        return TrainingTable(nothing, series["y"], pd.Timestamp(until), {"ordered_at": series["ds"]})

    def new_rows(self, learning: Learning, since: date) -> int:
        """Days of series that came after `since`."""
        series: pd.DataFrame = learning.data.series
        return int((series["ds"] > pd.Timestamp(since)).sum())

    def inputs(self, learning: Learning, since: date, until: date) -> pd.DataFrame:
        """Product-days: units and revenue over the product's mean, price over its median, whether anything was sold."""
        return demand_inputs(learning.data.series, since, until)

    def fit(self, learning: Learning, recipe: Recipe, until: date, progress: Progress) -> FittedDemand:
        """The tournaments among the recipe's methods. Raises NotEnoughOrders when no series can be forecast."""
        started = time.perf_counter()
        allowed = recipe.parameters["candidates"]
        engine = replace(default_settings(), candidates=tuple(allowed) if allowed else None)
        parts = tournaments(_until(learning, until), learning.data.trees, engine, progress)
        return _usable(FittedDemand(parts, until, _version(learning, until), time.perf_counter() - started))

    def update(self, fitted: FittedDemand, learning: Learning, until: date, progress: Progress) -> FittedDemand:
        """Each series keeps the method that won; what is shared is learnt again from newer sales."""
        from ml.demand.recipes import relearn

        started = time.perf_counter()
        series = panels(_until(learning, until))
        models = {
            name: relearn(series[name], MEASURED_DAYS, part.models, settings=default_settings())
            for name, part in fitted.parts.items()
        }
        parts = {name: replace(part, models=models[name]) for name, part in fitted.parts.items()}
        known = _added_up({name: _answered(part, series[name]) for name, part in parts.items()}, learning)
        return _usable(FittedDemand(known, until, _version(learning, until), time.perf_counter() - started))

    def evaluate(self, fitted: FittedDemand, learning: Learning, hold_out: HoldOut) -> Evaluation:
        """MASE of every product, category and the total over the held-out days."""
        forecasts = _forecasts(_as_of(fitted, learning, hold_out.eve))
        return judge(forecasts, learning.data.series, hold_out)

    def dump(self, fitted: FittedDemand) -> Package:
        """Recipes, shared models and the tables of the backtest, as JSON."""
        return Package(
            kind="tournament",
            files=pack(fitted),
            feature_schema={"unique_id": "text", "ds": "date", "y": "number"},
            libraries=artifact.library_versions(*LIBRARIES),
            metrics=_backtested(fitted),
        )

    def restore(self, files: Mapping[str, bytes]) -> FittedDemand:
        """The forecaster that `dump` wrote. Raises ValueError."""
        return unpack(files)

    def predict(self, fitted: FittedDemand, learning: Learning, progress: Progress) -> Predictions:
        """Forecasts from the end of the data, with what else pages tell about each series."""
        started = time.perf_counter()
        current = _as_of(fitted, learning, learning.last)
        sales: Sales = learning.data
        effects, anomalies = describe(sales.series, default_settings(), progress)
        seconds = current.seconds + time.perf_counter() - started
        computed = Computed(sales, dict(current.parts), effects, anomalies, seconds)
        forecasts = _forecasts(current)
        kept = (forecasts["step"] <= LEDGER_DAYS) & ~forecasts["unique_id"].str.contains("/others")
        rows = written(forecasts[kept], sales.series)
        return Predictions(rows.assign(reasons=reasons(rows["subject"], current.parts.values())), computed)

    def publish(self, session: Session, learning: Learning, predictions: Predictions, version: str) -> dict[str, Any]:
        """Write a release and make it the one that answers."""
        release = publish(session, predictions.data, version)
        return {
            "release": release.id,
            "series": int(learning.data.series["unique_id"].nunique()),
            "refused": len(predictions.data.forecast.refusals),
        }


def _until(learning: Learning, until: date) -> pd.DataFrame:
    series: pd.DataFrame = learning.data.learnt
    return series.loc[series["ds"] <= pd.Timestamp(until)]


def _version(learning: Learning, until: date) -> str:
    """Of the data that was seen: what is cut earlier is no state that the tables were ever in."""
    past = "".join(f"-{key}@{day}" for key, day in learning.data.left_out)
    version = f"{learning.data_version}{'~' + sha256(past.encode()).hexdigest()[:8] if past else ''}"
    return version if until == learning.last else f"{version}@{until}"


def _usable(fitted: FittedDemand) -> FittedDemand:
    if not fitted.answers:
        raise NotEnoughOrders(series=sum(len(part.refusals) for part in fitted.parts.values()))
    return fitted


def _as_of(fitted: FittedDemand, learning: Learning, eve: date) -> FittedDemand:
    """The forecaster when it knows the sales up to `eve`: as it is where that is what it was fitted on."""
    if fitted.until == eve and fitted.data_version == _version(learning, eve):
        return fitted
    series = panels(_until(learning, eve))
    parts = _added_up({name: _answered(part, series[name]) for name, part in fitted.parts.items()}, learning)
    return FittedDemand(parts, eve, _version(learning, eve), fitted.seconds)


def _added_up(parts: dict[str, DemandForecast], learning: Learning) -> dict[str, DemandForecast]:
    from ml.demand.hierarchy import reconciled

    return reconciled(parts, learning.data.trees)


def _answered(part: DemandForecast, series: pd.DataFrame) -> DemandForecast:
    """The tournament's winners asked again, about `series`; what they cannot answer is refused."""
    from ml.demand.recipes import predict_from_recipes

    forecasts = predict_from_recipes(series, FORECAST_DAYS, part.recipes, part.models, settings=default_settings())
    if len(forecasts):
        silent = forecasts.loc[forecasts["mean"].isna(), "unique_id"]
        forecasts = forecasts[~forecasts["unique_id"].isin(silent)]
    answered = set(forecasts["unique_id"]) if len(forecasts) else set()
    unknown = [str(key) for key in pd.unique(series["unique_id"]) if key not in answered]
    tables = {name: _only(getattr(part, name), answered) for name in ("backtest", "gains")}
    return replace(part, forecasts=forecasts, refusals=_refusals(part, unknown), **tables)


def _only(table: pd.DataFrame, answered: set[str]) -> pd.DataFrame:
    return table[table["unique_id"].isin(answered)] if len(table) else table


def _refusals(part: DemandForecast, unknown: list[str]) -> list[NotForecastable]:
    from ml.demand.types import NotForecastable

    before = {refusal.unique_id: refusal for refusal in part.refusals}
    return [before.get(key) or NotForecastable(key, NEEDS_TRAINING, "") for key in unknown]


def _forecasts(fitted: FittedDemand) -> pd.DataFrame:
    tables = [part.forecasts for part in fitted.parts.values() if len(part.forecasts)]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["unique_id", "ds", "step", "mean"])


def _backtested(fitted: FittedDemand) -> dict[str, float]:
    """The honest scores of the whole tournament, over all series."""
    from ml_insights.demand.joining import joined

    table = joined(list(fitted.parts.values())).panel_backtest
    whole = table[table["candidate"] == "tournament"].to_dict("records")
    names = ("mase", "smape", "wape", "coverage_80", "coverage_95")
    return {name: float(row[name]) for row in whole for name in names if pd.notna(row.get(name))}
