"""What the demand API answers, made once per release and question and then kept as bytes."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Literal

from ml_insights.commerce.queries import active_dataset
from ml_insights.commerce.tables import Dataset
from ml_insights.core.database import engine, reading
from ml_insights.core.i18n import gettext
from ml_insights.demand import policy, queries
from ml_insights.demand.answers import (
    DemandForecastAnswer,
    ForecastDay,
    NotForecastableAnswer,
    PeriodTotal,
    Provenance,
    SeriesItem,
    SeriesPage,
)
from ml_insights.demand.errors import NoForecastYet, UnknownSeries
from ml_insights.demand.facts import ForecastPoint, ReleaseFact, SeriesDetail, SeriesRef
from ml_insights.demand.tables import Measure

Bands = Literal["80", "95", "both"]
FRESH_SECONDS = 1.0
"""How long a process may go on answering from a release that has just been replaced."""

_newest: dict[str, tuple[float, ReleaseFact]] = {}


def newest_release(at_once: bool = False) -> ReleaseFact:
    """The release that answers now, looked up at most once a second. Raises NoForecastYet.

    With `at_once`, a release that was published this moment is seen.
    """
    database = str(engine().url)
    looked_up, release = _newest.get(database, (float("-inf"), None))
    if at_once or release is None or time.monotonic() - looked_up > FRESH_SECONDS:
        with reading() as session:
            release = queries.current_release(session, active_dataset(session))
        if release is None:
            raise NoForecastYet
        _newest[database] = (time.monotonic(), release)
    return release


def predict(days: int, series: str, measure: Measure, level: Bands, language: str) -> bytes:
    """JSON of a DemandForecastAnswer or a NotForecastableAnswer.

    Raises HorizonOutOfRange, UnknownSeries, NoForecastYet.
    """
    policy.check_days(days)
    return _prediction(str(engine().url), newest_release(), days, series, measure, level, language)


@lru_cache(maxsize=4096)
def _prediction(
    _database: str, release: ReleaseFact, days: int, series: str, measure: Measure, level: Bands, language: str
) -> bytes:
    with reading() as session:
        detail = queries.series_detail(session, release.id, policy.candidate_ids(measure, series))
        if detail is None:
            suggestions = policy.closest(queries.series_names(session, release.id, measure), series)
            raise UnknownSeries(series=series, measure=measure.value, suggestions=", ".join(suggestions) or "–")
    answer = _refused(detail, release, language) if detail.ref.refusal else _forecast(detail, release, days, level)
    return answer.model_dump_json(exclude_unset=True).encode()


def _forecast(detail: SeriesDetail, release: ReleaseFact, days: int, level: Bands) -> DemandForecastAnswer:
    totals = policy.period_totals(detail, days)
    coverage = {"80": detail.coverage_80, "95": detail.coverage_95}
    return DemandForecastAnswer(
        status="forecast",
        series=series_item(detail.ref),
        days_ahead=days,
        method=detail.method,
        measured_coverage={name: share for name, share in coverage.items() if level in (name, "both")},
        measured_days=detail.measured_steps,
        inactive_since=detail.inactive_since,
        total=PeriodTotal(expected=_round(totals.expected), lo_80=_round(totals.low), hi_80=_round(totals.high)),
        forecast=[_day(point, level) for point in detail.forecast[:days]],
        provenance=_provenance(release),
    )


def _day(point: ForecastPoint, level: Bands) -> ForecastDay:
    day = ForecastDay(date=point.ds, step=point.step, mean=_round(point.mean))
    if level in ("80", "both"):
        day.lo_80, day.hi_80 = _round(point.lo_80), _round(point.hi_80)
    if level in ("95", "both"):
        day.lo_95, day.hi_95 = _round(point.lo_95), _round(point.hi_95)
    return day


def _refused(detail: SeriesDetail, release: ReleaseFact, language: str) -> NotForecastableAnswer:
    reason = gettext(policy.REFUSALS.get(detail.ref.refusal, detail.refusal_detail), language)
    return NotForecastableAnswer(
        status="not_forecastable",
        series=series_item(detail.ref),
        reason=detail.ref.refusal,
        detail=gettext("Not forecastable, because {reason}.", language, reason=reason),
        provenance=_provenance(release),
    )


def series_page(search: str, measure: Measure, limit: int, offset: int) -> SeriesPage:
    """Series by name, the biggest first. Raises NoForecastYet."""
    release = newest_release()
    with reading() as session:
        found, total = queries.search_series(session, release.id, measure, search, limit=limit, offset=offset)
    return SeriesPage(total=total, series=[series_item(ref) for ref in found])


def series_item(ref: SeriesRef) -> SeriesItem:
    """A series as the API shows it."""
    return SeriesItem(
        id=ref.unique_id,
        measure=ref.measure,
        level=ref.level,
        key=ref.key,
        label=ref.label,
        refused=ref.refusal or None,
    )


def _provenance(release: ReleaseFact) -> Provenance:
    return Provenance(
        model_version=release.model_version,
        computed_at=release.computed_at,
        data_until=release.data_until,
        demo=release.dataset == Dataset.DEMO,
    )


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
