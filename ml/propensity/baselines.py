"""What any model of the next purchase has to beat, in the same terms: a chance for everybody as of a cutoff."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml.behaviour.bg_nbd import fit_bg_nbd, rhythm
from ml.behaviour.history import History, day_number
from ml.propensity.cutoffs import cases
from ml.propensity.features import features

RFM = ("recency", "days", "revenue")


def recency(history: History, cutoff: object, horizon: int) -> np.ndarray:
    """Who bought last buys first: how often those with as recent a purchase bought within `horizon` days, last time.

    (customers,) in the order of `features`. Monotone in recency, by isotonic regression on the newest matured cutoff.
    """
    from sklearn.isotonic import IsotonicRegression

    end = day_number(cutoff)
    known = cases(history, end, horizon, 1)
    model = IsotonicRegression(y_min=0.0, y_max=1.0, increasing=False, out_of_bounds="clip")
    model.fit(known.table["recency"], known.answers["bought"].astype(float))
    return model.predict(features(history, _day(end))["recency"])


def logistic_rfm(history: History, cutoff: object, horizon: int) -> np.ndarray:
    """Logistic regression on logs of recency, frequency and monetary value, fitted on the newest matured cutoff."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    end = day_number(cutoff)
    known = cases(history, end, horizon, 1)
    bought = known.answers["bought"].to_numpy(bool)
    now = _logs(features(history, _day(end)))
    if bought.all() or not bought.any():
        return np.full(len(now), float(bought.mean()))
    model = make_pipeline(StandardScaler(), LogisticRegression())
    return model.fit(_logs(known.table), bought).predict_proba(now)[:, 1]


def bg_nbd(history: History, cutoff: object, horizon: int) -> np.ndarray:
    """BG/NBD (see `ml.behaviour.bg_nbd`): purchases expected, as the chance that a Poisson count of them is not 0."""
    now = features(history, _day(day_number(cutoff)))
    return -np.expm1(-fit_bg_nbd(*rhythm(now)).purchases(*rhythm(now), horizon))


BASELINES = {"recency": recency, "logistic_rfm": logistic_rfm, "bg_nbd": bg_nbd}


def revenue_before(history: History, cutoff: object, horizon: int) -> np.ndarray:
    """(customers,) the revenue of the `horizon` days before: next period is as the last one."""
    end = day_number(cutoff)
    inside = (history.day < end) & (history.day >= end - horizon)
    total = np.bincount(history.code[inside], history.revenue[inside], len(history.customers))
    return total[history.customers.get_indexer(features(history, _day(end)).index)]


def _logs(table: pd.DataFrame) -> np.ndarray:
    return np.log1p(np.clip(table[list(RFM)].to_numpy(float), 0.0, None))


def _day(number: int) -> pd.Timestamp:
    return pd.Timestamp(number, unit="D")
