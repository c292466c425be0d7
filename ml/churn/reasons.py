"""Why a customer is likely to leave or to stay: each feature's exact share in the log odds, taken together by kind."""

from __future__ import annotations

import numpy as np

from ml.churn.model import COLUMNS, RHYTHM, ChurnModel, logs, rhythm_of, with_rhythm
from ml.churn.types import Reason, ReasonCode

MOST_REASONS = 4
LEAST_EFFECT = 0.02
"""Log odds below which something is no reason."""
SHOWN = {
    ReasonCode.RECENCY: "recency",
    ReasonCode.OVERDUE: "overdue",
    ReasonCode.HABIT: "gap_mean",
    ReasonCode.FREQUENCY: "orders",
    ReasonCode.RECENT_ORDERS: "orders_90",
    ReasonCode.RECENT_SPEND: "revenue_90",
    ReasonCode.SPEND: "order_value",
    ReasonCode.TENURE: "age",
    ReasonCode.VARIETY: "products",
    ReasonCode.RETURNS: "returned_share",
}
"""The feature that stands for its kind when a reason is told."""
KINDS = {
    ReasonCode.RECENCY: ("recency",),
    ReasonCode.OVERDUE: ("overdue", "overdue_most", RHYTHM),
    ReasonCode.HABIT: ("gap_mean", "gap_std", "gap_max", "gap_last", "rate"),
    ReasonCode.FREQUENCY: ("orders", "days", "orders_180", "orders_365"),
    ReasonCode.RECENT_ORDERS: ("orders_30", "orders_60", "orders_90", "pace"),
    ReasonCode.RECENT_SPEND: ("revenue_30", "revenue_60", "revenue_90"),
    ReasonCode.SPEND: ("revenue", "revenue_180", "revenue_365", "order_value", "last_revenue"),
    ReasonCode.TENURE: ("age",),
    ReasonCode.VARIETY: ("products", "last_products", "units"),
    ReasonCode.RETURNS: ("returns", "returned_share"),
}


def contributions(model: ChurnModel, x: np.ndarray) -> np.ndarray:
    """(rows, COLUMNS + 1) shares in `ml.churn.model.log_odds`, which they add up to; the last is everybody's.

    Of the trees they are SHAP values (Lundberg et al. 2020), which XGBoost computes; of the logistic regression, its
    coefficients times the distance from the mean.
    """
    part, pace = model.logistic, rhythm_of(model.rhythm, x, model.window)
    linear = (np.column_stack([logs(x), pace]) - part.mean) / part.scale * part.coefficients
    whole = np.column_stack([linear, np.full(len(x), part.intercept)])
    if model.trees is None:
        return whole
    import xgboost

    return (whole + model.trees.predict(xgboost.DMatrix(with_rhythm(x, pace)), pred_contribs=True)) / 2


def reasons(model: ChurnModel, x: np.ndarray) -> list[tuple[Reason, ...]]:
    """For each row up to four reasons, the strongest first, as effects on the log odds of no purchase."""
    if not len(x):
        return []
    shares, codes = contributions(model, x), list(KINDS)
    place = {name: number for number, name in enumerate(COLUMNS)}
    effects = np.column_stack([shares[:, [place[name] for name in KINDS[code]]].sum(axis=1) for code in codes])
    order = np.argsort(-np.abs(effects), axis=1, kind="stable")[:, :MOST_REASONS]
    shown = [place[SHOWN[code]] for code in codes]
    return [
        tuple(
            Reason(codes[kind], float(row[shown[kind]]), float(model.typical[shown[kind]]), float(effect[kind]))
            for kind in kinds
            if abs(effect[kind]) >= LEAST_EFFECT
        )
        for row, effect, kinds in zip(x, effects, order.tolist(), strict=True)
    ]
