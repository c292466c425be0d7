"""Everybody's score as of a cutoff."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.behaviour.features import features, net_revenue
from ml.behaviour.history import History
from ml.churn.model import ChurnModel, log_odds_of, logs, matrix, reached
from ml.churn.reasons import reasons
from ml.churn.types import Reason, Scored
from ml.churn.worth import expected_spending

EXPLAINED = 1_000
"""Customers with the most revenue at risk that get reasons, where nobody says how many: more than can be worked."""


@dataclass(frozen=True)
class ScoredRows:
    """As `ml.churn.types.Scored`, by row: probability and value (rows,); explained are places, with their reasons."""

    probability: np.ndarray
    value: np.ndarray
    explained: np.ndarray
    reasons: list[tuple[Reason, ...]]


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
    spent = pd.Series(net_revenue(history, cutoff, 365), index=table.index)
    if lost_after is not None:
        table = table[table["recency"] <= lost_after]
    rows = score_rows(model, matrix(table), cutoff, explained)
    start = pd.Timestamp(cutoff)  # pyright: ignore[reportArgumentType]
    scored = pd.DataFrame(
        {
            "probability": rows.probability,
            "value": rows.value,
            "at_risk": rows.probability * rows.value,
            "last_day": start.normalize() - pd.to_timedelta(table["recency"].to_numpy(), unit="D"),
            "orders": table["orders"].to_numpy().astype(np.int64),
            "revenue_year": spent[table.index].to_numpy(),
        },
        index=table.index,
    )
    names = table.index[rows.explained].astype(str)
    return Scored(scored, dict(zip(names, rows.reasons, strict=True)))


def score_rows(model: ChurnModel, x: np.ndarray, cutoff: object, explained: int = EXPLAINED) -> ScoredRows:
    """Scores of (rows, features) as of `cutoff`, see `ml.churn.model.matrix`."""
    logarithms = logs(x)
    chance = reached(model, log_odds_of(model, x, logarithms), cutoff)
    value = expected_spending(model.worth, logarithms, model.horizon)
    at_risk, count = chance * value, min(explained, len(x))
    top = np.argpartition(-at_risk, count - 1)[:count] if count else np.zeros(0, dtype=np.int64)
    top = top[np.lexsort((top, -at_risk[top]))]
    return ScoredRows(chance, value, top, reasons(model, x[top]))
