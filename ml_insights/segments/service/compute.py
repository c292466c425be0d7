"""Everybody's segment now and at the end of each month before, as tables to be published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from ml.segments.model import assign
from ml.segments.purchases import Purchases, day_number, rfm
from ml.segments.space import scores
from ml.segments.types import Rfm, SegmentModel
from ml_insights.segments.policy import month_ends

NOBODY = -1
"""In a history: no purchase by then."""
SHOWN = 1_200
"""Members that the scatter shows; more cover each other and take long to draw."""


@dataclass(frozen=True)
class Computed:
    """Members as arrays (members,) and their segments at each month's end, (months + 1, members), `as_of` last."""

    known: Purchases
    model: SegmentModel
    as_of: date
    months: tuple[date, ...]
    now: Rfm
    scores: np.ndarray
    history: np.ndarray

    @property
    def labels(self) -> np.ndarray:
        """(members,) place of each one's segment."""
        return self.history[-1]

    @property
    def customers(self) -> np.ndarray:
        """(members,) their ids."""
        return self.known.customers[self.now.code]


def compute(known: Purchases, model: SegmentModel, as_of: date) -> Computed:
    """Assign everybody who had bought by `as_of`, and earlier months' customers by the same centres."""
    now = rfm(known, day_number(as_of))
    first = date.fromordinal(date(1970, 1, 1).toordinal() + int(now.first_day.min())) if len(now) else as_of
    months = month_ends(as_of, first)
    rows = [_labels(known, model, now, rfm(known, day_number(month))) for month in months]
    history = np.array([*rows, assign(model, now)], dtype=np.int8)
    return Computed(known, model, as_of, tuple(months), now, scores(model.space, now), history)


def _labels(known: Purchases, model: SegmentModel, now: Rfm, then: Rfm) -> np.ndarray:
    """(members now,) segments as of an earlier day."""
    everybody = np.full(len(known.customers), NOBODY, dtype=np.int8)
    everybody[then.code] = assign(model, then)
    return everybody[now.code]


def group_rows(made: Computed) -> list[dict[str, Any]]:
    """A row per segment; see `SegmentGroup`."""
    before = made.history[-2] if len(made.history) > 1 else np.full(len(made.now), NOBODY)
    earlier = rfm(made.known, day_number(made.months[-1])) if made.months else None
    spent = np.zeros(len(made.known.customers))
    if earlier is not None:
        spent[earlier.code] = earlier.revenue
    rows = []
    for place, name in enumerate(made.model.names):
        of, was = made.labels == place, before == place
        rows.append(
            {
                "segment": name.value,
                "place": place,
                "customers": int(of.sum()),
                "customers_before": int(was.sum()),
                "revenue": float(made.now.revenue[of].sum()),
                "revenue_before": float(spent[made.now.code[was]].sum()),
                "orders": int(made.now.orders[of].sum()),
                "recency": float(np.median(made.now.recency[of])) if of.any() else 0.0,
                **{axis: _mean(made.scores[of, column]) for column, axis in enumerate("rfm")},
                "chance": made.model.chances[place],
            }
        )
    return rows


def move_rows(made: Computed) -> list[dict[str, Any]]:
    """A row per month and pair of segments that anybody went between, or stayed in; see `SegmentMove`."""
    ends, rows = [*made.months[1:], made.as_of], []
    for step, month in enumerate(ends if made.months else []):
        pairs = np.stack([made.history[step], made.history[step + 1]])
        found, counts = np.unique(pairs[:, pairs[1] != NOBODY], axis=1, return_counts=True)
        for (came, went), count in zip(found.T.tolist(), counts.tolist(), strict=True):
            rows.append(
                {"month": month, "came_from": name_at(made, came), "went_to": name_at(made, went), "customers": count}
            )
    return rows


def name_at(made: Computed, place: int) -> str:
    """Name of the segment at `place`; "" for those who had not bought."""
    return "" if place == NOBODY else made.model.names[place].value


def letters(made: Computed) -> np.ndarray:
    """(members,) the history as text, a letter per month."""
    codes = np.where(made.history == NOBODY, ord("."), ord("a") + made.history).astype(np.uint32)
    return np.ascontiguousarray(codes.T).view(f"U{len(codes)}").ravel()


def scatter(made: Computed) -> list[list[Any]]:
    """A sample of members, of every segment in proportion but at least a few: segment, recency, revenue, orders, id."""
    random, rows = np.random.default_rng(0), []
    for place in range(len(made.model.names)):
        of = np.flatnonzero(made.labels == place)
        most = max(round(SHOWN * len(of) / max(len(made.labels), 1)), 30)
        chosen = of if len(of) <= most else np.sort(random.choice(of, most, replace=False))
        rows += [
            [place, int(made.now.recency[one]), round(float(made.now.revenue[one]), 2), int(made.now.orders[one]), who]
            for one, who in zip(chosen.tolist(), made.customers[chosen].tolist(), strict=True)
        ]
    return rows


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else 0.0
