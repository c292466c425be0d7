"""What the demand API answers, made once per release and question and then kept as bytes."""

from __future__ import annotations

import time
from dataclasses import dataclass
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
    ForecastPeriod,
    NotForecastableAnswer,
    PeriodTotal,
    Provenance,
    SeriesItem,
    SeriesPage,
)
from ml_insights.demand.errors import NoForecastYet, UnknownSeries
from ml_insights.demand.facts import BANDS, ForecastPoint, Grain, ReleaseFact, SeriesDetail, SeriesRef
from ml_insights.demand.periods import Period, coming, periods
from ml_insights.demand.tables import Measure, State

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


@dataclass(frozen=True)
class Question:
    """What is asked of the forecast: which series, how far ahead, and what each row adds up."""

    ahead: policy.Ahead
    series: str = "total"
    measure: Measure = Measure.UNITS
    grain: Grain = Grain.DAY
    level: Bands = "both"


def predict(question: Question, language: str) -> bytes:
    """JSON of a DemandForecastAnswer or a NotForecastableAnswer.

    Raises HorizonOutOfRange, MonthsOutOfRange, UnknownSeries, NoForecastYet.
    """
    policy.check_ahead(question.ahead)
    return _prediction(str(engine().url), newest_release(), question, language)


@lru_cache(maxsize=4096)
def _prediction(_database: str, release: ReleaseFact, question: Question, language: str) -> bytes:
    measure, series = question.measure, question.series
    with reading() as session:
        detail = queries.series_detail(session, release.id, policy.candidate_ids(measure, series))
        if detail is None:
            suggestions = policy.closest(queries.series_names(session, release.id, measure), series)
            raise UnknownSeries(series=series, measure=measure.value, suggestions=", ".join(suggestions) or "–")
    answer = _refused(detail, release, language) if detail.ref.refusal else _forecast(detail, release, question)
    return answer.model_dump_json(exclude_unset=True).encode()


def _forecast(detail: SeriesDetail, release: ReleaseFact, question: Question) -> DemandForecastAnswer:
    totals, level = policy.period_totals(detail, question.ahead), question.level
    coverage = {"80": detail.coverage_80, "95": detail.coverage_95}
    return DemandForecastAnswer(
        status="forecast",
        series=series_item(detail.ref),
        grain=question.grain,
        days_ahead=totals.days,
        method=detail.method,
        measured_coverage={name: share for name, share in coverage.items() if level in (name, "both")},
        measured_days=detail.measured_steps,
        inactive_since=detail.inactive_since,
        total=PeriodTotal(
            first=totals.first,
            last=totals.last,
            expected=_round(totals.expected),
            lo_80=_round(totals.low),
            hi_80=_round(totals.high),
        ),
        forecast=_days(detail, totals.days, level)
        if question.grain is Grain.DAY
        else _periods(detail, totals.days, question),
        provenance=_provenance(release),
    )


def _days(detail: SeriesDetail, days: int, level: Bands) -> list[ForecastDay]:
    return [_day(point, level) for point in detail.forecast[:days]]


def _periods(detail: SeriesDetail, days: int, question: Question) -> list[ForecastPeriod]:
    since = detail.forecast[0].ds
    return [_period(one, question.level) for one in coming(periods(detail, days, question.grain, since))]


def _period(found: Period, level: Bands) -> ForecastPeriod:
    return ForecastPeriod(
        first=found.first,
        last=found.last,
        unfinished=not found.whole,
        days_sold=found.past,
        days_expected=found.ahead,
        sold=_round(found.sold),
        mean=round(found.value, 2),
        **_bounds(found, level),
    )


def _day(point: ForecastPoint, level: Bands) -> ForecastDay:
    return ForecastDay(date=point.ds, step=point.step, mean=_round(point.mean), **_bounds(point, level))


def _bounds(found: ForecastPoint | Period, level: Bands) -> dict[str, float | None]:
    """The bounds of the levels asked for; of others the answer says nothing."""
    names = [f"{side}_{one}" for one in BANDS if level in (str(one), "both") for side in ("lo", "hi")]
    return {name: _round(getattr(found, name)) for name in names}


def _refused(detail: SeriesDetail, release: ReleaseFact, language: str) -> NotForecastableAnswer:
    reason = gettext(policy.REFUSALS.get(detail.ref.refusal, detail.refusal_detail), language)
    return NotForecastableAnswer(
        status="not_forecastable",
        series=series_item(detail.ref),
        reason=detail.ref.refusal,
        detail=gettext("Not forecastable, because {reason}.", language, reason=reason),
        provenance=_provenance(release),
    )


def series_page(search: str, measure: Measure, limit: int, offset: int, state: State | None = None) -> SeriesPage:
    """Series by name, the biggest first; only those of a state where one is given. Raises NoForecastYet."""
    release = newest_release()
    with reading() as session:
        found, total = queries.search_series(
            session, release.id, measure, search, limit=limit, offset=offset, state=state
        )
    return SeriesPage(total=total, series=[series_item(ref) for ref in found])


def series_item(ref: SeriesRef) -> SeriesItem:
    """A series as the API shows it."""
    return SeriesItem(
        id=ref.unique_id,
        measure=ref.measure,
        level=ref.level,
        key=ref.key,
        label=ref.label,
        state=ref.state,
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
