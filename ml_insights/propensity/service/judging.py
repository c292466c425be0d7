"""How good chances of purchase were on days that the model did not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ml.behaviour.history import day_number
from ml.behaviour.labels import future
from ml.behaviour.ranking import least_auc
from ml_insights.core.training import Evaluation, HoldOut
from ml_insights.propensity.service.predictions import HORIZONS, matures_at, subject_of, written
from ml_insights.registry.facts import LEAST_AUC

if TYPE_CHECKING:
    from ml.behaviour.history import History
    from ml.propensity.model import Propensity


def judge(fitted: Propensity, history: History, hold_out: HoldOut) -> Evaluation:
    """Brier scores of who bought within the horizons that the hold-out is long enough for, as foretold on its eve.

    A unit is a customer: what they do within 7 and within 30 days is one fate. Its loss is the mean over horizons.
    """
    from ml.propensity import baselines, metrics
    from ml.propensity.model import before, end_day, score

    end = day_number(hold_out.eve) + 1
    scored = score(fitted, history, end_day(end))
    horizons = tuple(days for days in HORIZONS if days <= hold_out.days)
    actual = {days: _bought(history, end, days, day_number(hold_out.last) + 1) for days in horizons}
    known = before(history, end)
    naive = {days: baselines.logistic_rfm(known, end_day(end), days) for days in horizons}
    told = {days: scored.table[f"chance_{days}"].to_numpy() for days in horizons}
    rows = written(scored, hold_out.eve, horizons)
    figures = {days: metrics.figures(actual[days], told[days]) for days in horizons}
    subjects = [f"customer/{customer}" for customer in scored.table.index]
    shown = int(np.argmax(told[horizons[-1]]))
    return Evaluation(
        losses=dict(zip(subjects, _losses(told, actual).tolist(), strict=True)),
        baseline=dict(zip(subjects, _losses(naive, actual).tolist(), strict=True)),
        metrics=_together(figures) | _certain(actual, told),
        baselines={"logistic_rfm": _together({days: metrics.figures(actual[days], naive[days]) for days in horizons})},
        predictions=rows.assign(actual=_in_order(rows, scored.table.index, actual, hold_out)),
        shown=subject_of(horizons[-1], str(scored.table.index[shown])),
    )


def _certain(actual: dict[int, np.ndarray], told: dict[int, np.ndarray]) -> dict[str, float]:
    """The AUC of the shortest horizon, the list's, that is exceeded for certain; nothing where all did the same."""
    least = least_auc(actual[min(told)], told[min(told)])
    return {} if least is None else {LEAST_AUC: least}


def _bought(history: History, end: int, days: int, known_until: int) -> np.ndarray:
    stamp = pd.Timestamp(end, unit="D")
    return future(history, stamp, days, pd.Timestamp(known_until, unit="D"))["bought"].to_numpy(float)


def _losses(told: dict[int, np.ndarray], actual: dict[int, np.ndarray]) -> np.ndarray:
    return np.mean([(told[days] - actual[days]) ** 2 for days in told], axis=0)


def _together(figures: dict[int, dict[str, float]]) -> dict[str, float]:
    """The mean over the horizons by the plain name, and each horizon's by its own."""
    names = set.intersection(*(set(one) for one in figures.values()))
    means = {name: float(np.mean([one[name] for one in figures.values()])) for name in sorted(names)}
    return means | {f"{name}_{days}": value for days, one in figures.items() for name, value in one.items()}


def _in_order(rows: pd.DataFrame, customers: pd.Index, actual: dict[int, np.ndarray], hold_out: HoldOut) -> np.ndarray:
    by_subject = {
        subject_of(days, str(customer)): value
        for days, answers in actual.items()
        for customer, value in zip(customers, answers, strict=True)
    }
    found = rows["subject"].map(by_subject).to_numpy(float)
    assert (rows["target_at"] <= matures_at(hold_out.last, 0)).all()  # noqa: S101  an answer that is not known yet
    return found
