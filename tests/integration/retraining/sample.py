"""A model that trains in an instant, its broken relatives, and a process that kills itself in the middle of a step.

python -m tests.integration.retraining.sample RUN STEP MOMENT
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import insert
from sqlmodel import Session, col, select

from ml.leakage import TrainingTable
from ml_insights.commerce import queries as commerce
from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Dataset, OrderLine
from ml_insights.core.audit import AuditEvent, record
from ml_insights.core.capability import Capability, ModelSpec, Progress
from ml_insights.core.database import transaction
from ml_insights.core.errors import NotFound
from ml_insights.core.training import Evaluation, HoldOut, Learning, Package, Predictions, Recipe
from ml_insights.jobs.runner import run_now
from ml_insights.retraining import pipeline
from ml_insights.retraining.service import models, runs
from ml_insights.retraining.tables import StepName, StepStatus

HERE = "tests.integration.retraining.sample"
FIRST = datetime(2025, 1, 6, 15, tzinfo=UTC)
PRODUCTS, DAYS = 30, 120
WEEK = (4, 5, 6, 7, 8, 2, 1)
PUBLISHED = "sample-published"


@dataclass(frozen=True)
class Level:
    """What each product sells on each weekday, times `1 + bias`."""

    bias: float
    means: dict[str, list[float]]
    until: str


class SampleTrainer:
    """The mean of each weekday, off by the recipe's bias; publishes one number into the audit trail."""

    metric = "mae"
    hold_out_days = 14
    answer_days = 1
    least_days = 28
    margin = 0.02

    def recipes(self) -> tuple[Recipe, ...]:
        return (Recipe("level", {"bias": 0.2}), Recipe("good", {"bias": 0.0}), Recipe("bad", {"bias": 0.8}))

    def read(self, session: Session, dataset: str) -> Learning:
        lines = commerce.order_lines_frame(session, Dataset(dataset))
        if lines.empty:
            raise NotFound(kind="order", name="any")
        days = lines["ordered_at"].dt.tz_convert(None).dt.normalize()
        sums = lines.assign(day=days).pivot_table(
            index="day", columns="product_id", values="quantity", aggfunc="sum", observed=True
        )
        data, version = sums.fillna(0.0), commerce.data_version(session, Dataset(dataset))
        first, last = data.index[0].date(), data.index[-1].date()
        return Learning(dataset, version, first, last, data.size, data, {"products": data.shape[1]})

    def guard(self, learning: Learning, until: date) -> TrainingTable:
        known = _until(learning, until)
        rows = pd.DataFrame({"weekday": pd.DatetimeIndex(known.index).dayofweek})
        target = pd.Series(known.sum(axis=1).to_numpy() + np.random.default_rng(0).normal(0, 30, len(known)))
        return TrainingTable(rows, target, pd.Timestamp(until), {"orders": pd.Series(known.index)}, least_rows=7)

    def inputs(self, learning: Learning, since: date, until: date) -> pd.DataFrame:
        window = learning.data.loc[pd.Timestamp(since) : pd.Timestamp(until)]
        return pd.DataFrame({"quantity": window.to_numpy().ravel()})

    def new_rows(self, learning: Learning, since: date) -> int:
        return int((learning.data.index > pd.Timestamp(since)).sum())

    def fit(self, learning: Learning, recipe: Recipe, until: date, progress: Progress) -> Level:
        progress(0.5, "Fitting")
        known = _until(learning, until)
        means = known.groupby(pd.DatetimeIndex(known.index).dayofweek).mean().reindex(range(7)).fillna(0.0)
        return Level(
            recipe.parameters["bias"], {str(name): means[name].round(6).tolist() for name in means}, until.isoformat()
        )

    def update(self, fitted: Level, learning: Learning, until: date, progress: Progress) -> Level:
        return self.fit(learning, Recipe("", {"bias": fitted.bias}), until, progress)

    def evaluate(self, fitted: Level, learning: Learning, hold_out: HoldOut) -> Evaluation:
        actual = learning.data.loc[learning.data.index > pd.Timestamp(hold_out.eve)]
        naive = np.repeat(_until(learning, hold_out.eve).to_numpy()[-1:], len(actual), axis=0)
        rows = _predictions(fitted, actual.index)
        told = rows.pivot(index="target_at", columns="subject", values="value")[list(actual.columns)].to_numpy()
        errors, naive_errors = np.abs(told - actual.to_numpy()), np.abs(naive - actual.to_numpy())
        names = [str(name) for name in actual.columns]
        return Evaluation(
            losses=dict(zip(names, errors.mean(axis=0).tolist(), strict=True)),
            baseline=dict(zip(names, naive_errors.mean(axis=0).tolist(), strict=True)),
            metrics={"mae": float(errors.mean())},
            baselines={"last_day": {"mae": float(naive_errors.mean())}},
            predictions=rows.assign(actual=actual.T.to_numpy().ravel()),
            shown=names[0],
        )

    def dump(self, fitted: Level) -> Package:
        told = {"bias": fitted.bias, "means": fitted.means, "until": fitted.until}
        return Package("level", {"level.json": json.dumps(told).encode()}, {"weekday": "number"}, {"numpy": "1"})

    def restore(self, files: Mapping[str, bytes]) -> Level:
        return Level(**json.loads(files["level.json"]))

    def predict(self, fitted: Level, learning: Learning, progress: Progress) -> Predictions:
        coming = pd.date_range(learning.last + timedelta(days=1), periods=7)
        rows = _predictions(fitted, coming)
        return Predictions(rows, float(rows["value"].sum()))

    def publish(self, session: Session, learning: Learning, predictions: Predictions, version: str) -> dict[str, Any]:
        record(session, "sample", PUBLISHED, version, total=predictions.data)
        return {"total": predictions.data}


class BrokenTrainer(SampleTrainer):
    """Fails as a model does that has a bug."""

    def fit(self, learning: Learning, recipe: Recipe, until: date, progress: Progress) -> Level:
        raise RuntimeError("matrix is singular")


class OneClassTrainer(SampleTrainer):
    """Learns from a target on which every row agrees."""

    def guard(self, learning: Learning, until: date) -> TrainingTable:
        table = super().guard(learning, until)
        return replace(table, target=table.target * 0 + 1, classification=True)


class LeakyTrainer(SampleTrainer):
    """Has a feature that knows the answer."""

    def guard(self, learning: Learning, until: date) -> TrainingTable:
        table = super().guard(learning, until)
        return replace(table, features=table.features.assign(invoiced_later=table.target * 1.19))


def capability(*trainers: str) -> Capability:
    """A capability whose models are named after their trainers: "SampleTrainer" is the model "sample"."""
    specs = [
        ModelSpec(
            name=name.removesuffix("Trainer").lower(),
            title=name,
            job="retrain",
            published=f"{HERE}:published",
            trainer=f"{HERE}:{name}",
        )
        for name in trainers
    ]
    return Capability(name="sample", models=tuple(specs))


def published(session: Session) -> tuple[str, float] | None:
    """Which version answers, and what it says."""
    query = select(AuditEvent).where(AuditEvent.action == PUBLISHED).order_by(col(AuditEvent.id).desc())
    event = session.exec(query).first()
    return (event.subject, event.detail["total"]) if event else None


def sell(first_day: int, days: int, factor: float = 1.0, products: int = PRODUCTS) -> None:
    """Add sales of `days` days from `first_day` on, `factor` times the usual."""
    random = np.random.default_rng(first_day)
    lines = [
        {
            "dataset": Dataset.COMPANY,
            "order_id": f"{product}-{day}",
            "product_id": f"product-{product}",
            "occurrence": 0,
            "ordered_at": FIRST + timedelta(days=day),
            "quantity": round(factor * (product + 1) * WEEK[day % 7] * (1 + 0.1 * random.standard_normal()), 2),
            "unit_price": 10.0,
        }
        for day in range(first_day, first_day + days)
        for product in range(products)
    ]
    with transaction() as session:
        session.connection().execute(insert(OrderLine), lines)
        mark_changed(session, Dataset.COMPANY)


def serve(first_day: int, days: int, factor: float = 1.0, customers: int = 60) -> None:
    """Add the orders that customers place in `days` days from `first_day` on; each has a rhythm, every fifth stops."""
    lines = [
        {
            "dataset": Dataset.COMPANY,
            "order_id": f"C{customer}-{day}",
            "product_id": f"product-{(customer + line) % PRODUCTS}",
            "occurrence": 0,
            "ordered_at": FIRST + timedelta(days=day),
            "quantity": factor * (1 + (customer + day + line) % 7),
            "unit_price": 5.0 + customer % 11,
            "customer_id": f"customer-{customer}",
        }
        for day in range(first_day, first_day + days)
        for customer in range(customers)
        if _buys(customer, day)
        for line in range(1 + customer % 3)
    ]
    with transaction() as session:
        session.connection().execute(insert(OrderLine), lines)
        mark_changed(session, Dataset.COMPANY)


def _buys(customer: int, day: int) -> bool:
    gap, stops = 2 + customer % 19, customer % 5 == 4 and day > DAYS // 2
    luck = np.random.default_rng([customer, day]).random()
    return not stops and luck < 1 / gap


def _until(learning: Learning, until: date) -> pd.DataFrame:
    return learning.data.loc[learning.data.index <= pd.Timestamp(until)]


def _predictions(fitted: Level, days: pd.DatetimeIndex) -> pd.DataFrame:
    names = list(fitted.means)
    values = [fitted.means[name][day.dayofweek] * (1 + fitted.bias) for name in names for day in days]
    return pd.DataFrame(
        {
            "subject": np.repeat(names, len(days)),
            "target_at": pd.DatetimeIndex(np.tile(days.to_numpy(), len(names))).tz_localize("UTC"),
            "value": values,
        }
    )


def die(*_: object, **__: object) -> None:
    """As the system ends a process that takes too much memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_before_commit(step_name: StepName) -> None:
    """Let the step do everything, and die when it is being marked done."""
    position = {name: place for place, (name, _) in enumerate(_plan())}[step_name]
    write = runs.write_step

    def write_and_die(session: Session, step_id: int, **values: Any) -> None:
        write(session, step_id, **values)
        row = session.get(runs.RetrainStep, step_id)
        if row and row.position == position and values["status"] in (StepStatus.DONE, StepStatus.SKIPPED):
            session.flush()
            die()

    runs.write_step = write_and_die


def _plan() -> list[tuple[StepName, str]]:
    from ml_insights.retraining.policy import planned
    from ml_insights.retraining.tables import RunKind

    return planned(RunKind.RETRAIN, ["sample"])


if __name__ == "__main__":
    models.capabilities = lambda: (capability("SampleTrainer"),)
    if sys.argv[3] == "middle":
        pipeline.BODIES[StepName(sys.argv[2])] = die  # pyright: ignore[reportArgumentType]
    else:
        die_before_commit(StepName(sys.argv[2]))
    run_now(int(sys.argv[1]))
