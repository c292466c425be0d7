"""How good churn scores were about days that they did not know."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ml.behaviour.features import features
from ml.behaviour.history import History
from ml.behaviour.labels import future
from ml.behaviour.ranking import least_auc
from ml_insights.churn.errors import NothingToLearn
from ml_insights.churn.policy import lost_after
from ml_insights.churn.service.outcomes import SUBJECT
from ml_insights.core.company import company
from ml_insights.core.training import Evaluation, HoldOut
from ml_insights.registry.facts import LEAST_AUC

if TYPE_CHECKING:
    from ml.churn.model import ChurnModel


def judge(model: ChurnModel, past: History, hold_out: HoldOut) -> Evaluation:
    """Brier score per customer who had not left before, against the rate of equal recency.

    Raises NothingToLearn where there is no such customer, or nothing that the baselines could learn from.
    """
    from ml.churn.calibration import scores
    from ml.churn.evaluate import baselines
    from ml.churn.model import matrix, probabilities
    from ml.churn.types import CannotLearn

    cutoff = pd.Timestamp(hold_out.eve) + pd.Timedelta(days=1)
    end = pd.Timestamp(hold_out.last) + pd.Timedelta(days=1)
    table = features(past, cutoff)
    active = table["recency"].to_numpy() <= lost_after(model.horizon)
    if not active.any():
        raise NothingToLearn
    x, ids = matrix(table)[active], table.index[active].astype(str).tolist()
    answers = future(past, cutoff, hold_out.days, end)
    true = (~answers["bought"].to_numpy()[active]).astype(float)
    chance = probabilities(model, x, cutoff, hold_out.days)
    try:
        others = baselines(past, cutoff, hold_out.days, matrix(table))
    except CannotLearn as error:
        raise NothingToLearn from error
    naive = {name: given[active] for name, given in others.items()}
    return Evaluation(
        losses=_losses(ids, chance, true),
        baseline=_losses(ids, naive["recency"], true),
        metrics=scores(true, chance) | _certain(true, chance),
        baselines={name: scores(true, given) for name, given in naive.items()},
        predictions=_rows(ids, chance, true, hold_out),
        shown=SUBJECT + ids[int(np.argmax(table["revenue_365"].to_numpy()[active]))],
    )


def _certain(true: np.ndarray, chance: np.ndarray) -> dict[str, float]:
    """The AUC that is exceeded for certain; nothing where all did the same."""
    least = least_auc(true, chance)
    return {} if least is None else {LEAST_AUC: least}


def _losses(ids: list[str], chance: np.ndarray, true: np.ndarray) -> dict[str, float]:
    return dict(zip(ids, ((chance - true) ** 2).tolist(), strict=True))


def _rows(ids: list[str], chance: np.ndarray, true: np.ndarray, hold_out: HoldOut) -> pd.DataFrame:
    target = pd.Timestamp(datetime.combine(hold_out.last + timedelta(days=1), time.min, company().zone))
    return pd.DataFrame(
        {
            "subject": SUBJECT + pd.Series(ids, dtype=object),
            "target_at": pd.Series([target.tz_convert("UTC")] * len(ids)),
            "probability": chance,
            "actual": true,
        }
    )
