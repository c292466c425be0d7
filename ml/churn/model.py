"""Probability that a customer buys nothing within a horizon: boosted trees and a logistic regression, half each.

Both learn from rolling cutoffs (`ml.churn.windows`), from `ml.behaviour.features` and from what BG/NBD, which knows how
customers with a rhythm fall silent, says about the window. The log odds of the two are averaged, so that each feature's
share in the answer is exact. The result is carried to the horizon and to the season as hazards are (`carried`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ml.behaviour.bg_nbd import BgNbd, fit_bg_nbd
from ml.behaviour.features import FEATURES, features
from ml.behaviour.history import History, day_number
from ml.behaviour.labels import future
from ml.behaviour.plausible import usual
from ml.churn.season import Season, learn_season
from ml.churn.types import NobodyKnown, OneAnswer
from ml.churn.windows import Windows, growth, lomax_scale, plan
from ml.churn.worth import Worth, learn_worth

if TYPE_CHECKING:
    import xgboost

TREES = {
    "learning_rate": 0.03,
    "max_depth": 3,
    "subsample": 0.7,
    "colsample_bytree": 0.5,
    "min_child_weight": 20,
    "reg_lambda": 10,
    "objective": "binary:logistic",
    "tree_method": "hist",
    "seed": 0,
}
ROUNDS = 300
RHYTHM = "rhythm"
"""Log odds of no purchase within the window, by BG/NBD: stands after the features."""
COLUMNS = (*FEATURES, RHYTHM)
LOGISTIC_C = 0.1
MOST_ROWS = 200_000
"""Rows that a fit takes; of larger shops it takes a sample of customers, the same at every cutoff."""
SURE = 1e-4


@dataclass(frozen=True)
class Logistic:
    """Coefficients on standardised log(1 + feature) and on the rhythm, in the order of COLUMNS, and the intercept."""

    mean: np.ndarray
    scale: np.ndarray
    coefficients: np.ndarray
    intercept: float


@dataclass(frozen=True)
class ChurnModel:
    """A trained model. `booster` is XGBoost's JSON, empty where the logistic regression answers alone.

    horizon and window are days; cutoff is the day (since 1970) that it was trained up to; scale that of
    `ml.churn.windows.growth`; taught_season the mean season of the windows that taught. typical holds what is
    usual of each feature, see `ml.behaviour.plausible`.
    """

    horizon: int
    window: int
    cutoff: int
    booster: bytes
    logistic: Logistic
    rhythm: BgNbd
    scale: float
    season: Season
    taught_season: float
    worth: Worth
    typical: np.ndarray
    rows: int

    @cached_property
    def trees(self) -> xgboost.Booster | None:
        """The booster, ready to answer on one thread per core; None without."""
        if not self.booster:
            return None
        import xgboost

        booster = xgboost.Booster()
        booster.load_model(bytearray(self.booster))
        return booster

    def shift(self, cutoff: int, days: int) -> float:
        """What is added to the log of the window's hazard for the `days` from `cutoff` (days since 1970) on."""
        return growth(self.scale, self.window, days) + self.season.index(cutoff, days) - self.taught_season


@dataclass(frozen=True)
class Taught:
    """Rows to learn from: (rows, features), 1 where nothing was bought in the window, and what buyers then spent.

    rhythm: BG/NBD of everybody known on the eve of the cutoff.
    """

    x: np.ndarray
    silent: np.ndarray
    spent: np.ndarray
    windows: Windows
    rhythm: BgNbd


def fit(history: History, cutoff: object, horizon: int, *, trees: bool = True) -> ChurnModel:
    """A model of what was known before `cutoff`; `trees` False leaves the logistic regression alone. Repeatable.

    Raises NobodyKnown, TooShortHistory, OneAnswer, or ValueError where the horizon is below 1.
    """
    end = day_number(cutoff)
    taught = teach(history, end, horizon)
    logistic = _fit_logistic(taught)
    season = learn_season(history, end)
    seasons = [season.index(at, taught.windows.days) for at in taught.windows.cutoffs]
    return ChurnModel(
        horizon=horizon,
        window=taught.windows.days,
        cutoff=end,
        booster=_fit_trees(taught) if trees else b"",
        logistic=logistic,
        rhythm=taught.rhythm,
        scale=lomax_scale(history, taught.windows),
        season=season,
        taught_season=float(np.mean(seasons)),
        worth=learn_worth(taught.x, taught.spent, taught.windows.days),
        typical=np.array(list(usual(features(history, cutoff), FEATURES).values())),
        rows=len(taught.x),
    )


def teach(history: History, end: int, horizon: int) -> Taught:
    """The rows of all training cutoffs before `end` (days since 1970). Raises as `fit`."""
    if not (history.day < end).any():
        raise NobodyKnown
    windows = plan(history.first, end, horizon)
    tables, answers = [], []
    for at in windows.cutoffs:
        day = pd.Timestamp(at, unit="D")
        tables.append(features(history, day))
        answers.append(future(history, day, windows.days, pd.Timestamp(end, unit="D")))
    x, silent, spent = (
        np.concatenate([table.to_numpy() for table in tables]),
        np.concatenate([~answer["bought"].to_numpy() for answer in answers]),
        np.concatenate([answer["revenue"].to_numpy() for answer in answers]),
    )
    if not len(silent) or silent.all() or not silent.any():
        raise OneAnswer(bool(len(silent)) and not silent.any())
    kept = _sampled(pd.Index(np.concatenate([table.index.to_numpy() for table in tables])))
    rhythm = fit_bg_nbd(*_seen(features(history, pd.Timestamp(end, unit="D")).to_numpy()))
    return Taught(x[kept], silent[kept].astype(float), spent[kept], windows, rhythm)


def _seen(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What BG/NBD knows of each row: days with a purchase, recency and age."""
    days, recency, age = (x[:, FEATURES.index(name)].astype(np.float64) for name in ("days", "recency", "age"))
    return days, recency, age


def rhythm_of(rhythm: BgNbd, x: np.ndarray, window: int) -> np.ndarray:
    """(rows,) log odds of no purchase within `window` days, by BG/NBD; x: (rows, features)."""
    silent = rhythm.silent(*_seen(x), window)
    return np.log(silent / (1 - silent))


def _sampled(customers: pd.Index) -> np.ndarray:
    """Places of the rows to learn from: all, or those of customers whose hash falls below a share."""
    if len(customers) <= MOST_ROWS:
        return np.arange(len(customers))
    hashed = pd.util.hash_array(customers.to_numpy(dtype=object)) / np.float64(2**64)
    return np.flatnonzero(hashed < MOST_ROWS / len(customers))


def matrix(table: pd.DataFrame) -> np.ndarray:
    """(rows, features) float32 of a table of features, as `probabilities` takes it."""
    return np.ascontiguousarray(table[list(FEATURES)].to_numpy(dtype=np.float32))


def logs(x: np.ndarray) -> np.ndarray:
    """log(1 + x), of what is below 0 as of 0."""
    return np.log1p(np.maximum(x, 0))


def log_odds(model: ChurnModel, x: np.ndarray) -> np.ndarray:
    """(rows,) of no purchase within the window: the mean of both learners. x as `matrix` gives it."""
    return log_odds_of(model, x, logs(x))


def log_odds_of(model: ChurnModel, x: np.ndarray, logarithms: np.ndarray) -> np.ndarray:
    """`log_odds` where `logs(x)` is at hand."""
    part, pace = model.logistic, rhythm_of(model.rhythm, x, model.window)
    weights = part.coefficients / part.scale
    linear = logarithms @ weights[:-1].astype(logarithms.dtype) + pace * weights[-1] + part.intercept
    linear -= part.mean @ weights
    if model.trees is None:
        return linear
    return (linear + model.trees.inplace_predict(with_rhythm(x, pace), predict_type="margin")) / 2


def with_rhythm(x: np.ndarray, pace: np.ndarray) -> np.ndarray:
    """(rows, COLUMNS) float32, as the trees take it."""
    wide = np.empty((len(x), len(COLUMNS)), dtype=np.float32)
    wide[:, :-1], wide[:, -1] = x, pace
    return wide


def probabilities(model: ChurnModel, x: np.ndarray, cutoff: object, days: int | None = None) -> np.ndarray:
    """(rows,) chance of no purchase in the `days` (the model's horizon by default) from `cutoff` on.

    x: features as of the cutoff, see `matrix`.
    """
    return reached(model, log_odds(model, x), cutoff, days)


def reached(model: ChurnModel, odds: np.ndarray, cutoff: object, days: int | None = None) -> np.ndarray:
    """`probabilities` where the log odds are at hand."""
    return carried(odds, model.shift(day_number(cutoff), days or model.horizon))


def carried(odds: np.ndarray, shift: float) -> np.ndarray:
    """Probabilities with these log odds, to the power of exp(shift): the survival function of a multiplied hazard."""
    silent = np.clip(1 / (1 + np.exp(-odds.astype(np.float64))), SURE, 1 - SURE)
    return silent ** np.exp(shift)


def _fit_logistic(taught: Taught) -> Logistic:
    from sklearn.linear_model import LogisticRegression

    x = np.column_stack([logs(taught.x), rhythm_of(taught.rhythm, taught.x, taught.windows.days)])
    mean, spread = x.mean(axis=0), x.std(axis=0)
    scale = np.where(spread > 1e-9, spread, 1.0)
    fitted = LogisticRegression(C=LOGISTIC_C, solver="newton-cholesky", max_iter=100).fit(
        (x - mean) / scale, taught.silent
    )
    return Logistic(mean, scale, fitted.coef_[0], float(fitted.intercept_[0]))


def _fit_trees(taught: Taught) -> bytes:
    import xgboost

    pace = rhythm_of(taught.rhythm, taught.x, taught.windows.days)
    data = xgboost.DMatrix(with_rhythm(taught.x, pace), label=taught.silent, nthread=1)
    fitted = xgboost.train({**TREES, "nthread": 1}, data, num_boost_round=ROUNDS)
    return bytes(fitted.save_raw("json"))
