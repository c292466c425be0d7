"""Drift: of inputs against those that a model was trained on, and of its errors against those that it promised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

SMOOTHING = 0.5
"""Added to every bin's count before shares are taken (Jeffreys' prior), so that an empty bin is no infinity."""
GROUPS = 1_000
"""Subjects beyond so many are resampled in groups: the interval hardly changes, and memory stays small."""


Values = pd.Series | np.ndarray | list[float] | list[str]


@dataclass(frozen=True)
class Bins:
    """Bins fixed on reference data, and the reference's counts.

    edges: inner quantile edges of a number, rising; or categories: the reference's values of a category, the most
    frequent first. The last two counts are of other values (always 0 for numbers) and of missing ones.
    """

    edges: tuple[float, ...] | None
    categories: tuple[str, ...] | None
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Decay:
    """Recent error against the promised one. `ratio` is recent over promised; low and high bound the recent error."""

    recent: float
    promised: float
    ratio: float
    low: float
    high: float
    decayed: bool


def fix_bins(reference: Values, bins: int = 10, most: int = 50) -> Bins:
    """Bins of the reference: about equally filled ones for numbers, one for each of the `most` commonest categories.

    Equal quantiles merge, so a number with few values has fewer bins. Raises ValueError without any reference value.
    """
    values = pd.Series(reference)
    if not values.notna().any():
        raise ValueError("bins need at least one reference value")
    if _is_number(values):
        numbers = values.to_numpy(float)
        inner = np.quantile(numbers[~np.isnan(numbers)], np.linspace(0, 1, bins + 1)[1:-1])
        made = Bins(tuple(np.unique(inner).tolist()), None, ())
    else:
        made = Bins(None, tuple(values.dropna().astype(str).value_counts().index[:most]), ())
    return Bins(made.edges, made.categories, tuple(count_into(values, made).tolist()))


def count_into(values: Values, bins: Bins) -> np.ndarray:
    """How many values fall into each bin; the last two are other values and missing ones."""
    series = pd.Series(values)
    known = series.dropna()
    if bins.edges is not None:
        places = np.searchsorted(np.array(bins.edges), known.to_numpy(float), side="left")
        width = len(bins.edges) + 1
    else:
        index = pd.Index(bins.categories or ())
        places = index.get_indexer(pd.Index(known.astype(str)))
        width = len(index)
        places = np.where(places < 0, width, places)
    counts = np.bincount(places.astype(int), minlength=width + 1)
    return np.append(counts, len(series) - len(known))


def psi(reference: Bins, recent: Values) -> float:
    """Population stability index of recent values against the reference (Siddiqi 2006); NaN without recent values.

    Below 0.1 is usually called stable, above 0.25 a shift. Each bin's count is raised by `SMOOTHING` on both sides;
    bins that are empty on both count nothing.
    """
    expected, actual = np.array(reference.counts, float), count_into(recent, reference).astype(float)
    if not actual.sum():
        return float("nan")
    used = (expected + actual) > 0
    before, now = (_shares(counts[used]) for counts in (expected, actual))
    return float(((now - before) * np.log(now / before)).sum())


def decay(
    errors: pd.DataFrame,
    promised: float,
    *,
    margin: float = 0.1,
    draws: int = 1_000,
    level: float = 0.95,
    seed: int = 0,
) -> Decay:
    """Whether the recent error is above the promised one beyond noise and by more than `margin` of it.

    errors: subject, period, total (sum of errors) and count. The recent error is the sum of totals over that of
    counts. Its interval is from a bootstrap that resamples subjects and periods at once (Owen 2007, the pigeonhole
    bootstrap), because a bad week is bad for all subjects and a bad subject in all weeks. Raises ValueError where
    columns are missing. All figures are NaN without errors or promise; of a single subject and period the interval is.
    """
    total, count = (_matrix(errors, name) for name in ("total", "count"))
    if not count.sum() or not promised > 0:
        return Decay(*(float("nan"),) * 5, decayed=False)
    recent = float(total.sum() / count.sum())
    generator = np.random.default_rng(seed)
    rows, columns = (_weights(generator, draws, length) for length in count.shape)
    sums = np.einsum("ds,sp,dp->d", rows, total, columns, optimize=True)
    counts = np.einsum("ds,sp,dp->d", rows, count, columns, optimize=True)
    means = np.divide(sums, counts, out=np.full(draws, np.nan), where=counts > 0)
    low, high = np.nanquantile(means, [(1 - level) / 2, (1 + level) / 2])
    alone = count.size == 1
    low, high = (float("nan"), float("nan")) if alone else (float(low), float(high))
    return Decay(recent, promised, recent / promised, low, high, decayed=low > promised * (1 + margin))


def _weights(generator: np.random.Generator, draws: int, length: int) -> np.ndarray:
    """(draws, length) how often each of `length` was drawn."""
    return generator.multinomial(length, np.full(length, 1 / length), size=draws).astype(float)


def _matrix(errors: pd.DataFrame, name: str) -> np.ndarray:
    missing = {"subject", "period", "total", "count"} - set(errors.columns)
    if missing:
        raise ValueError(f"errors lack the columns {', '.join(sorted(missing))}")
    table = errors.pivot_table(index="subject", columns="period", values=name, aggfunc="sum", fill_value=0)
    return table.groupby(np.arange(len(table)) % GROUPS).sum().to_numpy(float)


def _shares(counts: np.ndarray) -> np.ndarray:
    return (counts + SMOOTHING) / (counts + SMOOTHING).sum()


def _is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
