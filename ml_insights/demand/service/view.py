"""What the demand page and the overview's card show, read in one go and remembered per release."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np

from ml_insights.commerce.queries.services import services_of
from ml_insights.commerce.tables import Dataset
from ml_insights.core.database import engine, reading
from ml_insights.demand import policy, queries
from ml_insights.demand.errors import UnknownSeries
from ml_insights.demand.facts import DemandView, LeftOutFact, ReleaseFact, ReorderRow, SeriesDetail
from ml_insights.demand.policy import MEASURED_DAYS
from ml_insights.demand.tables import Level, Measure

REVIEW_PERIOD = 7
"""Days between two looks at the stock."""
LONGEST_LEAD_TIME = MEASURED_DAYS - REVIEW_PERIOD


def series_view(release: ReleaseFact, measure: Measure, series: str) -> DemandView:
    """Everything that the page tells about a series. Raises UnknownSeries."""
    return _series_view(str(engine().url), release, measure, series)


@lru_cache(maxsize=256)
def _series_view(_database: str, release: ReleaseFact, measure: Measure, series: str) -> DemandView:
    with reading() as session:
        detail = queries.series_detail(session, release.id, policy.candidate_ids(measure, series))
        if detail is None:
            names = queries.series_names(session, release.id, measure)
            suggestions = ", ".join(policy.closest(names, series)) or "–"
            raise UnknownSeries(series=series, measure=measure.value, suggestions=suggestions)
        unique_id = detail.ref.unique_id
        return DemandView(
            release=release,
            detail=detail,
            anomalies=tuple(queries.anomalies(session, release.id, unique_id)),
            backtest=tuple(queries.backtest(session, release.id, unique_id)),
            panel=tuple(queries.panel_backtest(session, release.id)),
            slips=_slips(detail),
        )


def left_out_of(found: DemandView) -> list[LeftOutFact]:
    """The days that forecasts of this series look past, newest first; of the total also those of every other series."""
    own = found.detail.ref.unique_id.partition("/")[2]
    with reading() as session:
        every = queries.left_out(session, Dataset(found.release.dataset))
    return [one for one in every if own == Level.TOTAL or one.series in (own, Level.TOTAL.value)]


def _slips(detail: SeriesDetail) -> tuple[date, ...]:
    """Past days that look like a slip, newest first."""
    from ml.demand.slips import slips_of

    marks = slips_of(np.array(detail.history, dtype=float))
    return tuple(day for day, slip in zip(detail.days[::-1], marks[::-1], strict=True) if slip)


def reorder_rows(release: ReleaseFact, lead_time: int, service_level: float) -> tuple[ReorderRow, ...]:
    """What to order of each product whose demand has a band, the biggest first.

    lead_time: days from 1 to LONGEST_LEAD_TIME. service_level: probability of no stock-out in a cycle, 0.5 to below 1.
    """
    return _reorder_rows(str(engine().url), release, lead_time, service_level)


@lru_cache(maxsize=64)
def _reorder_rows(_database: str, release: ReleaseFact, lead_time: int, service: float) -> tuple[ReorderRow, ...]:
    from ml.demand.reorder import reorder_suggestion

    with reading() as session:
        table = queries.product_forecasts(session, release.id, lead_time + REVIEW_PERIOD)
        table = table[~table["key"].isin(services_of(session, Dataset(release.dataset)))]  # nobody stocks postage
    rows: list[ReorderRow] = []
    for key, days in table.dropna().groupby("key", sort=False):
        ended = not days[["mean", "hi_80"]].to_numpy().any()  # what has stopped is not ordered again
        if len(days) == lead_time + REVIEW_PERIOD and not ended:
            found = reorder_suggestion(days, lead_time=lead_time, service_level=service, review_period=REVIEW_PERIOD)
            rows.append(policy.reorder_row(str(key), str(days["label"].iloc[0]), found))
    return tuple(rows)
