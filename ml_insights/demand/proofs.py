"""What each figure of demand is made from, and the days of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ml_insights.core.i18n import N_
from ml_insights.core.proof import Period, Proof
from ml_insights.demand import periods
from ml_insights.demand.facts import DemandView, ForecastPoint, ReleaseFact, SeriesDetail
from ml_insights.demand.policy import DAY, Ahead

NEXT, BEFORE, YEAR_BEFORE = "next", "before", "year_before"
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
OF_MONTHS: Mapping[str, str] = {
    YEAR_BEFORE: N_(
        "By how much the sum that the forecast expects is above or below what was sold, less returns, on the same "
        "dates a year before."
    )
}
"""What is meant otherwise where the reader looks some months ahead."""
ROW = N_(
    "What the forecast expects of this series on each of these days, added up: the sum that its own page shows. With "
    "80 % probability it lies within the band."
)
POINT = N_(
    "What was sold on its past days, less returns, and what the forecast expects on its coming ones, added up. A week "
    "or month of which not every day is in sight is unfinished, and nothing is compared with it."
)
"""What a point of the chart means."""

Days = tuple[list[tuple[date, float]], tuple[ForecastPoint, ...]]
"""Past days with what was sold on them, and coming ones."""


def headline_proofs(view: DemandView, asked: Ahead, zone: str) -> dict[str, Proof]:
    """The proof of each headline figure of what is asked; empty where nothing is forecast."""
    if not view.detail.forecast:
        return {}
    return {figure: _headline(view, asked, zone, figure) for figure in MEANINGS}


def days_of(view: DemandView, asked: Ahead, figure: str) -> Days:
    """The past days that a headline figure is held against, and the coming ones that it adds up."""
    earlier, ahead = _held_against(view, asked, figure), _ahead(view.detail, asked)
    return _sold(view.detail, earlier), ahead


def row_proof(release: ReleaseFact, detail: SeriesDetail, asked: Ahead, zone: str) -> Proof:
    """The proof of what is expected of a series; there must be a forecast of it."""
    ahead = _ahead(detail, asked)
    return _proof(release, detail, len(ahead), _period(ahead), zone)


def point_proof(view: DemandView, found: periods.Period, zone: str) -> Proof:
    """The proof of a point of the chart; a past one was made by no model."""
    period = Period(found.first, found.last) if found.whole else _seen(view.detail, found)
    if not found.ahead:
        return Proof(rows=found.past, zone=zone, period=period, until=view.release.data_until)
    return _proof(view.release, view.detail, found.past + found.ahead, period, zone)


def days_of_point(view: DemandView, found: periods.Period) -> Days:
    """The days that a point of the chart adds up."""
    seen = _seen(view.detail, found)
    past, room = _sold(view.detail, seen), found.ahead
    ahead = [point for point in view.detail.forecast if point.ds in seen]
    return past, tuple(ahead[:room])


def _headline(view: DemandView, asked: Ahead, zone: str, figure: str) -> Proof:
    past, ahead = days_of(view, asked, figure)
    earlier = _held_against(view, asked, figure)
    return _proof(view.release, view.detail, len(past) + len(ahead), _period(ahead), zone, earlier)


def _proof(
    release: ReleaseFact, detail: SeriesDetail, rows: int, period: Period, zone: str, compared: Period | None = None
) -> Proof:
    return Proof(
        rows=rows,
        zone=zone,
        period=period,
        compared=compared,
        learnt=Period(detail.start or release.history_start, release.data_until),
        model=release.model_version,
        computed_at=release.computed_at,
    )


def _ahead(detail: SeriesDetail, asked: Ahead) -> tuple[ForecastPoint, ...]:
    return detail.forecast[: asked.steps(detail.forecast[0].ds - DAY)]


def _sold(detail: SeriesDetail, during: Period | None) -> list[tuple[date, float]]:
    past = zip(detail.days, detail.history, strict=True)
    return [(day, sold) for day, sold in past if during and day in during]


def _seen(detail: SeriesDetail, found: periods.Period) -> Period:
    """Those days of a period that are in sight: none before the history, none beyond what is asked."""
    first = max(found.first, detail.start) if detail.start else found.first
    return Period(first, first + (found.past + found.ahead - 1) * DAY)


def _period(ahead: tuple[ForecastPoint, ...]) -> Period:
    return Period(ahead[0].ds, ahead[-1].ds)


def _held_against(view: DemandView, asked: Ahead, figure: str) -> Period | None:
    """None where the figure is no comparison, or where history does not reach back so far."""
    if figure not in (BEFORE, YEAR_BEFORE):
        return None
    ahead = _period(_ahead(view.detail, asked))
    found = ahead.earlier(len(ahead)) if figure == BEFORE else Period(*asked.year_before(ahead.first, ahead.last))
    return found if view.detail.start and found.first >= view.detail.start else None
