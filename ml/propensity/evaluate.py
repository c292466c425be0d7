"""Chances of purchase and lifetime value measured on orders alone: learnt before a cutoff, tested on the days after."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd

from ml.behaviour.bg_nbd import fit_bg_nbd, rhythm
from ml.behaviour.history import History, day_number, history
from ml.behaviour.labels import future
from ml.behaviour.visits import local_days, visits
from ml.propensity import baselines, lifetime, metrics, products
from ml.propensity.blend import fit as fit_blend
from ml.propensity.cutoffs import Cases, cases, cutoffs
from ml.propensity.features import features
from ml.propensity.model import before, chance, sampled
from ml.propensity.types import NotEnoughHistory

LEAST_CUTOFFS = 2
SHORTER = (180, 120, 90, 60, 45, 30, 21, 14, 7)
SUGGESTED = (5, 10)


class NothingToTest(ValueError):
    """The orders do not reach far enough behind the cutoff, or nobody had bought before it."""


def evaluate_propensity(orders: pd.DataFrame, cutoff: object, horizon: int) -> dict[str, Any]:
    """What `evaluate propensity` writes. orders: see `ml.frames.ORDERS`; the first day that is not known is `cutoff`.

    results: the model and each baseline with roc_auc, pr_auc, brier, ece, lift_at_10; lifetime_value (mae, coverage_80
    of the revenue within the horizon) beside same_as_last_period; products and most_popular with hit_rate.
    Raises NothingToTest, NotEnoughHistory.
    """
    whole = history(visits(orders))
    end = day_number(cutoff)
    _check(whole, end, horizon)
    known = before(whole, end)
    table = features(known, _day(end))
    if table.empty:
        raise NothingToTest("nobody had bought before the cutoff")
    told = future(whole, _day(end), horizon)
    actual, spent = told["bought"].to_numpy(float), told["revenue"].to_numpy(float)
    started = time.perf_counter()
    chances, window = likelihood(known, table, end, horizon)
    found = {"model": metrics.figures(actual, chances) | {"seconds": time.perf_counter() - started}}
    for name, baseline in baselines.BASELINES.items():
        found[name] = _baseline(baseline, known, end, horizon, actual)
    found |= _values(known, table, end, horizon, spent) | _products(orders, end, horizon)
    low, high = metrics.calibration_range(chances)
    settings = {
        "cutoff": str(_day(end).date()), "horizon_days": horizon, "customers": len(table),
        "bought": float(actual.mean()), "learnt_horizon_days": window, "signal": bool(0 < actual.mean() < 1),
        "ece_range_if_calibrated": [low, high],
    }  # fmt: skip
    return {"capability": "propensity", "settings": settings, "results": found, "details": _deciles(actual, chances)}


def likelihood(known: History, table: pd.DataFrame, end: int, horizon: int) -> tuple[np.ndarray, int]:
    """(customers,) chance of a purchase within `horizon` days from `end`, and the horizon that it was learnt on.

    Where the history is too short for answers of the whole horizon, the chance within the longest that it allows is
    carried on: its hazard grows as BG/NBD expects purchases to. Raises NotEnoughHistory.
    """
    recent = sampled(known)
    for days in (horizon, *(one for one in SHORTER if one < horizon)):
        if len(cutoffs(recent, end, days)) >= LEAST_CUTOFFS:
            try:
                past = cases(recent, end, days)
            except NotEnoughHistory:
                continue
            return _carried(known, table, end, (days, horizon), past), days
    raise NotEnoughHistory("no answer of any horizon had come before the cutoff")


def _carried(known: History, table: pd.DataFrame, end: int, days: tuple[int, int], past: Cases) -> np.ndarray:
    short, long = days
    model = fit_blend(past.table, past.answers["bought"].to_numpy(bool), past.weight)
    direct = chance(model, short, table, sampled(known), end)
    if short == long:
        return direct
    hazard = -np.log1p(-np.clip(direct, 0.0, 1 - 1e-9))
    return -np.expm1(-hazard * _growth(table, short, long))


def _growth(table: pd.DataFrame, known: float, asked: float) -> np.ndarray:
    return fit_bg_nbd(*rhythm(table)).growth(*rhythm(table), known, asked)


def _check(whole: History, end: int, horizon: int) -> None:
    if not len(whole):
        raise NothingToTest("no order names a customer")
    if end + horizon > whole.last + 1:
        last = _day(whole.last).date()
        raise NothingToTest(f"the orders end on {last}, within the {horizon} days after the cutoff")
    if end <= whole.first:
        raise NothingToTest(f"the orders begin on {_day(whole.first).date()}, not before the cutoff")


def _baseline(made: Any, known: History, end: int, horizon: int, actual: np.ndarray) -> dict[str, float]:
    try:
        return metrics.figures(actual, np.asarray(made(known, _day(end), horizon), dtype=float))
    except NotEnoughHistory:
        return {}


def _values(known: History, table: pd.DataFrame, end: int, horizon: int, spent: np.ndarray) -> dict[str, Any]:
    same = np.asarray(baselines.revenue_before(known, _day(end), horizon), dtype=float)
    found: dict[str, Any] = {"same_as_last_period": {"mae": float(np.abs(same - spent).mean())}}
    try:
        model = lifetime.fit(sampled(known), end, horizon)
    except NotEnoughHistory:
        return found
    growth = _growth(table, model.days, horizon)
    expected = model.expected(table)
    low, high = model.bounds(expected)
    inside = (low * growth <= spent) & (spent <= high * growth)
    mae = float(np.abs(expected * growth - spent).mean())
    return found | {"lifetime_value": {"mae": mae, "coverage_80": float(inside.mean())}}


def _products(orders: pd.DataFrame, end: int, horizon: int) -> dict[str, Any]:
    named = orders[orders["customer_id"].notna() & (orders["quantity"] > 0)]
    bought = products.baskets(named.assign(day=local_days(named["ordered_at"])))
    mix = products.choose(bought, _day(end))
    found: dict[str, dict[str, float]] = {}
    for most in SUGGESTED:
        for name, rates in products.hit_rates(mix, bought, _day(end), horizon, most).items():
            found.setdefault({"model": "products"}.get(name, name), {})[f"hit_rate_at_{most}"] = rates["hit_rate"]
    return found


def _deciles(actual: np.ndarray, chances: np.ndarray) -> list[dict[str, float]]:
    """Tenths of the customers by their chance, the lowest first: what was foretold, and what came."""
    parts = [part for part in np.array_split(np.argsort(chances, kind="stable"), 10) if len(part)]
    return [
        {
            "tenth": place + 1,
            "customers": len(part),
            "predicted": float(chances[part].mean()),
            "observed": float(actual[part].mean()),
        }
        for place, part in enumerate(parts)
    ]


def _day(number: int) -> pd.Timestamp:
    return pd.Timestamp(number, unit="D")
