"""What a report draws of a model, as numbers: made while the hold-out is at hand, drawn when the report is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from ml_insights.core.training import Evaluation
from ml_insights.retraining.policy import known

FOLDED = 0.01
"""Share of units at each end that the histogram of gains folds into its last bars."""
BARS, CHANCES, MOST_CASES = 31, 10, 1_000
Numbers = tuple[float | None, ...]


class Picture(BaseModel):
    """Stored as JSON."""

    model_config = ConfigDict(frozen=True)


class Gains(Picture):
    """How many units save how much loss: `units` counts them in bars of equal width from `-reach` to `reach`."""

    units: tuple[int, ...]
    reach: float


class Chances(Picture):
    """Mean chance that was told and share that came true, by bins of equal size."""

    told: Numbers
    came: Numbers


class Course(Picture):
    """One subject over the hold-out: what came, what was said with its 80 % band (empty where there is none), by day.

    `champion` is what the champion said on `champion_days`.
    """

    subject: str
    days: tuple[str, ...]
    came: Numbers
    said: Numbers
    low: Numbers = ()
    high: Numbers = ()
    champion_days: tuple[str, ...] = ()
    champion: Numbers = ()


class Cases(Picture):
    """What was said and what came of each case; at most MOST_CASES, evenly taken by what was said."""

    said: Numbers
    came: Numbers


class Pictures(Picture):
    """What is drawn of one model; each only where the hold-out gives it. The champion's chances come second."""

    gains: Gains | None = None
    chances: tuple[Chances, ...] = ()
    course: Course | None = None
    cases: Cases | None = None


def of_model(challenger: Evaluation, rival: Evaluation | None) -> Pictures:
    """Chances by their calibration, forecasts over time, single cases a dot each."""
    rows = challenger.predictions
    gains = _gains(challenger.losses, rival.losses) if rival else None
    if "probability" in rows and rows["probability"].notna().any():
        others = (rival.predictions,) if rival is not None and "probability" in rival.predictions else ()
        return Pictures(gains=gains, chances=tuple(_chances(one) for one in (rows, *others)))
    shown = rows[rows["subject"] == challenger.shown]
    if shown.empty or "value" not in shown:
        return Pictures(gains=gains)
    if len(shown) == 1:
        return Pictures(gains=gains, cases=_cases(rows))
    return Pictures(gains=gains, course=_course(challenger.shown, shown, rival))


def _gains(challenger: Mapping[str, float], rival: Mapping[str, float]) -> Gains | None:
    saved = np.array([rival[unit] - challenger[unit] for unit in sorted(challenger.keys() & rival.keys())])
    saved = saved[np.isfinite(saved)]
    if not len(saved):
        return None
    low, high = np.quantile(saved, [FOLDED, 1 - FOLDED])
    reach = float(max(abs(low), abs(high), 1e-9))
    counted, _ = np.histogram(np.clip(saved, -reach, reach), bins=BARS, range=(-reach, reach))
    return Gains(units=tuple(counted.tolist()), reach=reach)


def _chances(rows: pd.DataFrame) -> Chances:
    ordered = rows.sort_values("probability", kind="stable")[["probability", "actual"]].to_numpy(float)
    bins = [part.mean(axis=0) for part in np.array_split(ordered, CHANCES) if len(part)]
    return Chances(told=_numbers([told for told, _ in bins]), came=_numbers([came for _, came in bins]))


def _course(subject: str, shown: pd.DataFrame, rival: Evaluation | None) -> Course:
    ordered = shown.sort_values("target_at")
    band = {"lo_80", "hi_80"} <= set(ordered.columns)
    others = rival.predictions[rival.predictions["subject"] == subject].sort_values("target_at") if rival else shown[:0]
    return Course(
        subject=subject,
        days=_days(ordered),
        came=_numbers(ordered["actual"]),
        said=_numbers(ordered["value"]),
        low=_numbers(ordered["lo_80"]) if band else (),
        high=_numbers(ordered["hi_80"]) if band else (),
        champion_days=_days(others),
        champion=_numbers(others["value"]),
    )


def _cases(rows: pd.DataFrame) -> Cases:
    ordered = rows.sort_values("value", kind="stable")
    places = np.unique(np.linspace(0, len(ordered) - 1, min(len(ordered), MOST_CASES)).round().astype(int))
    taken = ordered.iloc[places]
    return Cases(said=_numbers(taken["value"]), came=_numbers(taken["actual"]))


def _days(rows: pd.DataFrame) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in pd.DatetimeIndex(rows["target_at"]).tz_localize(None))


def _numbers(values: Any) -> Numbers:
    return tuple(known(value) for value in np.asarray(values, float))
