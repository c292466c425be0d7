"""From long frames as people have them to regular panels, refusing what cannot be forecast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.demand.frequency import Frequency, detect, named, with_stamps
from ml.demand.panel import Panel
from ml.demand.types import NotForecastable, Refusal

MINIMUM_OBSERVATIONS = 4
MAXIMUM_STRETCH = 20
MAXIMUM_STEPS = 10_000


@dataclass(frozen=True)
class Rows:
    """The rows of one series, sorted by stamp. values: (rows, y then regressors)."""

    unique_id: str
    stamps: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class RegularSeries:
    """One series on its regular grid. regressors: (time + known future, names)."""

    unique_id: str
    y: np.ndarray
    last: np.generic
    frequency: Frequency
    regressors: np.ndarray


def regularise(
    frame: pd.DataFrame, horizon: int, future: pd.DataFrame | None = None, freq: str | None = None
) -> tuple[list[Panel], list[NotForecastable]]:
    """Split `frame` (unique_id, ds, y, regressors …) into one panel per frequency and a list of refusals.

    Duplicated stamps are averaged, infinities count as missing, inner gaps are interpolated. `future` holds regressor
    values of coming steps (unique_id, ds, names). Raises ValueError when a needed column is missing.
    """
    frame = lower_columns(frame, ("unique_id", "ds", "y"))
    ahead = lower_columns(future, ("unique_id", "ds")) if future is not None else None
    names = usable_regressors(frame, ahead)
    later = {rows.unique_id: rows for rows in _by_series(ahead, names)} if ahead is not None and names else {}
    regular: dict[Frequency, list[RegularSeries]] = defaultdict(list)
    refusals: list[NotForecastable] = []
    for rows in _by_series(frame, ("y", *names)):
        made = _regular_series(rows, later.get(rows.unique_id), horizon, freq)
        if isinstance(made, NotForecastable):
            refusals.append(made)
        else:
            regular[made.frequency].append(made)
    return [_panel(series, names, horizon) for series in regular.values()], refusals


def lower_columns(frame: pd.DataFrame, needed: tuple[str, ...]) -> pd.DataFrame:
    """`frame` with lower-case column names. Raises ValueError naming the columns of `needed` that are missing."""
    frame = frame.rename(columns=lambda name: str(name).strip().lower())
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        raise ValueError(f"The series frame lacks the column(s) {', '.join(missing)}.")
    return frame


def usable_regressors(frame: pd.DataFrame, ahead: pd.DataFrame | None) -> tuple[str, ...]:
    """Numeric columns beside y that vary and are known for the coming steps too."""
    if ahead is None:
        return ()
    numeric = [str(name) for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])]
    shared = [name for name in numeric if name not in ("unique_id", "ds", "y") and name in ahead.columns]
    return tuple(name for name in shared if ahead[name].notna().mean() >= 0.95 and frame[name].nunique() > 1)


def parse_stamps(column: pd.Series) -> np.ndarray:
    """datetime64[ns] with NaT where unreadable, or int64 when the column holds whole numbers."""
    if pd.api.types.is_numeric_dtype(column):
        values = column.to_numpy(dtype=float)
        if np.isfinite(values).all() and (values % 1 == 0).all():
            return values.astype(np.int64)
        return np.full(len(values), np.datetime64("NaT", "ns"))
    if not pd.api.types.is_datetime64_any_dtype(column):
        column = pd.to_datetime(column, errors="coerce", format="mixed")
    if getattr(column.dt, "tz", None) is not None:
        column = column.dt.tz_localize(None)
    return column.to_numpy(dtype="datetime64[ns]")


def _by_series(frame: pd.DataFrame, columns: tuple[str, ...]) -> Iterator[Rows]:
    stamps = parse_stamps(frame["ds"])
    numeric = [pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float) for name in columns]
    values = np.column_stack(numeric) if numeric else np.empty((len(frame), 0))
    codes, keys = pd.factorize(frame["unique_id"].astype(str))
    order = np.lexsort((stamps, codes))
    starts = np.searchsorted(codes[order], np.arange(len(keys) + 1))
    for position, key in enumerate(keys):
        rows = order[starts[position] : starts[position + 1]]
        yield Rows(str(key), stamps[rows], values[rows])


def _regular_series(rows: Rows, later: Rows | None, horizon: int, freq: str | None) -> RegularSeries | NotForecastable:
    dated = ~np.isnat(rows.stamps) if rows.stamps.dtype.kind == "M" else np.ones(len(rows.stamps), dtype=bool)
    if not dated.any():
        return NotForecastable(rows.unique_id, Refusal.NO_DATES, "None of its dates can be read.")
    usable = dated & np.isfinite(rows.values[:, 0])
    rows = Rows(rows.unique_id, rows.stamps[usable], rows.values[usable])
    y = rows.values[:, 0]
    if len(y) == 0:
        return NotForecastable(rows.unique_id, Refusal.NO_VALUES, "No row has both a date and a number.")
    if not y.any():
        return NotForecastable(rows.unique_id, Refusal.ALL_ZERO, f"All {len(y)} values are zero.")
    return _on_grid(rows, later, horizon, freq)


def _on_grid(rows: Rows, later: Rows | None, horizon: int, freq: str | None) -> RegularSeries | NotForecastable:
    distinct = np.unique(rows.stamps)
    if len(distinct) < MINIMUM_OBSERVATIONS:
        detail = f"{len(distinct)} usable observation(s); at least {MINIMUM_OBSERVATIONS} are needed."
        return NotForecastable(rows.unique_id, Refusal.TOO_SHORT, detail)
    frequency = with_stamps(named(freq), rows.stamps.dtype.kind == "M") if freq else detect(distinct)
    if frequency is None:
        return NotForecastable(rows.unique_id, Refusal.IRREGULAR, "The spacing of its dates is not regular.")
    last = distinct[-1]
    ages = frequency.steps_before(rows.stamps, last)
    if ages.max() + 1 > MAXIMUM_STRETCH * len(distinct):
        detail = f"{len(distinct)} observations are spread over {ages.max() + 1} steps: too few to see a pattern."
        return NotForecastable(rows.unique_id, Refusal.IRREGULAR, detail)
    length = min(int(ages.max()) + 1, MAXIMUM_STEPS)
    grid = _averaged(length - 1 - ages, rows.values, length)
    regressors = np.vstack([grid[:, 1:], np.full((horizon, grid.shape[1] - 1), np.nan)])
    if later is not None:
        steps = -frequency.steps_before(later.stamps, last) - 1
        regressors[length:] = _averaged(steps, later.values, horizon)
    return RegularSeries(rows.unique_id, _interpolated(grid[:, 0]), last, frequency, regressors)


def _averaged(positions: np.ndarray, values: np.ndarray, length: int) -> np.ndarray:
    """(length, columns) means of the values that fall on each position; NaN where none does."""
    inside = (positions >= 0) & (positions < length)
    positions, values = positions[inside], values[inside]
    known = np.isfinite(values)
    sums, counts = np.zeros((length, values.shape[1])), np.zeros((length, values.shape[1]))
    np.add.at(sums, positions, np.where(known, values, 0.0))
    np.add.at(counts, positions, known)
    return np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)


def _interpolated(y: np.ndarray) -> np.ndarray:
    known = np.flatnonzero(np.isfinite(y))
    return y if len(known) == len(y) else np.interp(np.arange(len(y)), known, y[known])


def _panel(series: list[RegularSeries], names: tuple[str, ...], horizon: int) -> Panel:
    width = max(len(one.y) for one in series)
    y = np.full((len(series), width), np.nan)
    regressors = np.full((len(series), width + horizon, len(names)), np.nan)
    for row, one in enumerate(series):
        y[row, width - len(one.y) :] = one.y
        regressors[row, width - len(one.y) :] = one.regressors
    last = np.array([one.last for one in series])
    return Panel(tuple(one.unique_id for one in series), y, last, series[0].frequency, regressors, names)
