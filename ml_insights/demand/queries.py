"""Reads of forecasts. Each is one or two indexed statements on plain columns, without ORM objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from sqlalchemy import Column, Select, Subquery, Table, func, select
from sqlmodel import Session, SQLModel

from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Published
from ml_insights.core.listing import Order, holding, window
from ml_insights.demand.facts import (
    AnomalyFact,
    BacktestFact,
    ForecastPoint,
    Gain,
    LeftOutFact,
    ReleaseFact,
    SeriesDetail,
    SeriesRef,
    Wanted,
)
from ml_insights.demand.tables import (
    DemandAnomaly,
    DemandBacktest,
    DemandForecastRow,
    DemandLeftOut,
    DemandPanelBacktest,
    DemandSeries,
    ForecastRelease,
    Level,
    Measure,
    State,
)


def _table(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


RELEASE, SERIES, FORECAST = _table(ForecastRelease), _table(DemandSeries), _table(DemandForecastRow)
LEFT_OUT = _table(DemandLeftOut)
AT_ONCE = 500
"""Series whose days are asked for in one statement."""
BACKTEST, PANEL, ANOMALY = _table(DemandBacktest), _table(DemandPanelBacktest), _table(DemandAnomaly)


def _columns(table: Table, fact: type) -> list[Column[Any]]:
    return [table.c[name] for name in fact.__dataclass_fields__]


def current_release(session: Session, dataset: Dataset) -> ReleaseFact | None:
    """The newest complete set of forecasts, or None before the first."""
    newest = select(*_columns(RELEASE, ReleaseFact)).where(RELEASE.c.dataset == dataset).order_by(RELEASE.c.id.desc())
    row = session.connection().execute(newest.limit(1)).first()
    if row is None:
        return None
    fact = ReleaseFact(*row)
    return replace(fact, left_out=tuple((key, day) for key, day in fact.left_out))


def left_out(session: Session, dataset: Dataset) -> list[LeftOutFact]:
    """The days that forecasts of a data set look past, newest first."""
    query = select(*_columns(LEFT_OUT, LeftOutFact)).where(LEFT_OUT.c.dataset == dataset)
    rows = session.connection().execute(query.order_by(LEFT_OUT.c.ds.desc(), LEFT_OUT.c.series))
    return [LeftOutFact(*row) for row in rows]


def published(session: Session, dataset: Dataset) -> Published | None:
    """The state of the data that the present forecasts were made from; None before the first."""
    release = current_release(session, dataset)
    return Published(release.data_version, release.data_until) if release else None


def search_series(
    session: Session,
    release_id: int,
    measure: Measure,
    text: str = "",
    *,
    limit: int = 20,
    offset: int = 0,
    state: State | None = None,
) -> tuple[list[SeriesRef], int]:
    """Series whose label or key holds every word of `text`, the biggest first, and how many there are."""
    found = [SERIES.c.release_id == release_id, SERIES.c.measure == measure]
    found += holding(text, SERIES.c.search_text)
    found += [SERIES.c.state == state] if state else []
    page = select(*_columns(SERIES, SeriesRef)).where(*found).order_by(SERIES.c.rank).limit(limit).offset(offset)
    rows = session.connection().execute(page).all()
    total = session.connection().execute(select(func.count()).select_from(SERIES).where(*found)).scalar_one()
    return [_ref(row) for row in rows], total


def state_counts(session: Session, release_id: int, measure: Measure) -> dict[State, int]:
    """How many series are of each state; those without a forecast for another reason than shortness are UNKNOWN."""
    chosen = [SERIES.c.release_id == release_id, SERIES.c.measure == measure]
    query = select(SERIES.c.state, func.count()).where(*chosen).group_by(SERIES.c.state)
    return {State(state): count for state, count in session.connection().execute(query)}


def series_page(
    session: Session, release_id: int, wanted: Wanted, limit: int, offset: int = 0
) -> tuple[list[SeriesDetail], int]:
    """The series that are wanted, with history and forecast, and how many there are."""
    expected = _expected(wanted.days)
    found = [SERIES.c.release_id == release_id, SERIES.c.measure == wanted.measure]
    found += holding(wanted.text, SERIES.c.search_text)
    found += [SERIES.c.state == wanted.state] if wanted.state else []
    column = {"expected": expected.c.expected, "label": func.lower(SERIES.c.label)}.get(wanted.sort, SERIES.c.rank)
    order = Order(column, SERIES.c.rank, wanted.descending)
    page = select(SERIES).outerjoin(expected, expected.c.series_id == SERIES.c.id).where(*found)
    total = session.connection().execute(select(func.count()).select_from(SERIES).where(*found)).scalar_one()
    chosen = window(session, order.parts(page), limit, offset)
    points = _points(session, [row.id for row in chosen], wanted.days)
    return [_detail(row, points.get(row.id, ())) for row in chosen], total


def _expected(days: int) -> Subquery:
    """series_id, expected: what the next `days` days of each series add up to."""
    query = select(FORECAST.c.series_id, func.sum(FORECAST.c.mean).label("expected")).where(FORECAST.c.step <= days)
    return query.group_by(FORECAST.c.series_id).subquery()


def _points(session: Session, series: Sequence[int], days: int) -> dict[int, tuple[ForecastPoint, ...]]:
    """The first `days` days of the forecast of each of `series`, in order."""
    points: dict[int, list[ForecastPoint]] = {}
    for first in range(0, len(series), AT_ONCE):
        some = series[first : first + AT_ONCE]
        query = select(FORECAST.c.series_id, *_columns(FORECAST, ForecastPoint))
        query = query.where(FORECAST.c.series_id.in_(some), FORECAST.c.step <= days)
        for key, *values in session.connection().execute(query.order_by(FORECAST.c.series_id, FORECAST.c.step)):
            points.setdefault(key, []).append(ForecastPoint(*values))
    return {key: tuple(some) for key, some in points.items()}


def series_names(session: Session, release_id: int, measure: Measure) -> list[tuple[str, str]]:
    """(key, label) of every series of a measure."""
    query = select(SERIES.c.key, SERIES.c.label).where(SERIES.c.release_id == release_id, SERIES.c.measure == measure)
    return [(key, label) for key, label in session.connection().execute(query)]


def series_detail(session: Session, release_id: int, unique_ids: Sequence[str]) -> SeriesDetail | None:
    """The first of `unique_ids` that the release has, with history and forecast."""
    query = select(SERIES).where(SERIES.c.release_id == release_id, SERIES.c.unique_id.in_(unique_ids))
    rows = {row.unique_id: row for row in session.connection().execute(query)}
    row = next((rows[unique_id] for unique_id in unique_ids if unique_id in rows), None)
    return _detail(row, forecast_points(session, row.id)) if row else None


def forecast_points(session: Session, series_id: int) -> tuple[ForecastPoint, ...]:
    """Every future day of a series, in order."""
    query = select(*_columns(FORECAST, ForecastPoint)).where(FORECAST.c.series_id == series_id)
    return tuple(ForecastPoint(*row) for row in session.connection().execute(query.order_by(FORECAST.c.step)))


def anomalies(session: Session, release_id: int, unique_id: str) -> list[AnomalyFact]:
    """Unusual past days of a series, newest first."""
    query = _of_series(select(*_columns(ANOMALY, AnomalyFact)), ANOMALY, release_id, unique_id)
    return [AnomalyFact(*row) for row in session.connection().execute(query.order_by(ANOMALY.c.ds.desc()))]


def backtest(session: Session, release_id: int, unique_id: str) -> list[BacktestFact]:
    """How every candidate did on a series, the best first."""
    rows = session.connection().execute(_of_series(select(BACKTEST), BACKTEST, release_id, unique_id))
    return _best_first([_backtest(row, row.folds, int(row.chosen), 1) for row in rows])


def panel_backtest(session: Session, release_id: int) -> list[BacktestFact]:
    """How every candidate did over all series that it ran on, the best first."""
    rows = session.connection().execute(select(PANEL).where(PANEL.c.release_id == release_id))
    return _best_first([_backtest(row, 0, row.wins, row.series_run) for row in rows])


def product_forecasts(session: Session, release_id: int, days: int) -> pd.DataFrame:
    """key, label, step, mean, hi_80 of the units of every product for the next `days` days, the biggest first."""
    query = (
        select(SERIES.c.key, SERIES.c.label, FORECAST.c.step, FORECAST.c.mean, FORECAST.c.hi_80)
        .join(FORECAST, FORECAST.c.series_id == SERIES.c.id)
        .where(SERIES.c.release_id == release_id, SERIES.c.measure == Measure.UNITS, SERIES.c.level == Level.PRODUCT)
        .where(FORECAST.c.step <= days)
        .order_by(SERIES.c.rank, FORECAST.c.step)
    )
    rows = session.connection().execute(query).all()
    return pd.DataFrame.from_records([tuple(row) for row in rows], columns=["key", "label", "step", "mean", "hi_80"])


def _best_first(rows: list[BacktestFact]) -> list[BacktestFact]:
    return sorted(rows, key=lambda row: (row.mase is None, row.mase or 0.0, row.candidate))


def _of_series(
    query: Select[*tuple[Any, ...]], table: Table, release_id: int, unique_id: str
) -> Select[*tuple[Any, ...]]:
    same = [SERIES.c.release_id == release_id, SERIES.c.unique_id == unique_id]
    return query.join(SERIES, SERIES.c.id == table.c.series_id).where(*same)


def _ref(row: Any) -> SeriesRef:
    return SeriesRef(
        row.unique_id, Measure(row.measure), Level(row.level), row.key, row.label, row.refusal, State(row.state)
    )


def _backtest(row: Any, folds: int, wins: int, series: int) -> BacktestFact:
    return BacktestFact(
        candidate=row.candidate,
        mase=row.mase,
        smape=row.smape,
        wape=row.wape,
        coverage_80=row.coverage_80,
        coverage_95=row.coverage_95,
        seconds=row.seconds,
        folds=folds,
        wins=wins,
        series=series,
    )


def _detail(row: Any, forecast: tuple[ForecastPoint, ...]) -> SeriesDetail:
    return SeriesDetail(
        ref=_ref(row),
        start=row.start,
        history=tuple(row.history),
        forecast=forecast,
        method=row.method,
        refusal_detail=row.refusal_detail,
        measured_steps=row.measured_steps,
        mase=row.mase,
        coverage_80=row.coverage_80,
        coverage_95=row.coverage_95,
        won_by=Gain(row.runner_up, row.gain, row.gain_low, row.gain_high) if row.runner_up else None,
        effects=row.effects,
        sum_shares=row.sum_shares,
    )
