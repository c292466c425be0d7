"""Everybody's score as of a cutoff."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml.behaviour.features import features
from ml.behaviour.history import History
from ml.churn.model import ChurnModel, matrix, probabilities
from ml.churn.reasons import reasons
from ml.churn.types import Scored
from ml.churn.worth import expected_spending

EXPLAINED = 1_000
"""Customers with the most revenue at risk that get reasons, where nobody says how many: more than can be worked."""


def score(
    model: ChurnModel,
    history: History,
    cutoff: object,
    *,
    explained: int = EXPLAINED,
    lost_after: int | None = None,
) -> Scored:
    """Scores of everybody who had bought before `cutoff`, with reasons for the `explained` most at risk.

    lost_after: days of silence after which a customer is not scored any more.
    """
    table = features(history, cutoff)
    if lost_after is not None:
        table = table[table["recency"] <= lost_after]
    x = matrix(table)
    chance = probabilities(model, x, cutoff) if len(x) else np.zeros(0)
    value = expected_spending(model.worth, x, model.horizon)
    start = pd.Timestamp(cutoff)  # pyright: ignore[reportArgumentType]
    scored = pd.DataFrame(
        {
            "probability": chance,
            "value": value,
            "at_risk": chance * value,
            "last_day": start.normalize() - pd.to_timedelta(table["recency"].to_numpy(), unit="D"),
            "orders": table["orders"].to_numpy().astype(np.int64),
            "revenue_year": table["revenue_365"].to_numpy(),
        },
        index=table.index,
    )
    top = np.argsort(-scored["at_risk"].to_numpy(), kind="stable")[:explained]
    return Scored(scored, dict(zip(table.index[top].astype(str), reasons(model, x[top]), strict=True)))
