"""How retraining makes, judges and publishes the model of route costs; see `ml_insights.core.training`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlmodel import Session

from ml import artifact
from ml_insights.commerce.queries import data_version
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Progress
from ml_insights.core.company import company
from ml_insights.core.i18n import N_
from ml_insights.core.training import Evaluation, HoldOut, Learning, Package, Predictions, Recipe
from ml_insights.logistics.errors import NoDeliveries, NotEnoughDeliveries
from ml_insights.logistics.moments import utc
from ml_insights.logistics.queries import deliveries_frame
from ml_insights.logistics.service.fleet import fleet_days
from ml_insights.logistics.service.publishing import Told, publish
from ml_insights.logistics.wording import NAMES

if TYPE_CHECKING:
    from ml.leakage import TrainingTable
    from ml.route_cost.model import RouteModel
    from ml.route_cost.types import Columns

LIBRARIES = ("xgboost-cpu", "xgboost", "numpy", "pandas")
DAY = pd.Timedelta(days=1)
STANDARD = Recipe("standard", {"method": "blend", "seed": 0})
NAMED_ONLY = Recipe("named-columns", {"method": "blend", "seed": 0, "columns": "named"})


@dataclass(frozen=True)
class Data:
    """Deliveries that can be learnt from (`prepared`), and the columns that all of them together allow."""

    rows: pd.DataFrame
    columns: Columns

    def until(self, day: date) -> pd.DataFrame:
        """Those that left by the end of `day`."""
        return self.rows[self.rows["departed_at"] < pd.Timestamp(day) + DAY].reset_index(drop=True)


@dataclass(frozen=True)
class FittedRoutes:
    """The model, and the last day of what it was fitted on."""

    model: RouteModel
    recipe: str
    until: date


class RouteCostTrainer:
    """Trainer of route costs. Its loss is a route's absolute error over the mean cost of a route, so that it is in
    money, and its mean is the WAPE."""

    metric = "wape"
    hold_out_days = 42
    least_days = 42
    answer_days = 1
    margin = 0.02

    def recipes(self) -> tuple[Recipe, ...]:
        """Every column that can be used, or those that the contract names alone."""
        return (STANDARD, NAMED_ONLY)

    def read(self, session: Session, dataset: str) -> Learning:
        """All deliveries with a cost. Raises NoDeliveries or NotEnoughDeliveries."""
        from ml.route_cost.columns import prepared, usable
        from ml.route_cost.types import LEAST_ROWS, Left

        frame = deliveries_frame(session, Dataset(dataset), company().zone)
        if frame.empty:
            raise NoDeliveries
        rows = prepared(frame)
        if len(rows) < LEAST_ROWS:
            raise NotEnoughDeliveries(rows=len(rows), least=LEAST_ROWS)
        columns = usable(rows)
        leaks = sum(reason == Left.LEAK for reason in columns.left_out.values())
        remarks = {
            N_("deliveries without a cost above zero"): len(frame) - len(rows),
            N_("columns that tell the cost themselves"): leaks,
        }
        first, last = rows["departed_at"].iloc[0].date(), rows["departed_at"].iloc[-1].date()
        version = data_version(session, Dataset(dataset))
        kept = {text: number for text, number in remarks.items() if number}
        return Learning(dataset, version, first, last, len(rows), Data(rows, columns), kept)

    def guard(self, learning: Learning, until: date) -> TrainingTable:
        """What is known before departure. Sizes may tell the cost: a tariff by the kilometre is no leak."""
        from ml.route_cost.columns import guarded, usable
        from ml.route_cost.types import SIZES

        rows = learning.data.until(until)
        columns = usable(rows)
        table = guarded(rows, list(columns.numbers), list(columns.texts), frozenset(SIZES))
        days = table.dated["departed_at"].dt.normalize()
        return replace(table, cutoff=pd.Timestamp(until), dated={"departed_at": days})

    def new_rows(self, learning: Learning, since: date) -> int:
        """Deliveries that left after `since`."""
        return int((learning.data.rows["departed_at"] >= pd.Timestamp(since) + DAY).sum())

    def inputs(self, learning: Learning, since: date, until: date) -> pd.DataFrame:
        """The numbers of each delivery, and how often each of the commonest vehicle types was used."""
        from ml.route_cost.columns import number

        rows = learning.data.rows
        chosen = rows[(rows["departed_at"] >= pd.Timestamp(since)) & (rows["departed_at"] < pd.Timestamp(until) + DAY)]
        told = {NAMES.get(name, name): number(chosen[name]) for name in learning.data.columns.numbers}
        if "vehicle_type" in learning.data.columns.texts:
            for name in rows["vehicle_type"].value_counts().index[:5]:
                told[f"{NAMES['vehicle_type']}: {name}"] = (chosen["vehicle_type"] == name).to_numpy(float)
        return pd.DataFrame(told, index=range(len(chosen)))

    def fit(self, learning: Learning, recipe: Recipe, until: date, progress: Progress) -> FittedRoutes:
        """The model of `recipe`. Raises NotEnoughDeliveries."""
        from ml.route_cost.columns import usable
        from ml.route_cost.model import fit
        from ml.route_cost.types import NoUsableDeliveries

        progress(0.1, N_("Learning from deliveries"))
        rows = learning.data.until(until)
        columns = usable(rows)
        if recipe.parameters.get("columns") == "named":
            columns = _named(columns)
        try:
            model = fit(rows, columns, int(recipe.parameters["seed"]))
        except NoUsableDeliveries as error:
            raise NotEnoughDeliveries(rows=error.rows, least=error.least) from error
        return FittedRoutes(model, recipe.name, until)

    def update(self, fitted: FittedRoutes, learning: Learning, until: date, progress: Progress) -> FittedRoutes:
        """Fitted anew: it takes seconds."""
        recipe = next((one for one in self.recipes() if one.name == fitted.recipe), STANDARD)
        return self.fit(learning, recipe, until, progress)

    def evaluate(self, fitted: FittedRoutes, learning: Learning, hold_out: HoldOut) -> Evaluation:
        """Errors of the routes of the hold-out, beside the rule of thumb."""
        rows = learning.data.rows
        late = rows["departed_at"] >= pd.Timestamp(hold_out.eve) + DAY
        test = rows[late & (rows["departed_at"] < pd.Timestamp(hold_out.last) + DAY)].reset_index(drop=True)
        told = fitted.model.predict(test.drop(columns="cost"))
        return _evaluation(test, told)

    def dump(self, fitted: FittedRoutes) -> Package:
        """Trees in XGBoost's own format, the rest as JSON."""
        about = {"recipe": fitted.recipe, "until": fitted.until.isoformat()}
        columns = fitted.model.columns
        kinds = dict.fromkeys(columns.numbers, "number") | dict.fromkeys(columns.texts, "text")
        return Package(
            kind="route-cost",
            files={**fitted.model.dump(), "about.json": artifact.as_json(about)},
            feature_schema={"departed_at": "datetime", **kinds},
            libraries=artifact.library_versions(*LIBRARIES),
        )

    def restore(self, files: Mapping[str, bytes]) -> FittedRoutes:
        """The model that `dump` wrote. Raises ValueError."""
        import json

        from ml.route_cost.model import load

        model = load(files)
        try:
            about = json.loads(files["about.json"])
            return FittedRoutes(model, about["recipe"], date.fromisoformat(about["until"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"about.json is missing or incomplete: {error!r}") from error

    def predict(self, fitted: FittedRoutes, learning: Learning, progress: Progress) -> Predictions:
        """An average route of each vehicle type on each of the coming days; and blind estimates of past deliveries."""
        progress(0.2, N_("Estimating routes"))
        rows: pd.DataFrame = learning.data.rows
        unseen = rows[rows["departed_at"] >= pd.Timestamp(fitted.until) + DAY]
        known = learning.data.until(fitted.until)
        past = [_blind(fitted.model, known), _told(fitted.model, unseen)]
        estimates = pd.concat([one for one in past if len(one)], ignore_index=True) if any(map(len, past)) else past[0]
        coming = fleet_days(fitted.model, rows, learning.last, company().zone)
        return Predictions(coming, Told(fitted.model, estimates, rows))

    def publish(self, session: Session, learning: Learning, predictions: Predictions, version: str) -> dict[str, Any]:
        """Say what the model can be asked, and add the estimates of deliveries that had none."""
        return publish(session, learning, predictions.data, version)


def _named(columns: Columns) -> Columns:
    from ml.route_cost.types import NAMED_NUMBERS, NAMED_TEXTS

    numbers = tuple(name for name in columns.numbers if name in NAMED_NUMBERS)
    return replace(columns, numbers=numbers, texts=tuple(name for name in columns.texts if name in NAMED_TEXTS))


def _blind(model: RouteModel, rows: pd.DataFrame) -> pd.DataFrame:
    """Estimates of training rows by models that had not seen them; only just after a fit."""
    if model.blind is None or len(model.blind) != len(rows):
        return pd.DataFrame()
    told = model.backtest(rows)
    return rows.loc[told.index].join(told)


def _told(model: RouteModel, rows: pd.DataFrame) -> pd.DataFrame:
    return rows.join(model.predict(rows.drop(columns="cost"))) if len(rows) else pd.DataFrame()


def _evaluation(test: pd.DataFrame, told: pd.DataFrame) -> Evaluation:
    actual = test["cost"].to_numpy(float)
    mean = float(actual.mean()) if len(actual) else float("nan")
    errors = {name: np.abs(told[name].to_numpy() - actual) for name in ("expected", "baseline")}
    names = ("route/" + test["route_id"].astype(str)).tolist()
    unique = [
        f"{name}#{place}" if place else name
        for name, place in zip(names, test.groupby("route_id").cumcount(), strict=True)
    ]
    inside = {level: ((actual >= told[f"lo_{level}"]) & (actual <= told[f"hi_{level}"])).mean() for level in (80, 95)}
    metrics = {"wape": float(errors["expected"].mean() / mean), "mae": float(errors["expected"].mean())}
    metrics |= {f"coverage_{level}": float(share) for level, share in inside.items()}
    rule = {"wape": float(errors["baseline"].mean() / mean), "mae": float(errors["baseline"].mean())}
    bounds = ("lo_80", "hi_80", "lo_95", "hi_95", "baseline")
    at = utc(test["departed_at"], company().zone)
    predictions = pd.DataFrame(
        {
            "subject": unique,
            "target_at": at + pd.Timedelta(days=1),
            "value": told["expected"].to_numpy(),
            **{name: told[name].to_numpy() for name in bounds},
            "actual": actual,
        }
    )
    return Evaluation(
        losses=dict(zip(unique, (errors["expected"] / mean).tolist(), strict=True)),
        baseline=dict(zip(unique, (errors["baseline"] / mean).tolist(), strict=True)),
        metrics=metrics,
        baselines={"rule_of_thumb": rule},
        predictions=predictions,
        shown=unique[0] if unique else "",
    )
