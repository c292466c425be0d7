"""The churn model and its baselines on what came after a cutoff. Nothing is learnt from the cutoff or later."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd

from ml.behaviour.features import features
from ml.behaviour.history import History, day_number
from ml.behaviour.labels import future
from ml.churn.baselines import bg_nbd, logistic_rfm, recency_rates
from ml.churn.calibration import perfect_range, scores
from ml.churn.horizon import rhythm
from ml.churn.model import carried, fit, matrix, probabilities, teach
from ml.churn.windows import growth, lomax_scale


def evaluate_churn(history: History, cutoff: object, horizon: int) -> dict[str, Any]:
    """Scores of the model, recency alone, logistic RFM and BG/NBD on `horizon` days from `cutoff` on.

    Raises ml.behaviour.labels.NotYetKnown where the answers reach beyond the data, ml.churn.types.CannotLearn where
    what came before the cutoff is too little, ValueError where the horizon is below 1.
    """
    answers = future(history, cutoff, horizon)
    started = time.perf_counter()
    model = fit(history, cutoff, horizon)
    x = matrix(features(history, cutoff))
    chance = probabilities(model, x, cutoff)
    seconds = time.perf_counter() - started
    true = (~answers["bought"].to_numpy()).astype(float)
    told = {"model": chance, **baselines(history, cutoff, horizon, x)}
    upper = perfect_range(chance)
    results = {name: scores(true, given) for name, given in told.items()}
    results["model"]["seconds"] = seconds
    return {
        "capability": "churn",
        "settings": {
            "cutoff": str(pd.Timestamp(cutoff).date()),  # pyright: ignore[reportArgumentType]
            "horizon_days": horizon,
            "rhythm_horizon_days": rhythm(history, day_number(cutoff)).horizon,
            "customers": len(true),
            "churned": float(true.mean()),
            "expected": float(chance.mean()),
            "ece_upper_95": upper,
            "ece_inside_95": results["model"]["ece"] <= upper,
            "window_days": model.window,
            "training_rows": model.rows,
            "season": bool(model.season.weeks),
            "without_basis": len(history.customers) - len(np.unique(history.code)),
        },
        "results": results,
        "details": bins(true, chance),
    }


def baselines(history: History, cutoff: object, horizon: int, x: np.ndarray) -> dict[str, np.ndarray]:
    """(rows,) probabilities of each baseline; those that learn from windows are carried to the horizon as the model."""
    taught = teach(history, day_number(cutoff), horizon)
    grown = growth(lomax_scale(history, taught.windows), taught.windows.days, horizon)
    learnt = {"recency": recency_rates(taught, x), "logistic_rfm": logistic_rfm(taught, x)}
    reached = {name: carried(np.log(p / (1 - p)), grown) for name, p in learnt.items()}
    return {**reached, "bg_nbd": bg_nbd(history, cutoff, horizon)}


def bins(true: np.ndarray, chance: np.ndarray, count: int = 10) -> list[dict[str, float]]:
    """The calibration curve: customers, mean probability and rate of each bin of equal mass, lowest first."""
    order = np.array_split(np.argsort(chance, kind="stable"), count)
    return [
        {"customers": len(rows), "expected": float(chance[rows].mean()), "churned": float(true[rows].mean())}
        for rows in order
        if len(rows)
    ]
