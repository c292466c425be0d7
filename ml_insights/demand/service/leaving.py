"""A person says that a day was a slip, or takes that back: remembered per data set, used by the next computation."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete
from sqlmodel import Session, col

from ml_insights.commerce.tables import Dataset
from ml_insights.core import audit, clock
from ml_insights.core.once import INSERT, changes_a_row
from ml_insights.demand import queries
from ml_insights.demand.errors import NoForecastYet, NothingOnThatDay, UnknownSeries
from ml_insights.demand.facts import ReleaseFact, SeriesDetail
from ml_insights.demand.policy import candidate_ids
from ml_insights.demand.tables import DemandLeftOut, Measure
from ml_insights.ledger import service as ledger

LEFT_OUT, TAKEN_BACK = "left-out", "taken-back"


def leave_out(session: Session, dataset: Dataset, series: str, day: date, by: str) -> None:
    """Look past `day` of a series ("product/85123A") and of what it is part of, from the next computation on.

    A day that is left out already stays so. Raises NoForecastYet, UnknownSeries and NothingOnThatDay.
    """
    release, detail = _found(session, dataset, series)
    key = _key(detail)
    if day not in detail.days:
        raise NothingOnThatDay(series=series, day=day.isoformat())
    row = {"dataset": dataset, "series": key, "ds": day, "by": by, "at": clock.now()}
    made = INSERT[session.get_bind().dialect.name](DemandLeftOut).values(**row).on_conflict_do_nothing()
    if changes_a_row(session, made):
        _tell(session, release, detail, day, LEFT_OUT, by)


def take_back(session: Session, dataset: Dataset, series: str, day: date, by: str) -> None:
    """Count `day` of a series again. One that is not left out stays so. Raises NoForecastYet and UnknownSeries."""
    release, detail = _found(session, dataset, series)
    of_day = (
        col(DemandLeftOut.dataset) == dataset,
        col(DemandLeftOut.series) == _key(detail),
        col(DemandLeftOut.ds) == day,
    )
    if session.connection().execute(delete(DemandLeftOut).where(*of_day)).rowcount:
        _tell(session, release, detail, day, TAKEN_BACK, by)


def _found(session: Session, dataset: Dataset, series: str) -> tuple[ReleaseFact, SeriesDetail]:
    release = queries.current_release(session, dataset)
    if release is None:
        raise NoForecastYet
    detail = queries.series_detail(session, release.id, candidate_ids(Measure.UNITS, series))
    if detail is None:
        raise UnknownSeries(series=series, measure=Measure.UNITS.value, suggestions="–")
    return release, detail


def _key(detail: SeriesDetail) -> str:
    return detail.ref.unique_id.partition("/")[2]


def _tell(session: Session, release: ReleaseFact, detail: SeriesDetail, day: date, action: str, by: str) -> None:
    """In the ledger and among the acts of people, as every other decision about a forecast."""
    told = {"day": day.isoformat()}
    if detail.start and detail.start <= day and day in detail.days:
        told["units"] = f"{detail.history[(day - detail.start).days]:g}"
    dataset = Dataset(release.dataset)
    ledger.record_decision(session, dataset, detail.ref.unique_id, action, by, None, release.model_version, told)
    audit.record(session, by, f"demand.{action}", detail.ref.unique_id, **told)
