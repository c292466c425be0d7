"""Fit segments, tell which one a customer is in, and keep the model as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from ml.segments import choosing, naming
from ml.segments.purchases import Purchases, buyers, rfm
from ml.segments.space import learn, place, ranks
from ml.segments.types import CHANCE_DAYS, Evidence, Rfm, SegmentModel, SegmentName, Space

NEW_DAYS = 90
"""A first purchase is recent for so long."""
CHANCE_CUTOFFS = 3
"""How many periods of CHANCE_DAYS before the end say how often the members of a segment buy again."""
WEIGHT = 20
"""Customers' worth of the overall chance that each segment's own is mixed with, so that few members say little."""


class NoCustomers(ValueError):
    """Nobody has bought anything by that day."""


def fit(
    known: Purchases, until: int, kind: str = "percentile", previous: SegmentModel | None = None, seed: int = 0
) -> SegmentModel:
    """Segments of those who had bought by the end of day `until`, from what was known then.

    kind: the space, see `Space`. previous: the model whose names are kept where its segments are still there.
    Raises NoCustomers.
    """
    now = rfm(known, until)
    if not len(now):
        raise NoCustomers
    space = learn(now, kind)
    points = place(space, now)
    evidence = (_of_bands(points),) if kind == "scores" else choosing.search(points, seed)
    chosen = choosing.best(evidence)
    centres = _best_first(space, now, points, choosing.centres_of(points, chosen.k, kind, seed))
    labels = choosing.nearest(points, centres)
    model = SegmentModel(
        space=space,
        centres=centres,
        names=_names(space, now, labels, len(centres), previous),
        chances=(),
        base=0.0,
        until=str(np.datetime64(until, "D")),
        customers=len(now),
        silhouette=choosing.silhouette(points, labels, seed),
        stability=chosen.stability,
        evidence=evidence,
    )
    chances, base = _chances(model, known, until)
    return replace(model, chances=chances, base=base)


def refreshed(model: SegmentModel, known: Purchases, until: int) -> SegmentModel:
    """The same segments, with chances from the periods before `until`."""
    chances, base = _chances(model, known, until)
    return replace(model, chances=chances, base=base, until=str(np.datetime64(until, "D")))


def assign(model: SegmentModel, now: Rfm) -> np.ndarray:
    """(customers,) place of each one's segment in `model.names`."""
    return choosing.nearest(place(model.space, now), model.centres) if len(now) else np.zeros(0, dtype=np.int64)


def chance_within(chance: np.ndarray | float, days: int) -> np.ndarray:
    """The chance of a purchase within `days`, from the one within CHANCE_DAYS, at a steady rate."""
    return 1.0 - (1.0 - np.asarray(chance)) ** (days / CHANCE_DAYS)


def to_json(model: SegmentModel) -> dict[str, Any]:
    """The model as JSON-able values."""
    space = {name: value if isinstance(value, str) else value.tolist() for name, value in vars(model.space).items()}
    told = asdict(replace(model, space=Space("", *(np.zeros(0),) * 3), centres=np.zeros(0), evidence=()))
    evidence = [asdict(one) for one in model.evidence]
    return {**told, "space": space, "centres": model.centres.tolist(), "evidence": evidence}


def from_json(told: Mapping[str, Any]) -> SegmentModel:
    """The model that `to_json` wrote. Raises ValueError where it is something else."""
    try:
        space = told["space"]
        arrays = {name: np.asarray(space[name], dtype=float) for name in ("knots", "centre", "scale")}
        model = SegmentModel(
            space=Space(str(space["kind"]), **arrays),
            centres=np.asarray(told["centres"], dtype=float),
            names=tuple(SegmentName(name) for name in told["names"]),
            chances=tuple(float(chance) for chance in told["chances"]),
            base=float(told["base"]),
            until=str(told["until"]),
            customers=int(told["customers"]),
            silhouette=float(told["silhouette"]),
            stability=float(told["stability"]),
            evidence=tuple(Evidence(**one) for one in told["evidence"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"these are no segments: {error}") from error
    if not len(model.centres) == len(model.names) == len(model.chances) > 0:
        raise ValueError("segments lack names, centres or chances")
    return model


def _of_bands(points: np.ndarray) -> Evidence:
    """Bands of scores are given, not searched for."""
    labels = choosing.nearest(points, choosing.BANDS)
    return Evidence(len(choosing.BANDS), choosing.silhouette(points, labels), 1.0)


def _best_first(space: Space, now: Rfm, points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Centres with any member, those first whose members stand highest."""
    labels = choosing.nearest(points, centres)
    found = [one for one in range(len(centres)) if (labels == one).any()]
    standing = ranks(space, now).mean(axis=1)
    return centres[sorted(found, key=lambda one: -standing[labels == one].mean())]


def _names(
    space: Space, now: Rfm, labels: np.ndarray, clusters: int, previous: SegmentModel | None
) -> tuple[SegmentName, ...]:
    standing, fresh = ranks(space, now), now.day - now.first_day < NEW_DAYS
    places = np.array([standing[labels == one].mean(axis=0) for one in range(clusters)])
    shares = [float(fresh[labels == one].mean()) for one in range(clusters)]
    before = None
    if previous is not None:
        before = naming.overlap(labels, assign(previous, now), clusters, len(previous.names))
    return tuple(naming.names_of(places, shares, before, previous.names if previous else ()))


def _chances(model: SegmentModel, known: Purchases, until: int) -> tuple[tuple[float, ...], float]:
    """How many of each segment's members bought within CHANCE_DAYS, over the last periods that have ended."""
    bought, members = np.zeros(len(model.names)), np.zeros(len(model.names))
    for period in range(1, CHANCE_CUTOFFS + 1):
        eve = until - period * CHANCE_DAYS
        then = rfm(known, eve)
        labels, again = assign(model, then), buyers(known, eve, eve + CHANCE_DAYS)[then.code]
        members += np.bincount(labels, minlength=len(members))
        bought += np.bincount(labels, weights=again, minlength=len(members))
    base = float((bought.sum() + 1) / (members.sum() + 2))
    return tuple(((bought + WEIGHT * base) / (members + WEIGHT)).tolist()), base
