"""How retraining makes, judges and publishes the price model; see `ml_insights.core.training`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlmodel import Session

from ml import artifact
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Progress
from ml_insights.core.i18n import N_
from ml_insights.core.training import Evaluation, HoldOut, Learning, Package, Predictions, Recipe
from ml_insights.pricing.errors import NoPrices
from ml_insights.pricing.service.judging import judge, written
from ml_insights.pricing.service.observations import Sold, read_sold
from ml_insights.pricing.service.pricing import price_products, sold_shares, with_idle_weeks
from ml_insights.pricing.service.publishing import publish
from ml_insights.pricing.service.weeks import coming_weeks, of_products, panel_of, usual_prices, weeks_until

if TYPE_CHECKING:
    from ml.leakage import TrainingTable
    from ml.pricing.model import Learnt

MODEL = "prices"
BAND_WEEKS = 8
"""How far ahead the bands are measured."""
LIBRARIES = ("xgboost-cpu", "xgboost", "numpy", "pandas", "scipy")
RECIPES = (
    Recipe("standard", {"companion": True, "knot_periods": 6}),
    Recipe("ridge", {"companion": False, "knot_periods": 6}),
    Recipe("steady", {"companion": True, "knot_periods": 13}),
)
PRICE, PROMOTED = N_("Price, over the product's median"), N_("Whether a product was promoted in a week")
SOLD = N_("Units a week, over the product's mean")


@dataclass(frozen=True)
class FittedPrices:
    """A trained price model, as of `until`."""

    learnt: Learnt
    until: date


class PricesTrainer:
    """Trainer of the price model. A recipe says whether trees answer beside the ridge, and how fast levels may move."""

    metric = "wape"
    hold_out_days = 56
    least_days = 56
    answer_days = 7
    margin = 0.02

    def recipes(self) -> tuple[Recipe, ...]:
        """Ridge and trees, ridge alone, and levels that move slowly."""
        return RECIPES

    def read(self, session: Session, dataset: str) -> Learning:
        """Weeks of every product, up to the last whole one. Raises NoPrices."""
        sold = read_sold(session, Dataset(dataset))
        return Learning(dataset, sold.data_version, sold.first, sold.last, len(sold.weeks), sold)

    def guard(self, learning: Learning, until: date) -> TrainingTable:
        """Price and promotion of each product's week. They are set beforehand, so they may tell all there is."""
        from ml.leakage import TrainingTable

        known = _known(learning.data, until)
        features = known[["deal", "feat"]].assign(price=_relative(known, "price", "median")).reset_index(drop=True)
        target = pd.Series(np.log(known["quantity"].to_numpy()))
        dated = {"period": (known["period"] + pd.Timedelta(days=6)).reset_index(drop=True)}
        return TrainingTable(features, target, pd.Timestamp(until), dated, trusted=frozenset(features.columns))

    def new_rows(self, learning: Learning, since: date) -> int:
        """Weeks of products that ended after `since`."""
        ends = learning.data.weeks["period"] + pd.Timedelta(days=6)
        return int((ends > pd.Timestamp(since)).sum())

    def inputs(self, learning: Learning, since: date, until: date) -> pd.DataFrame:
        """Weeks of products: price over the median, units over the mean, whether promoted."""
        weeks = learning.data.weeks
        scaled = pd.DataFrame(
            {
                PRICE: _relative(weeks, "price", "median"),
                SOLD: _relative(weeks, "quantity", "mean"),
                PROMOTED: np.where(weeks["deal"] > 0, "yes", "no"),
            }
        )
        chosen = (weeks["period"] >= pd.Timestamp(since)) & (weeks["period"] <= pd.Timestamp(until))
        return scaled[chosen].reset_index(drop=True)

    def fit(self, learning: Learning, recipe: Recipe, until: date, progress: Progress) -> FittedPrices:
        """Variances, bands and trees from the weeks that were over by `until`. Raises NoPrices without any."""
        from ml.pricing.model import learn
        from ml.pricing.types import PricingSettings

        progress(0.1, N_("Learning how buyers answer to prices"))
        end = weeks_until(learning.data, until)
        if end < 1:
            raise NoPrices
        chosen = PricingSettings(knot_periods=recipe.parameters["knot_periods"])
        horizon = min(BAND_WEEKS, max(end // 4, 1))
        return FittedPrices(learn(panel_of(learning.data), end, horizon, chosen, recipe.parameters["companion"]), until)

    def update(self, fitted: FittedPrices, learning: Learning, until: date, progress: Progress) -> FittedPrices:
        """The same variances and trees: what happened since is known to them whenever they are asked."""
        return FittedPrices(fitted.learnt, until)

    def evaluate(self, fitted: FittedPrices, learning: Learning, hold_out: HoldOut) -> Evaluation:
        """WAPE of each product's weekly quantity at the prices that were charged, forecast from the eve."""
        from ml.pricing.model import answer

        sold: Sold = learning.data
        panel, end = panel_of(sold), weeks_until(sold, hold_out.eve)
        found = answer(fitted.learnt, panel, end, intervals=False).forecasts
        inside = found["t"] < weeks_until(sold, hold_out.last)
        return judge(of_products(found[inside], panel), sold, hold_out)

    def dump(self, fitted: FittedPrices) -> Package:
        """Variances and bands as JSON, and the trees in XGBoost's own."""
        from ml.pricing.files import pack

        return Package(
            kind="ridge",
            files=pack(fitted.learnt, until=fitted.until.isoformat()),
            feature_schema={"price": "number", "deal": "number", "feat": "number", "period": "date"},
            libraries=artifact.library_versions(*LIBRARIES),
        )

    def restore(self, files: Mapping[str, bytes]) -> FittedPrices:
        """The model that `dump` wrote. Raises ValueError."""
        from ml.pricing.files import unpack

        learnt, more = unpack(files)
        return FittedPrices(learnt, date.fromisoformat(more.get("until", "")))

    def predict(self, fitted: FittedPrices, learning: Learning, progress: Progress) -> Predictions:
        """Elasticities, and what the coming weeks sell at today's prices."""
        from ml.pricing.model import answer

        progress(0.3, N_("Pricing the products"))
        sold: Sold = learning.data
        prices = usual_prices(sold.weeks, sold.last)
        panel = panel_of(sold, coming_weeks(sold, prices))
        found = answer(fitted.learnt, panel, weeks_until(sold, sold.last))
        ahead = with_idle_weeks(of_products(found.forecasts, panel), sold_shares(sold.weeks))
        return Predictions(written(ahead, sold), price_products(sold, prices, ahead, found.elasticities))

    def publish(self, session: Session, learning: Learning, predictions: Predictions, version: str) -> dict[str, Any]:
        """Write a release and make it the one that pages show."""
        return publish(session, learning, predictions.data, version)


def _known(sold: Sold, until: date) -> pd.DataFrame:
    return sold.weeks[sold.weeks["period"] + pd.Timedelta(days=6) <= pd.Timestamp(until)]


def _relative(weeks: pd.DataFrame, column: str, over: str) -> pd.Series:
    return weeks[column] / weeks.groupby("product_id")[column].transform(over)  # pyright: ignore[reportCallIssue, reportArgumentType]
