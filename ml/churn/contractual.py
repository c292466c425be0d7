"""Who leaves a contract, from a table with a label: logistic regression, forest, boosted trees, or their mean.

Which one is chosen by cross-validation within the training rows. Nothing is resampled, and everything that is learnt
(encodings, scales, the choice) is learnt from the training rows of a split alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ml.churn.calibration import perfect_range, scores
from ml.churn.contract_table import Encoder, answers, learn_encoder, texts_of

FOLDS, INNER_FOLDS = 5, 3
BLEND = "blend"
FEWEST = 10
"""Rows of the rarer answer below which folds tell nothing."""
MOST_REASONS = 4
Predict = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class ContractReason:
    """A column that speaks for leaving (effect on the log odds above 0) or for staying, and the row's value of it."""

    column: str
    value: str
    effect: float


@dataclass(frozen=True)
class ScoredContracts:
    """Each row's probability by a model that never saw it, why, and how good such probabilities are."""

    probability: np.ndarray
    reasons: list[tuple[ContractReason, ...]]
    roc_auc: float
    chosen: str


@dataclass(frozen=True)
class _Fold:
    test: np.ndarray
    told: dict[str, np.ndarray]
    chosen: str
    reasons: list[tuple[ContractReason, ...]]


def evaluate_contracts(table: pd.DataFrame, label: str) -> dict[str, Any]:
    """Five-fold out-of-fold scores of what is chosen and of each candidate. Raises ValueError, as `score_contracts`."""
    left = answers(table[label])
    folds = _folds(table, left, label, explain=False)
    told = {name: _gathered(folds, name, len(left)) for name in (*CANDIDATES, BLEND)}
    chosen = _chosen(folds, len(left))
    upper = perfect_range(chosen)
    results = {"model": scores(left, chosen), **{name: scores(left, given) for name, given in told.items()}}
    return {
        "capability": "churn",
        "settings": {
            "label": label,
            "rows": len(left),
            "churned": float(left.mean()),
            "folds": FOLDS,
            "ece_upper_95": upper,
            "ece_inside_95": results["model"]["ece"] <= upper,
        },
        "results": results,
        "details": [{"fold": place, "rows": len(one.test), "chosen": one.chosen} for place, one in enumerate(folds)],
    }


def score_contracts(table: pd.DataFrame, label: str) -> ScoredContracts:
    """Every row's probability and reasons, out of fold.

    Raises ValueError where the label is not yes and no, an answer is rarer than ten rows, or no column tells anything.
    """
    left = answers(table[label])
    folds = _folds(table, left, label, explain=True)
    reasons: list[tuple[ContractReason, ...]] = [()] * len(left)
    for fold in folds:
        for row, given in zip(fold.test.tolist(), fold.reasons, strict=True):
            reasons[row] = given
    chosen = _chosen(folds, len(left))
    names = sorted({fold.chosen for fold in folds})
    return ScoredContracts(chosen, reasons, scores(left, chosen)["roc_auc"], ", ".join(names))


def _folds(table: pd.DataFrame, left: np.ndarray, label: str, explain: bool) -> list[_Fold]:
    from sklearn.model_selection import StratifiedKFold

    if min(left.sum(), len(left) - left.sum()) < FEWEST:
        raise ValueError(f"both answers of {label} need at least {FEWEST} rows")
    features = table.drop(columns=[label])
    features.columns = features.columns.astype(str)
    splits = StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(left, left)
    return [_fold(features, left, train, test, explain) for train, test in splits]


def _fold(features: pd.DataFrame, left: np.ndarray, train: np.ndarray, test: np.ndarray, explain: bool) -> _Fold:
    encoder = learn_encoder(features.iloc[train])
    x, now = encoder.matrix(features.iloc[train]), encoder.matrix(features.iloc[test])
    if x.shape[1] == 0:
        raise ValueError("no column tells the rows apart: all are constant, or name the row")
    told = _with_blend({name: fit(x, left[train])(now) for name, fit in CANDIDATES.items()})
    reasons = _reasons(encoder, x, left[train], features.iloc[test], now) if explain else []
    return _Fold(test, told, _best(x, left[train]), reasons)


def _best(x: np.ndarray, left: np.ndarray) -> str:
    """The candidate with the largest area under the ROC curve, by cross-validation within these rows."""
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold

    told = {name: np.zeros(len(left)) for name in (*CANDIDATES, BLEND)}
    for train, test in StratifiedKFold(INNER_FOLDS, shuffle=True, random_state=1).split(x, left):
        found = _with_blend({name: fit(x[train], left[train])(x[test]) for name, fit in CANDIDATES.items()})
        for name, given in found.items():
            told[name][test] = given
    return max(told, key=lambda name: float(roc_auc_score(left, told[name])))


def _with_blend(told: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {**told, BLEND: np.mean(list(told.values()), axis=0)}


def _gathered(folds: list[_Fold], name: str, rows: int) -> np.ndarray:
    given = np.zeros(rows)
    for fold in folds:
        given[fold.test] = fold.told[name]
    return given


def _chosen(folds: list[_Fold], rows: int) -> np.ndarray:
    given = np.zeros(rows)
    for fold in folds:
        given[fold.test] = fold.told[fold.chosen]
    return given


def _logistic(x: np.ndarray, left: np.ndarray) -> Predict:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    fitted = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=2_000)).fit(x, left)
    return lambda rows: fitted.predict_proba(rows)[:, 1]


def _forest(x: np.ndarray, left: np.ndarray) -> Predict:
    from sklearn.ensemble import RandomForestClassifier

    fitted = RandomForestClassifier(300, min_samples_leaf=5, random_state=0, n_jobs=-1).fit(x, left)
    return lambda rows: fitted.predict_proba(rows)[:, 1]


def _booster(x: np.ndarray, left: np.ndarray) -> Any:
    import xgboost

    parameters = {
        "objective": "binary:logistic",
        "learning_rate": 0.05,
        "max_depth": 3,
        "subsample": 0.8,
        "colsample_bytree": 0.6,
        "min_child_weight": 5,
        "reg_lambda": 5,
        "nthread": 1,
        "seed": 0,
    }
    return xgboost.train(parameters, xgboost.DMatrix(x, label=left), num_boost_round=250)


def _xgboost(x: np.ndarray, left: np.ndarray) -> Predict:
    return _booster(x, left).inplace_predict


CANDIDATES: dict[str, Callable[[np.ndarray, np.ndarray], Predict]] = {
    "logistic": _logistic,
    "forest": _forest,
    "xgboost": _xgboost,
}


def _reasons(
    encoder: Encoder, x: np.ndarray, left: np.ndarray, rows: pd.DataFrame, now: np.ndarray
) -> list[tuple[ContractReason, ...]]:
    """SHAP values of the boosted trees, added up by source column, the strongest first."""
    import xgboost

    shares = _booster(x, left).predict(xgboost.DMatrix(now), pred_contribs=True)[:, :-1]
    names = list(dict.fromkeys(encoder.columns))
    owner = np.array([names.index(name) for name in encoder.columns])
    effects = np.column_stack([shares[:, owner == place].sum(axis=1) for place in range(len(names))])
    values = {name: texts_of(rows[name]).tolist() for name in names}
    order = np.argsort(-np.abs(effects), axis=1, kind="stable")[:, :MOST_REASONS]
    return [
        tuple(ContractReason(names[place], values[names[place]][row], float(effects[row, place])) for place in places)
        for row, places in enumerate(order.tolist())
    ]
