"""Which columns of deliveries a model may learn from: known before departure, varied, and not the answer itself."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from ml.leakage import NEAR_PERFECT_CORRELATION, TrainingTable, check
from ml.route_cost.types import IDENTITY, NAMED_NUMBERS, NAMED_TEXTS, SIZES, TARGET, TIME, Columns, Left

NUMERIC_SHARE = 0.9
"""Of the known values of a column that must be numbers, for it to be a number with gaps."""
IDENTIFIER_SHARE = 0.5
DETERMINED = 0.9995
"""Share of the variance that a weighted sum of free numbers may explain on other rows before it is the answer."""
FEWEST = 20


def prepared(frame: pd.DataFrame) -> pd.DataFrame:
    """Deliveries with a cost above zero and a departure, oldest first; sizes below zero are unknown.

    frame: the columns of the `deliveries` contract; cost may hold texts, which are no costs.
    """
    cost = pd.to_numeric(frame[TARGET], errors="coerce").astype(float)
    known = np.isfinite(cost) & (cost > 0) & frame[TIME].notna()
    kept = frame.assign(cost=cost)[known].sort_values(TIME, kind="stable").reset_index(drop=True)
    return kept.assign(**{name: sizes(kept[name]) for name in NAMED_NUMBERS if name in kept})


def sizes(column: pd.Series) -> pd.Series:
    """Numbers of zero or more; everything else is unknown."""
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    return numbers.where(np.isfinite(numbers) & (numbers >= 0))


def usable(frame: pd.DataFrame) -> Columns:
    """The columns to learn from, of `prepared` rows; those that tell the cost themselves are left out and named."""
    numbers, texts, left = [], [], {}
    for name in map(str, frame.columns):
        if name in (IDENTITY, TARGET, TIME):
            continue
        reason = _unusable(frame[name], name)
        if reason is not None:
            left[name] = reason
        elif name in NAMED_NUMBERS or (name not in NAMED_TEXTS and is_number(frame[name])):
            numbers.append(name)
        else:
            texts.append(name)
    leaks = leaking(frame, numbers, texts)
    left |= dict.fromkeys(leaks, Left.LEAK)
    kept = [name for name in numbers if name not in leaks], [name for name in texts if name not in leaks]
    return Columns(tuple(kept[0]), tuple(kept[1]), left)


def _unusable(column: pd.Series, name: str) -> Left | None:
    known = column.dropna()
    if known.empty:
        return Left.EMPTY
    if known.nunique() == 1:
        return Left.CONSTANT if name not in SIZES else None
    if name in NAMED_NUMBERS or is_number(column):
        return None
    if pd.api.types.is_datetime64_any_dtype(column) or _times(known):
        return Left.TIMES
    return Left.IDENTIFIER if known.nunique() > IDENTIFIER_SHARE * len(known) and name not in NAMED_TEXTS else None


def is_number(column: pd.Series) -> bool:
    """Whether a column holds numbers, but for gaps and a few words."""
    if pd.api.types.is_numeric_dtype(column):
        return True
    known = column.dropna()
    return bool(pd.to_numeric(known, errors="coerce").notna().mean() >= NUMERIC_SHARE) if len(known) else False


def _times(known: pd.Series) -> bool:
    sample = known.iloc[:: max(len(known) // 200, 1)].astype(str)
    if not sample.str.contains(r"\d.*[-/:].*\d", regex=True).mean() > NUMERIC_SHARE:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return bool(pd.to_datetime(sample, errors="coerce", format="mixed").notna().mean() >= NUMERIC_SHARE)


def number(column: pd.Series) -> np.ndarray:
    """(rows,) the values of a numeric column; words among them are unknown."""
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def text(column: pd.Series) -> pd.Series:
    """The values of a text column; what is unknown is a value of its own."""
    return column.astype(object).where(column.notna(), "").astype(str).str.strip()


def leaking(frame: pd.DataFrame, numbers: list[str], texts: list[str]) -> dict[str, float]:
    """Free columns that tell the cost on their own or as a sum, with how well (rank correlation, or R²)."""
    free = [name for name in numbers if name not in SIZES]
    table = guarded(frame, free, texts, frozenset([*free, *texts]))
    scores = check(table)
    alone = {
        name: score for name, score in scores.items() if score >= NEAR_PERFECT_CORRELATION and name in free + texts
    }
    return alone if len(frame) < FEWEST else alone | _parts([n for n in free if n not in alone], frame)


def guarded(frame: pd.DataFrame, numbers: list[str], texts: list[str], trusted: frozenset[str]) -> TrainingTable:
    """The columns in the leak guard's terms."""
    columns = {name: number(frame[name]) for name in numbers} | {name: text(frame[name]) for name in texts}
    features = pd.DataFrame(columns, index=frame.index)
    last = frame[TIME].max() if len(frame) else pd.Timestamp(0)
    return TrainingTable(features, frame[TARGET].astype(float), last, {TIME: frame[TIME]}, trusted=trusted)


def _parts(names: list[str], frame: pd.DataFrame) -> dict[str, float]:
    """Parts that add up to the cost: learnt on every other row, judged on the rest."""
    if not names:
        return {}
    parts = np.nan_to_num(np.column_stack([number(frame[name]) for name in names]))
    cost, odd = frame[TARGET].to_numpy(float), np.arange(len(frame)) % 2 == 1
    with_one = np.column_stack([parts, np.ones(len(parts))])
    weights, *_ = np.linalg.lstsq(with_one[odd], cost[odd], rcond=None)
    spread = float(np.var(cost[~odd]))
    score = 1 - float(np.var(cost[~odd] - with_one[~odd] @ weights)) / spread if spread > 0 else 0.0
    if score < DETERMINED:
        return {}
    moved = np.abs(weights[:-1]) * parts.std(axis=0)
    return {name: score for name, share in zip(names, moved / moved.sum(), strict=True) if share > 0.01}
