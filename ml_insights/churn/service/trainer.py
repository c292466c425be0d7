"""How retraining makes, judges and publishes churn scores; see `ml_insights.core.training`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlmodel import Session

from ml import artifact
from ml.behaviour.history import History, day_number, history
from ml.churn.horizon import DEFAULT
from ml_insights.churn.errors import NothingToLearn
from ml_insights.churn.facts import Horizon
from ml_insights.churn.policy import lost_after
from ml_insights.churn.service.asking import asked_for
from ml_insights.churn.service.judging import judge
from ml_insights.churn.service.outcomes import SUBJECT
from ml_insights.churn.service.publishing import publish
from ml_insights.churn.wording import question
from ml_insights.commerce import queries as commerce
from ml_insights.commerce.errors import NoOrders
from ml_insights.commerce.queries.rfm import count_customers
from ml_insights.commerce.queries.visits import visits_frame
from ml_insights.commerce.service import customers_missing
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.capability import Progress
from ml_insights.core.company import company
from ml_insights.core.i18n import N_
from ml_insights.core.training import Evaluation, HoldOut, Learning, Package, Predictions, Recipe

if TYPE_CHECKING:
    from ml.churn.model import ChurnModel
    from ml.churn.types import Scored
    from ml.leakage import TrainingTable

LIBRARIES = ("xgboost-cpu", "xgboost", "scikit-learn", "numpy", "pandas")
RECIPES = (
    Recipe("standard", {"trees": True}),
    Recipe("logistic", {"trees": False}),
)
VALUE = N_("Order value, over the median order's")
GAP = N_("Days since the customer's previous order")
VARIETY = N_("Different products in an order")


@dataclass(frozen=True)
class Source:
    """What churn is learnt from, and the horizon that is asked for.

    end: the first day (since 1970) that is not known as a whole.
    """

    past: History
    end: int
    asked: Horizon


class ChurnTrainer:
    """Trainer of churn: the chance of no purchase within the horizon. A recipe says whether trees take part.

    The horizon follows the rhythm of purchases or a setting, and is that of the learning.
    """

    metric = "brier"
    hold_out_days = DEFAULT
    least_days = 60
    answer_days = DEFAULT
    margin = 0.02

    def recipes(self) -> tuple[Recipe, ...]:
        """Boosted trees with a logistic regression, and the latter alone."""
        return RECIPES

    def read(self, session: Session, dataset: str) -> Learning:
        """Every customer's orders up to the last whole day. Raises NoOrders, NoCustomersNamed or NothingToLearn."""
        chosen = Dataset(dataset)
        newest = commerce.last_day(session, chosen, company().zone)
        if newest is None:
            raise NoOrders
        today = clock.now().astimezone(company().zone).date()
        last = min(newest, today - timedelta(days=1))
        visits = visits_frame(session, chosen, company().zone)
        if visits.empty:
            raise customers_missing(session, chosen)
        past = history(visits[visits["day"] <= pd.Timestamp(last)])
        if not len(past):
            raise NothingToLearn
        bought = len(np.unique(past.code))
        everybody = max(count_customers(session, chosen), len(past.customers))
        end = day_number(last) + 1
        asked = asked_for(session, chosen, past, end)
        lost = int((_last_days(past) < end - lost_after(asked.days)).sum())
        remarks = {
            N_("customers without a purchase: there is no basis for a score"): everybody - bought,
            N_("customers silent for over twice the horizon: they have left already"): lost,
        }
        first = date(1970, 1, 1) + timedelta(days=past.first)
        return Learning(
            dataset=dataset,
            data_version=commerce.data_version(session, chosen),
            first=first,
            last=last,
            rows=len(past),
            data=Source(past, end, asked),
            remarks=remarks,
            horizon=asked.days,
            question=question(asked),
        )

    def guard(self, learning: Learning, until: date) -> TrainingTable:
        """The features at all training cutoffs, and who then bought nothing. Raises NothingToLearn."""
        from ml.behaviour.features import FEATURES
        from ml.churn.model import teach
        from ml.churn.types import CannotLearn
        from ml.leakage import TrainingTable

        end = day_number(until) + 1
        try:
            taught = teach(_past(learning), end, _horizon(learning))
        except CannotLearn as error:
            raise NothingToLearn from error
        days = _past(learning).day
        dated = {"ordered_at": pd.Series(days[days < end].astype("datetime64[D]"))}
        table = pd.DataFrame(taught.x, columns=list(FEATURES))
        return TrainingTable(table, pd.Series(taught.silent), pd.Timestamp(until), dated, classification=True)

    def new_rows(self, learning: Learning, since: date) -> int:
        """Orders that came after `since`."""
        return int((_past(learning).day > day_number(since)).sum())

    def inputs(self, learning: Learning, since: date, until: date) -> pd.DataFrame:
        """Orders: their value over the median of all, the days since the customer's one before, and their variety."""
        past = _past(learning)
        typical = float(np.median(past.revenue)) if len(past) else 1.0
        gaps = np.where(np.diff(past.code, prepend=-1) == 0, np.diff(past.day, prepend=0), np.nan)
        window = (past.day >= day_number(since)) & (past.day <= day_number(until))
        return pd.DataFrame(
            {VALUE: past.revenue[window] / (typical or 1.0), GAP: gaps[window], VARIETY: past.products[window]}
        )

    def fit(self, learning: Learning, recipe: Recipe, until: date, progress: Progress) -> ChurnModel:
        """The recipe's model of orders up to `until`. Raises NothingToLearn."""
        progress(0.1, N_("Learning who left"))
        return _fit(learning, until, bool(recipe.parameters["trees"]))

    def update(self, fitted: ChurnModel, learning: Learning, until: date, progress: Progress) -> ChurnModel:
        """The same kind of model, of orders up to `until` and the horizon that is asked for: fits take a second."""
        progress(0.1, N_("Learning who left"))
        return _fit(learning, until, bool(fitted.booster))

    def evaluate(self, fitted: ChurnModel, learning: Learning, hold_out: HoldOut) -> Evaluation:
        """Brier score of who bought nothing in the hold-out, as of its eve. Raises NothingToLearn."""
        return judge(fitted, _past(learning), hold_out)

    def dump(self, fitted: ChurnModel) -> Package:
        """Trees as XGBoost's JSON, the rest as JSON."""
        from ml.behaviour.features import FEATURES
        from ml.churn.files import to_files

        return Package(
            kind="xgboost+logistic" if fitted.booster else "logistic",
            files=to_files(fitted),
            feature_schema=dict.fromkeys(FEATURES, "number"),
            libraries=artifact.library_versions(*LIBRARIES),
        )

    def restore(self, files: Mapping[str, bytes]) -> ChurnModel:
        """The model that `dump` wrote. Raises ValueError."""
        from ml.churn.files import from_files

        return from_files(files)

    def predict(self, fitted: ChurnModel, learning: Learning, progress: Progress) -> Predictions:
        """Everybody's chance of no purchase in the horizon after the data, with the reasons of those most at risk."""
        from ml.churn.scoring import score

        progress(0.1, N_("Scoring customers"))
        end = learning.data.end
        silent = lost_after(fitted.horizon)
        scored = score(fitted, _past(learning), pd.Timestamp(end, unit="D"), lost_after=silent)
        rows = _rows(scored, learning.last + timedelta(days=fitted.horizon + 1))
        return Predictions(rows, (scored, fitted.horizon, learning.data.asked))

    def publish(self, session: Session, learning: Learning, predictions: Predictions, version: str) -> dict[str, Any]:
        """Write a release and make it the one that answers."""
        scored, horizon, asked = predictions.data
        return publish(session, learning, scored, horizon, version, asked)


def _past(learning: Learning) -> History:
    return learning.data.past


def _last_days(past: History) -> np.ndarray:
    """The last day with a purchase of everybody with one."""
    ends = np.append(np.diff(past.code) != 0, True)
    return past.day[ends]


def _horizon(learning: Learning) -> int:
    return learning.horizon or DEFAULT


def _fit(learning: Learning, until: date, trees: bool) -> ChurnModel:
    from ml.churn.model import fit
    from ml.churn.types import CannotLearn

    try:
        cutoff = pd.Timestamp(until) + pd.Timedelta(days=1)
        return fit(_past(learning), cutoff, _horizon(learning), trees=trees)
    except CannotLearn as error:
        raise NothingToLearn from error


def _rows(scored: Scored, matures: date) -> pd.DataFrame:
    """The ledger's rows; a prediction matures at the end of its horizon."""
    target = pd.Timestamp(datetime.combine(matures, time.min, company().zone)).tz_convert("UTC")
    told = {
        customer: json.dumps([asdict(reason) for reason in given])
        for customer, given in scored.reasons.items()
        if given
    }
    ids = scored.table.index.astype(str)
    return pd.DataFrame(
        {
            "subject": SUBJECT + pd.Series(ids, dtype=object),
            "target_at": pd.Series([target] * len(ids)),
            "probability": scored.table["probability"].to_numpy(),
            "reasons": pd.Series([told.get(customer) for customer in ids], dtype=object),
        }
    )
