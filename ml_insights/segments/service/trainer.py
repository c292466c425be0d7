"""How retraining makes, judges and publishes segments; see `ml_insights.core.training`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlmodel import Session

from ml import artifact
from ml.segments.purchases import Purchases, buyers, day_number, rfm
from ml.segments.types import CHANCE_DAYS
from ml_insights.commerce.queries import data_version
from ml_insights.commerce.queries.rfm import count_customers, purchases_of
from ml_insights.commerce.service import customers_missing
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Progress
from ml_insights.core.company import company
from ml_insights.core.i18n import N_
from ml_insights.core.training import Evaluation, HoldOut, Learning, Package, Predictions, Recipe
from ml_insights.segments.errors import NoPurchases
from ml_insights.segments.queries import previous_model
from ml_insights.segments.service.compute import Computed, compute
from ml_insights.segments.service.judging import judge
from ml_insights.segments.service.publish import publish

if TYPE_CHECKING:
    from ml.leakage import TrainingTable
    from ml.segments.types import SegmentModel

MODEL = "segments"
FILE = "segments.json"
SUBJECT = "segment/customer/"
LIBRARIES = ("scikit-learn", "numpy", "scipy")
RECIPES = (
    Recipe("standard", {"space": "percentile"}),
    Recipe("logarithms", {"space": "log"}),
    Recipe("quintiles", {"space": "scores"}),
)
ORDER_VALUE, GAP = N_("Order value, over the median order's"), N_("Days since the customer's previous order")


@dataclass(frozen=True)
class Source:
    """What segments are learnt from. previous: the JSON of the model that answers now, whose names are kept."""

    known: Purchases
    previous: dict[str, Any] | None
    customers: int


class SegmentsTrainer:
    """Trainer of the segments. A recipe says in which space they are looked for.

    Segments have no right answer of their own. What judges them is how much they tell about the days that follow: the
    Brier score of "buys within 30 days", each segment's members having the chance that they had before.
    """

    metric = "brier"
    hold_out_days = CHANCE_DAYS
    answer_days = CHANCE_DAYS
    least_days = 60
    margin = 0.02

    def recipes(self) -> tuple[Recipe, ...]:
        """Clusters of ranks, clusters of logarithms, and bands of quintile scores."""
        return RECIPES

    def read(self, session: Session, dataset: str) -> Learning:
        """Every customer's orders up to the last whole day. Raises NoOrders, NoCustomersNamed or NoPurchases."""
        chosen = Dataset(dataset)
        known = purchases_of(session, chosen, company().zone)
        if not len(known):
            raise customers_missing(session, chosen)
        if not known.orders.any():
            raise NoPurchases
        first, last = _date(int(known.day.min())), _date(int(known.day.max()))
        customers = count_customers(session, chosen)
        source = Source(known, previous_model(session, chosen), max(customers, len(known.customers)))
        bought = len(np.unique(known.code[known.orders > 0]))
        remarks = {N_("customers without a purchase"): source.customers - bought}
        return Learning(dataset, data_version(session, chosen), first, last, len(known), source, remarks)

    def guard(self, learning: Learning, until: date) -> TrainingTable:
        """Recency, frequency and monetary value a period before `until`, and who bought in it.

        The three are trusted: where everybody keeps a steady rhythm, recency tells who comes back, and that is no leak.
        """
        from ml.leakage import TrainingTable

        known, end = _known(learning), day_number(until)
        then = rfm(known, end - CHANCE_DAYS)
        bought = pd.Series(buyers(known, end - CHANCE_DAYS, end)[then.code].astype(float))
        columns = {"recency": then.recency, "orders": then.orders, "revenue": then.revenue}
        dated = {"ordered_at": pd.Series(known.day[known.day <= end].astype("datetime64[D]"))}
        told = bought.nunique() > 1
        target = bought if told else pd.Series([0.0, 1.0])
        features = pd.DataFrame(columns if told else {}, index=target.index)
        trusted = frozenset(columns)
        return TrainingTable(features, target, pd.Timestamp(until), dated, classification=told, trusted=trusted)

    def new_rows(self, learning: Learning, since: date) -> int:
        """Orders that came after `since`."""
        return int((_known(learning).day > day_number(since)).sum())

    def inputs(self, learning: Learning, since: date, until: date) -> pd.DataFrame:
        """Orders: their value over the median of all, and the days since the same customer's order before."""
        known = _known(learning)
        sales = known.orders > 0
        code, day, revenue = known.code[sales], known.day[sales], known.revenue[sales]
        gaps = np.where(np.diff(code, prepend=-1) == 0, np.diff(day, prepend=0), np.nan)
        window = (day >= day_number(since)) & (day <= day_number(until))
        typical = float(np.median(revenue)) if len(revenue) else 1.0
        return pd.DataFrame({ORDER_VALUE: revenue[window] / (typical or 1.0), GAP: gaps[window]})

    def fit(self, learning: Learning, recipe: Recipe, until: date, progress: Progress) -> SegmentModel:
        """The recipe's segments of those who had bought by `until`. Raises NoPurchases."""
        from ml.segments.model import NoCustomers, fit

        progress(0.1, N_("Looking for segments"))
        try:
            return fit(_known(learning), day_number(until), recipe.parameters["space"], _previous(learning))
        except NoCustomers as error:
            raise NoPurchases from error

    def update(self, fitted: SegmentModel, learning: Learning, until: date, progress: Progress) -> SegmentModel:
        """The same segments, with chances from the latest months."""
        from ml.segments.model import refreshed

        return refreshed(fitted, _known(learning), day_number(until))

    def evaluate(self, fitted: SegmentModel, learning: Learning, hold_out: HoldOut) -> Evaluation:
        """Brier score of who bought in the hold-out, by the segment on its eve."""
        return judge(fitted, _known(learning), hold_out)

    def dump(self, fitted: SegmentModel) -> Package:
        """Ranks, centres, names and chances, as JSON."""
        from ml.segments.model import to_json

        return Package(
            kind="k-means",
            files={FILE: artifact.as_json(to_json(fitted))},
            feature_schema={"recency": "days", "orders": "number", "revenue": "money"},
            libraries=artifact.library_versions(*LIBRARIES),
            metrics={"silhouette": fitted.silhouette, "ari": fitted.stability},
        )

    def restore(self, files: Mapping[str, bytes]) -> SegmentModel:
        """The segments that `dump` wrote. Raises ValueError."""
        from ml.segments.model import from_json

        if FILE not in files:
            raise ValueError(f"segments are in {FILE}, which is not among {sorted(files)}")
        return from_json(json.loads(files[FILE]))

    def predict(self, fitted: SegmentModel, learning: Learning, progress: Progress) -> Predictions:
        """Everybody's segment, and with it the chance of a purchase in the days that follow."""
        progress(0.1, N_("Assigning customers"))
        made = compute(_known(learning), fitted, learning.last)
        target = datetime.combine(learning.last + timedelta(days=CHANCE_DAYS + 1), time.min, company().zone)
        told = [json.dumps({"segment": name.value}) for name in fitted.names]
        rows = pd.DataFrame(
            {
                "subject": SUBJECT + pd.Series(made.customers, dtype=object),
                "target_at": pd.Series([pd.Timestamp(target).tz_convert("UTC")] * len(made.now)),
                "probability": np.array(fitted.chances)[made.labels],
                "reasons": np.array(told, dtype=object)[made.labels],
            }
        )
        return Predictions(rows, made)

    def publish(self, session: Session, learning: Learning, predictions: Predictions, version: str) -> dict[str, Any]:
        """Write a release and make it the one that answers."""
        made: Computed = predictions.data
        without = learning.data.customers - len(made.now)
        release = publish(session, Dataset(learning.dataset), learning.data_version, made, version, without)
        return {"release": release, "customers": len(made.now), "segments": [name.value for name in made.model.names]}


def _known(learning: Learning) -> Purchases:
    return learning.data.known


def _previous(learning: Learning) -> SegmentModel | None:
    from ml.segments.model import from_json

    told = learning.data.previous
    try:
        return from_json(told) if told else None
    except ValueError:
        return None


def _date(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=day)
