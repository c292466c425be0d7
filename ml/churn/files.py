"""A churn model as files: XGBoost's own JSON and a JSON of the rest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ml import artifact
from ml.behaviour.bg_nbd import BgNbd
from ml.behaviour.features import FEATURES
from ml.churn.model import COLUMNS, ChurnModel, Logistic
from ml.churn.season import Season
from ml.churn.worth import Worth

TREES_FILE, REST_FILE = "trees.json", "model.json"


def to_files(model: ChurnModel) -> dict[str, bytes]:
    """File name → content; there is no file of trees where the logistic regression answers alone."""
    part, worth = model.logistic, model.worth
    rest = {
        "features": list(COLUMNS),
        "horizon": model.horizon,
        "window": model.window,
        "cutoff": model.cutoff,
        "scale": model.scale,
        "taught_season": model.taught_season,
        "rows": model.rows,
        "trees": bool(model.booster),
        "typical": model.typical.tolist(),
        "rhythm": asdict(model.rhythm),
        "season": {"weeks": model.season.weeks, "weights": model.season.weights},
        "logistic": {
            "mean": part.mean.tolist(),
            "scale": part.scale.tolist(),
            "coefficients": part.coefficients.tolist(),
            "intercept": part.intercept,
        },
        "worth": {
            "coefficients": worth.coefficients.tolist(),
            "intercept": worth.intercept,
            "smear": worth.smear,
            "most": worth.most,
            "days": worth.days,
        },
    }
    files = {REST_FILE: artifact.as_json(rest)}
    return files | {TREES_FILE: model.booster} if model.booster else files


def from_files(files: Mapping[str, bytes]) -> ChurnModel:
    """The model that `to_files` wrote. Raises ValueError where it is incomplete or made of other features."""
    try:
        rest: dict[str, Any] = json.loads(files[REST_FILE])
        if rest["features"] != list(COLUMNS):
            raise ValueError("the model was made of other features")
        return ChurnModel(
            booster=files[TREES_FILE] if rest["trees"] else b"",
            logistic=_logistic(rest["logistic"]),
            season=Season(**{name: tuple(values) for name, values in rest["season"].items()}),
            worth=_worth(rest["worth"]),
            typical=_row(rest["typical"], FEATURES),
            rhythm=BgNbd(**rest["rhythm"]),
            **{name: rest[name] for name in ("horizon", "window", "cutoff", "scale", "taught_season", "rows")},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not the files of a churn model: {error!r}") from error


def _logistic(told: dict[str, Any]) -> Logistic:
    mean, scale, coefficients = (_row(told[name], COLUMNS) for name in ("mean", "scale", "coefficients"))
    return Logistic(mean, scale, coefficients, told["intercept"])


def _worth(told: dict[str, Any]) -> Worth:
    return Worth(_row(told["coefficients"], FEATURES), told["intercept"], told["smear"], told["most"], told["days"])


def _row(values: list[float], names: Sequence[str]) -> np.ndarray:
    row = np.array(values, dtype=float)
    if row.shape != (len(names),):
        raise ValueError(f"{row.shape} numbers where there must be {len(names)}")
    return row
