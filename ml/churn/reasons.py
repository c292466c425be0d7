"""Why a customer may leave: each feature's exact share in the log odds, by kind, where it reads as a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ml.behaviour.features import FEATURES
from ml.behaviour.plausible import REGULAR_DAYS, above, below
from ml.churn.model import COLUMNS, RHYTHM, ChurnModel, logs, rhythm_of, with_rhythm
from ml.churn.types import Reason, ReasonCode

MOST_REASONS = 4
LEAST_EFFECT = 0.02
"""Log odds below which something is no reason."""
SHOWN = {
    ReasonCode.RECENCY: "recency",
    ReasonCode.SILENCE: "recency",
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
MORE = frozenset({ReasonCode.RECENCY, ReasonCode.SILENCE, ReasonCode.HABIT, ReasonCode.RETURNS})
"""Kinds of which more speaks for leaving; of the others less does."""
NEED_GAPS = frozenset({ReasonCode.SILENCE, ReasonCode.HABIT})
LATELY, LATELY_DAYS = frozenset({ReasonCode.RECENT_ORDERS, ReasonCode.RECENT_SPEND}), 90
"""Few orders in so many days say nothing of somebody who buys more seldom than that."""
SAME = {ReasonCode.RECENCY: ReasonCode.SILENCE, ReasonCode.SILENCE: ReasonCode.RECENCY}
DIGITS = {ReasonCode.VARIETY: 1, ReasonCode.RETURNS: 2}
KINDS = {
    ReasonCode.RECENCY: ("recency",),
    ReasonCode.SILENCE: ("overdue", "overdue_most", RHYTHM),
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
    """For each row up to four reasons for leaving, the strongest first, as effects on the log odds of no purchase."""
    if not len(x):
        return []
    shares, codes = contributions(model, x), list(KINDS)
    place = {name: number for number, name in enumerate(COLUMNS)}
    effects = np.column_stack([shares[:, [place[name] for name in KINDS[code]]].sum(axis=1) for code in codes])
    order = np.argsort(-effects, axis=1, kind="stable")
    typical = dict(zip(FEATURES, model.typical.tolist(), strict=True))
    return [
        _told([(codes[kind], float(effect[kind])) for kind in kinds], dict(zip(FEATURES, row, strict=True)), typical)
        for row, effect, kinds in zip(x.tolist(), effects, order.tolist(), strict=True)
    ]


def _told(
    ordered: Sequence[tuple[ReasonCode, float]], row: Mapping[str, float], typical: Mapping[str, float]
) -> tuple[Reason, ...]:
    """The first four that speak for leaving; of recency and silence, which tell the same, the stronger one."""
    told: dict[ReasonCode, Reason] = {}
    for code, effect in ordered:
        if effect < LEAST_EFFECT or len(told) == MOST_REASONS:
            break
        compared = row["gap_mean"] if code == ReasonCode.SILENCE else typical[SHOWN[code]]
        twice = SAME.get(code) in told
        if not twice and speaks(code, row[SHOWN[code]], compared, row["days"], row["gap_mean"]):
            told[code] = Reason(code, row[SHOWN[code]], compared, effect)
    return tuple(told.values())


def speaks(code: ReasonCode, value: float, compared: float, days: float, gap: float) -> bool:
    """Whether a value reads as a reason for leaving. days: with a purchase; gap: the mean one between them."""
    regular, digits = days >= REGULAR_DAYS, DIGITS.get(code, 0)
    if code in NEED_GAPS and not regular:
        return False
    if code == ReasonCode.RECENCY and regular and not above(value, gap):
        return False
    if code in LATELY and regular and gap >= LATELY_DAYS:
        return False
    return above(value, compared, digits) if code in MORE else below(value, compared, digits)
