"""What a model brings so that the product retrains it: a `Trainer`, named by `ModelSpec.trainer`.

Retraining knows no model. It asks a trainer, in this order and each time away from any open transaction, except for
`read` and `publish`, which are given a session:

    read     everything to learn from, as of now
    guard    what the leak guard looks at before anything is fitted
    fit      a recipe, on what was known on the eve of the hold-out
    restore  the champion from its verified files, to answer as it would have answered on that eve
    evaluate both on the same hold-out: one loss per unit, so that they can be compared in pairs
    fit      the recipe that is promoted, on everything
    dump     its files for the registry
    predict  what it says about the future (slow work belongs here)
    publish  write that where readers find it, in the one transaction that also promotes the version

To bring a model: write a trainer, name it in the capability's `ModelSpec`, and add it to the list in
tests/contracts/test_trainers.py, which holds every trainer to what is said here. `ml_insights.demand.service.trainer`
is the example to read.

Fits that fan out with `joblib.Parallel` go into a `with fan_out():` of `core.fan_out`, which runs them on the Dask
cluster where one is set; they name no backend, only a preference.

Two rules make the comparison honest. Nothing dated after `until` may reach `fit` or `update`: where an answer matures
later than its features (a customer has churned only when weeks have gone by), only answers that had matured by then
count. And `evaluate` gives the loss of the same units in the same terms whichever recipe it is asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from sqlmodel import Session

from ml import artifact
from ml_insights.core.capability import Progress
from ml_insights.core.i18n import Message

if TYPE_CHECKING:
    import pandas as pd

    from ml.leakage import TrainingTable

QUICK = "quick"
"""Name of a recipe that takes seconds where the product's choice takes minutes: it bridges a time, as the demo
company's past, and is not gone on with."""
Fitted = Any
"""A trained model in memory; only its own trainer looks inside."""


@dataclass(frozen=True)
class Recipe:
    """How a model is made: features, algorithm and parameters, as JSON-able values."""

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The same for the same recipe, in hex; it tells a new recipe from newer data."""
        return artifact.sha256(artifact.as_json({"name": self.name, "parameters": dict(self.parameters)}))[:16]


@dataclass(frozen=True)
class Learning:
    """Everything there is to learn from. `first` and `last` are the days it spans, both whole and included.

    `rows` counts labelled rows. `data` is the trainer's own; `remarks` are counts of what it left out, by a
    translatable reason ("{count} products sold only before last year"), for the report. `horizon` is how many days
    ahead is asked, where the data or a setting say so and not the trainer; `question` says it in words. What is fitted
    foretells that, and is judged on a hold-out as long.
    """

    dataset: str
    data_version: str
    first: date
    last: date
    rows: int
    data: Any = None
    remarks: Mapping[str, int] = field(default_factory=dict)
    horizon: int | None = None
    question: Message | None = None


@dataclass(frozen=True)
class HoldOut:
    """The later part of the data that judges: the days after `eve`, up to `last`. Nothing of it is trained on."""

    eve: date
    last: date

    @property
    def days(self) -> int:
        """How many days it spans."""
        return (self.last - self.eve).days


@dataclass(frozen=True)
class Evaluation:
    """How good a model was on the hold-out.

    losses: unit (a series, a customer, a route …) → its loss, lower is better; units without a score are left out.
    baseline: the same for the naive method that any model has to beat. Units that share their fate (units and revenue
    of one product) should be one unit. metrics: figures over all units, by the names of docs/glossary.md. baselines:
    the same figures of other methods, by method. predictions: one row per prediction with the ledger's columns
    (subject, target_at, value and what else the model gives: lo_80, hi_80, lo_95, hi_95, probability, scale, baseline)
    and `actual`. shown: the subject that the report draws.
    """

    losses: Mapping[str, float]
    baseline: Mapping[str, float]
    metrics: Mapping[str, float]
    baselines: Mapping[str, Mapping[str, float]]
    predictions: pd.DataFrame
    shown: str = ""

    @property
    def loss(self) -> float:
        """Mean loss over the units; NaN without any."""
        return sum(self.losses.values()) / len(self.losses) if self.losses else float("nan")


@dataclass(frozen=True)
class Package:
    """A trained model as files: JSON, ONNX or XGBoost's own, never pickle.

    `parity` (`ml.parity.Parity`) is needed with ONNX files. `libraries` are distributions and their versions.
    `metrics` are the model's own scores from its training, where it has some (a backtest, cross-validation).
    """

    kind: str
    files: Mapping[str, bytes]
    feature_schema: Mapping[str, str]
    libraries: Mapping[str, str]
    metrics: Mapping[str, float] = field(default_factory=dict)
    parity: Any = None


@dataclass(frozen=True)
class Predictions:
    """What a model says about the future. `rows` go to the ledger (its columns); `data` is what `publish` writes."""

    rows: pd.DataFrame
    data: Any = None
    features_digest: str = ""


class Trainer(Protocol):
    """How one model is read, fitted, judged, stored and published; see the module's text. It holds no state.

    Its methods raise ProductError where a person can do something about it. Fits are repeatable: the same learning,
    recipe and `until` give the same model.
    """

    @property
    def metric(self) -> str:
        """Name of the loss that decides, e.g. "mase"."""
        ...

    @property
    def hold_out_days(self) -> int:
        """How many of the latest days judge a model, where its learning names no horizon."""
        ...

    @property
    def least_days(self) -> int:
        """How many days must be left to learn from before the hold-out."""
        ...

    @property
    def answer_days(self) -> int:
        """How many days go by between a case and its answer, where its learning names no horizon.

        No hold-out is shorter.
        """
        ...

    @property
    def margin(self) -> float:
        """How much worse, as a share of the champion's loss, the same recipe may be on newer data and still go in."""
        ...

    def recipes(self) -> tuple[Recipe, ...]:
        """Every recipe that can be asked for by name; the first is the product's choice."""
        ...

    def read(self, session: Session, dataset: str) -> Learning:
        """Everything to learn from. Raises ProductError when there is nothing."""
        ...

    def guard(self, learning: Learning, until: date) -> TrainingTable:
        """What `fit` would see, in the leak guard's terms."""
        ...

    def new_rows(self, learning: Learning, since: date) -> int:
        """Labelled rows that came after `since`: whether continuous learning has anything to learn from."""
        ...

    def inputs(self, learning: Learning, since: date, until: date) -> pd.DataFrame:
        """What the model is fed from `since` to `until`: a row per case and a column per input, scaled alike.

        Recent inputs are compared with those of the training, so that a shift is noticed before outcomes tell it. A
        column is named by a translatable message, or by one, a colon and a value.
        """
        ...

    def fit(self, learning: Learning, recipe: Recipe, until: date, progress: Progress) -> Fitted:
        """A model of `recipe` from what was known at the end of `until`."""
        ...

    def update(self, fitted: Fitted, learning: Learning, until: date, progress: Progress) -> Fitted:
        """The lighter `fit` of continuous learning: the same model, brought up to `until`."""
        ...

    def evaluate(self, fitted: Fitted, learning: Learning, hold_out: HoldOut) -> Evaluation:
        """How good the model is on the hold-out when it knows the rest, whether just fitted or restored."""
        ...

    def dump(self, fitted: Fitted) -> Package:
        """The model as files."""
        ...

    def restore(self, files: Mapping[str, bytes]) -> Fitted:
        """The model that `dump` gave the files of; they were verified. Raises ValueError when they cannot be used."""
        ...

    def predict(self, fitted: Fitted, learning: Learning, progress: Progress) -> Predictions:
        """What the model says about the time after `learning.last`."""
        ...

    def publish(self, session: Session, learning: Learning, predictions: Predictions, version: str) -> dict[str, Any]:
        """Make `predictions` what readers see, under the name of the version ("demand/3"), in the caller's transaction.

        Returns JSON-able facts for the report.
        """
        ...
