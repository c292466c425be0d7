"""Why a customer may buy: each feature's exact share in the log odds, taken together by kind, where it reads as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ml.behaviour.plausible import REGULAR_DAYS, above, below
from ml.propensity.blend import Blend
from ml.propensity.features import FEATURES, KINDS, TOLD
from ml.propensity.types import Reason, ReasonCode

MOST_REASONS = 4
LEAST_EFFECT = 0.02
"""Log odds below which something is no reason."""
LESS = frozenset({ReasonCode.RECENCY, ReasonCode.HABIT, ReasonCode.RETURNS})
"""Kinds of which less speaks for a purchase; of the others more does."""
NEED_GAPS = frozenset({ReasonCode.DUE, ReasonCode.HABIT})
DUE_FROM, DUE_UNTIL = 0.8, 1.6
"""Between these parts of the usual gap a purchase is due."""
EARLY = 0.5
"""Part of the usual gap before which a purchase just made speaks for none."""
SAME = {ReasonCode.RECENCY: ReasonCode.DUE, ReasonCode.DUE: ReasonCode.RECENCY}
DIGITS = {ReasonCode.VARIETY: 1, ReasonCode.RETURNS: 2}
SHOWN = {code: TOLD.get(code, names[0]) for code, names in KINDS.items()}
"""The feature that stands for its kind when a reason is told."""


def reasons(
    model: Blend, typical: Mapping[str, float], table: pd.DataFrame, first: np.ndarray
) -> dict[str, tuple[Reason, ...]]:
    """Up to four reasons for a purchase, the strongest first, of the rows of features at the places `first`."""
    if not len(first):
        return {}
    chosen, codes = table.iloc[first], list(KINDS)
    parts = model.contributions(chosen)
    columns = [[FEATURES.index(name) for name in KINDS[code]] for code in codes]
    effects = np.stack([parts[:, at].sum(axis=1) for at in columns], axis=1)
    order = np.argsort(-effects, axis=1, kind="stable")
    rows = [dict(zip(FEATURES, row, strict=True)) for row in chosen[list(FEATURES)].to_numpy(float).tolist()]
    return {
        str(customer): _told([(codes[at], float(effects[place, at])) for at in order[place]], rows[place], typical)
        for place, customer in enumerate(chosen.index)
    }


def _told(
    ordered: Sequence[tuple[ReasonCode, float]], row: Mapping[str, float], typical: Mapping[str, float]
) -> tuple[Reason, ...]:
    """The first four that speak for a purchase; of recency and being due, which tell the same, the stronger one."""
    told: dict[ReasonCode, Reason] = {}
    for code, effect in ordered:
        if effect < LEAST_EFFECT or len(told) == MOST_REASONS:
            break
        value, compared = float(row[SHOWN[code]]), row["gap_mean"] if code == ReasonCode.DUE else typical[SHOWN[code]]
        if SAME.get(code) not in told and speaks(code, value, compared, row["days"], row["gap_mean"]):
            told[code] = Reason(code, value, float(compared), effect)
    return tuple(told.values())


def speaks(code: ReasonCode, value: float, compared: float, days: float, gap: float) -> bool:
    """Whether a value reads as a reason for a purchase. days: with a purchase; gap: the mean one between them."""
    regular, digits = days >= REGULAR_DAYS, DIGITS.get(code, 0)
    if code in NEED_GAPS and not regular:
        return False
    if code == ReasonCode.DUE:
        return DUE_FROM * gap <= value <= DUE_UNTIL * gap
    if code == ReasonCode.RECENCY and regular and value < EARLY * gap:
        return False
    return below(value, compared, digits) if code in LESS else above(value, compared, digits)
