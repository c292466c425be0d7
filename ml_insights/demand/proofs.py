"""What each headline figure of demand is made from, and the days of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ml_insights.core.i18n import N_
from ml_insights.core.proof import Period, Proof
from ml_insights.demand.facts import DemandView, ForecastPoint

NEXT, BEFORE, YEAR_BEFORE = "next", "before", "year_before"
EARLIER = {BEFORE: None, YEAR_BEFORE: 364}
"""By how many days the period that a figure is held against lies earlier: 52 weeks, or (None) just before."""
MEANINGS: Mapping[str, str] = {
    NEXT: N_(
        "What the forecast expects on each of these days, added up. It begins on the day after the last one of your "
        "data. With 80 % probability the sum lies within the band below the figure."
    ),
    BEFORE: N_(
        "By how much the sum that the forecast expects is above or below what was sold, less returns, in as many days "
        "just before."
    ),
    YEAR_BEFORE: N_(
        "By how much the sum that the forecast expects is above or below what was sold, less returns, in the same days "
        "52 weeks earlier, so that weekdays match."
    ),
}


def headline_proofs(view: DemandView, days: int, zone: str) -> dict[str, Proof]:
    """The proof of each headline figure over the next `days` days; empty where nothing is forecast."""
    return {figure: _proof(view, days, zone, figure) for figure in MEANINGS} if view.detail.forecast else {}


def days_of(view: DemandView, days: int, figure: str) -> tuple[list[tuple[date, float]], tuple[ForecastPoint, ...]]:
    """The past days that a headline figure is held against, and the coming ones that it adds up."""
    earlier = _held_against(view, days, figure)
    past = zip(view.detail.days, view.detail.history, strict=True)
    return [(day, sold) for day, sold in past if earlier and day in earlier], view.detail.forecast[:days]


def _proof(view: DemandView, days: int, zone: str, figure: str) -> Proof:
    past, ahead = days_of(view, days, figure)
    release = view.release
    return Proof(
        rows=len(past) + len(ahead),
        zone=zone,
        period=_period(ahead),
        compared=_held_against(view, days, figure),
        learnt=Period(view.detail.start or release.history_start, release.data_until),
        model=release.model_version,
        computed_at=release.computed_at,
    )


def _period(ahead: tuple[ForecastPoint, ...]) -> Period:
    return Period(ahead[0].ds, ahead[-1].ds)


def _held_against(view: DemandView, days: int, figure: str) -> Period | None:
    """None where the figure is no comparison, or where history does not reach back so far."""
    if figure not in EARLIER:
        return None
    ahead = _period(view.detail.forecast[:days])
    found = ahead.earlier(EARLIER[figure] or len(ahead))
    return found if view.detail.start and found.first >= view.detail.start else None
