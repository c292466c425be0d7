"""How retraining makes, judges and publishes chances of purchase; see `ml_insights.core.training`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlmodel import Session

from ml import artifact
from ml.behaviour.history import day_number, history
from ml_insights.commerce.queries import data_version
from ml_insights.commerce.queries.baskets import baskets_frame
from ml_insights.commerce.queries.visits import visits_frame
from ml_insights.commerce.service import customers_missing
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Progress
from ml_insights.core.company import company
from ml_insights.core.i18n import N_
from ml_insights.core.training import Evaluation, HoldOut, Learning, Package, Predictions, Recipe
from ml_insights.propensity.errors import NothingBought, TooLittleHistory
from ml_insights.propensity.service.judging import judge
from ml_insights.propensity.service.predictions import HORIZONS, written
from ml_insights.propensity.service.publishing import Made, publish

if TYPE_CHECKING:
    from ml.behaviour.history import History
    from ml.leakage import TrainingTable
    from ml.propensity.model import Propensity
    from ml.propensity.products import Baskets

MODEL = "propensity"
LIBRARIES = ("xgboost-cpu", "xgboost", "scikit-learn", "numpy", "pandas", "scipy")
BASKET_DAYS = 400
"""How far back purchases of products are looked at."""
LEAST_DAYS = 60
WEEK = 7
PRODUCTS = 5
RECIPES = (Recipe("standard", {"trees": True}), Recipe("regression", {"trees": False}))
GAP, VALUE, LINES = (
    N_("Days since the customer's purchase before"),
    N_("Order value, over the median order's"),
    N_("Different products of an order"),
)


@dataclass(frozen=True)
class Source:
    """What is learnt from: visits as arrays, and what was bought on which day."""

    visits: History
    baskets: Baskets


class PropensityTrainer:
    """Trainer of chances of purchase and lifetime value. A recipe says whether trees stand by the regression."""

    metric = "brier"
    hold_out_days = HORIZONS[-1]
    answer_days = HORIZONS[-1]
    least_days = LEAST_DAYS
    margin = 0.02

    def recipes(self) -> tuple[Recipe, ...]:
        """A regression and trees together, and the regression alone."""
        return RECIPES

    def read(self, session: Session, dataset: str) -> Learning:
        """Visits of all customers, and the products of the last year.

        Raises NoOrders, NoCustomersNamed or NothingBought.
        """
        from ml.propensity.products import baskets

        chosen, zone = Dataset(dataset), company().zone
        visits = visits_frame(session, chosen, zone)
        known = history(visits)
        if not len(known):
            raise customers_missing(session, chosen) if visits.empty else NothingBought
        last = _date(known.last)
        bought = baskets(baskets_frame(session, chosen, zone, last - timedelta(days=BASKET_DAYS)))
        remarks = {N_("customers without a purchase"): len(known.customers) - len(np.unique(known.code))}
        source = Source(known, bought)
        return Learning(dataset, data_version(session, chosen), _date(known.first), last, len(known), source, remarks)

    def guard(self, learning: Learning, until: date) -> TrainingTable:
        """Features a month before `until`, and who bought in it. Raises TooLittleHistory where nobody had by then."""
        from ml.behaviour.labels import future
        from ml.leakage import TrainingTable
        from ml.propensity.features import features
        from ml.propensity.model import before, end_day

        end = day_number(until) + 1
        known = before(_visits(learning), end)
        cut = end - HORIZONS[-1]
        dated = {"ordered_at": pd.Series(known.day.astype("datetime64[D]").astype("datetime64[ns]"))}
        table = features(known, end_day(cut))
        if table.empty:
            raise _too_little(learning, until)
        bought = future(known, end_day(cut), HORIZONS[-1], end_day(end))["bought"].astype(float)
        return TrainingTable(table, bought, pd.Timestamp(until), dated, classification=bought.nunique() > 1)

    def new_rows(self, learning: Learning, since: date) -> int:
        """Orders that came after `since`."""
        return int((_visits(learning).day > day_number(since)).sum())

    def inputs(self, learning: Learning, since: date, until: date) -> pd.DataFrame:
        """Orders: days since the customer's order before, value over the median of all, and how many products."""
        known = _visits(learning)
        gap = np.where(np.diff(known.code, prepend=-1) == 0, np.diff(known.day, prepend=0).astype(float), np.nan)
        window = (known.day >= day_number(since)) & (known.day <= day_number(until))
        typical = float(np.median(known.revenue)) or 1.0
        columns = {GAP: gap, VALUE: known.revenue / typical, LINES: known.products}
        return pd.DataFrame({name: values[window] for name, values in columns.items()})

    def fit(self, learning: Learning, recipe: Recipe, until: date, progress: Progress) -> Propensity:
        """The recipe's model of what was known at the end of `until`. Raises TooLittleHistory."""
        from ml.propensity import products
        from ml.propensity.model import end_day, fit
        from ml.propensity.types import NotEnoughHistory

        cutoff = end_day(day_number(until) + 1)
        known = _visits(learning)
        progress(0.1, N_("Looking at what is bought together"))
        mix = products.choose(learning.data.baskets, cutoff)
        progress(0.3, N_("Learning who buys again, and when"))
        try:
            return fit(known, cutoff, mix=mix, trees=recipe.parameters["trees"])
        except NotEnoughHistory as error:
            raise _too_little(learning, until) from error

    def update(self, fitted: Propensity, learning: Learning, until: date, progress: Progress) -> Propensity:
        """A fit takes seconds: the same recipe, learnt anew."""
        return self.fit(learning, RECIPES[0 if fitted.trees else 1], until, progress)

    def evaluate(self, fitted: Propensity, learning: Learning, hold_out: HoldOut) -> Evaluation:
        """Brier score of who bought within 7 and 30 days of the eve. Raises TooLittleHistory."""
        from ml.propensity.types import NotEnoughHistory

        try:
            return judge(fitted, _visits(learning), hold_out)
        except NotEnoughHistory as error:
            raise _too_little(learning, hold_out.eve) from error

    def dump(self, fitted: Propensity) -> Package:
        """Regressions and tables as JSON, trees in XGBoost's own form."""
        from ml.propensity.features import FEATURES
        from ml.propensity.model import packed

        return Package(
            kind="blend" if fitted.trees else "regression",
            files=packed(fitted),
            feature_schema=dict.fromkeys(FEATURES, "number"),
            libraries=artifact.library_versions(*LIBRARIES),
            metrics=_measured(fitted),
        )

    def restore(self, files: Mapping[str, bytes]) -> Propensity:
        """The model that `dump` wrote. Raises ValueError."""
        from ml.propensity.model import unpacked

        return unpacked(files)

    def predict(self, fitted: Propensity, learning: Learning, progress: Progress) -> Predictions:
        """Chances, dates, baskets, values and likely products of everybody who has ever bought."""
        from ml.propensity.model import end_day, score
        from ml.propensity.products import likely

        known, end = _visits(learning), day_number(learning.last) + 1
        progress(0.1, N_("Scoring customers"))
        scored = score(fitted, known, end_day(end))
        progress(0.6, N_("Choosing likely products"))
        customers = [str(customer) for customer in scored.table.index]
        found = likely(fitted.mix, learning.data.baskets, end_day(end), customers, PRODUCTS)
        week = known.day >= end - WEEK
        back = float(known.returned[known.return_day >= end - WEEK].sum())
        before = (len(np.unique(known.code[week])), float(known.revenue[week].sum()) - back)
        made = Made(scored, found, dict(fitted.checked), fitted.lifetime.days, before)
        return Predictions(written(scored, learning.last), made)

    def publish(self, session: Session, learning: Learning, predictions: Predictions, version: str) -> dict[str, Any]:
        """Write a release and the week's list."""
        return publish(session, learning, predictions.data, version)


def _visits(learning: Learning) -> History:
    return learning.data.visits


def _too_little(learning: Learning, until: date) -> TooLittleHistory:
    days = (until - learning.first).days + 1
    return TooLittleHistory(days=days, customers=len(_visits(learning).customers), least=LEAST_DAYS)


def _measured(fitted: Propensity) -> dict[str, float]:
    """What the backtest of the list found."""
    told = fitted.checked
    return {"list_precision": told["hits"] / told["size"]} if told.get("size") else {}


def _date(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=day)
