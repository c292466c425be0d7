"""Put computed forecasts where readers find them: one transaction, so that they see the old release or the new one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pandas as pd
from sqlalchemy import delete, insert, select
from sqlmodel import Session, SQLModel, col

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.demand.facts import ReleaseFact
from ml_insights.demand.policy import BEYOND_SCOPE, FORECAST_DAYS, parse_id
from ml_insights.demand.queries import current_release
from ml_insights.demand.service.compute import Computed, Sales
from ml_insights.demand.tables import (
    DemandAnomaly,
    DemandBacktest,
    DemandForecastRow,
    DemandPanelBacktest,
    DemandSeries,
    ForecastRelease,
    Level,
    Measure,
    State,
)

Row = dict[str, Any]
SEARCHED = {Level.OTHERS: "other products otros productos"}
"""Words by which a series without a name of its own is found, in each language."""
KEPT_RELEASES = 2
"""The one before stays for readers that are in the middle of it."""


def publish(session: Session, computed: Computed, model_version: str) -> ReleaseFact:
    """Write a new release and make it the one that answers, in the caller's transaction."""
    release_id = _add_release(session, computed, model_version)
    _insert(session, DemandSeries, _series_rows(computed, release_id))
    ids = _series_ids(session, release_id)
    _insert(session, DemandForecastRow, _with_series(_records(computed.forecast.forecasts), DemandForecastRow, ids))
    _insert(session, DemandBacktest, _with_series(_records(computed.forecast.backtest), DemandBacktest, ids))
    _insert(session, DemandAnomaly, _with_series(_anomaly_rows(computed), DemandAnomaly, ids))
    _insert(session, DemandPanelBacktest, _panel_rows(computed, release_id))
    _remove_old(session, computed.sales.dataset)
    session.flush()
    release = current_release(session, computed.sales.dataset)
    assert release is not None  # noqa: S101  it was written above
    return release


def _add_release(session: Session, computed: Computed, model_version: str) -> int:
    first, last = computed.sales.span
    release = ForecastRelease(
        dataset=computed.sales.dataset,
        data_version=computed.sales.data_version,
        model_version=model_version,
        computed_at=clock.now(),
        history_start=first,
        data_until=last,
        horizon=FORECAST_DAYS,
        left_out=[list(one) for one in computed.sales.left_out],
        products_sold=len(computed.sales.recent_revenue),
        products_modelled=len(computed.sales.recent_revenue) - len(computed.sales.beyond),
        seconds=computed.seconds,
    )
    session.add(release)
    session.flush()
    return release.id or 0


def _series_rows(computed: Computed, release_id: int) -> Iterator[Row]:
    forecast = computed.forecast
    refusals = {refusal.unique_id: refusal for refusal in forecast.refusals}
    chosen = {row["unique_id"]: row for row in _records(forecast.backtest) if row["chosen"]}
    gains = {row["unique_id"]: row for row in _records(forecast.gains)}
    ranks, states = _ranks(computed.sales), _states(computed, {key: str(one.code) for key, one in refusals.items()})
    for key, frame in computed.sales.series.groupby("unique_id", sort=False):
        key = str(key)
        refusal, winner, gain = refusals.get(key), chosen.get(key, {}), gains.get(key, {})
        yield _blank(key, release_id, computed.sales, ranks) | {
            "start": frame["ds"].iloc[0].date(),
            "history": [_compact(value) for value in frame["y"]],
            "method": gain.get("chosen", ""),
            "refusal": str(refusal.code) if refusal else "",
            "refusal_detail": refusal.detail if refusal else "",
            "measured_steps": forecast.measured_steps.get(key, 0),
            "effects": computed.effects.get(key, {}),
            "state": states.get(key, State.UNKNOWN.value),
            "sum_shares": forecast.recipes.get(key, {}).get("sums", {}),
            "runner_up": gain.get("runner_up") if gain.get("runner_up") != gain.get("chosen") else None,
            "gain": gain.get("mase_gain"),
            "gain_low": gain.get("lo"),
            "gain_high": gain.get("hi"),
            **{name: winner.get(name) for name in ("mase", "coverage_80", "coverage_95")},
        }
    for product in computed.sales.beyond:
        for measure in Measure:
            key = f"{measure.value}/product/{product}"
            yield _blank(key, release_id, computed.sales, ranks) | {"refusal": BEYOND_SCOPE}


def _states(computed: Computed, refused: dict[str, str]) -> dict[str, str]:
    from ml.demand.states import states_of

    told = computed.forecast.forecasts
    nothing = (
        told.groupby("unique_id")[["mean", "hi_95"]].max().eq(0).all(axis=1) if len(told) else pd.Series(dtype=bool)
    )
    return states_of(computed.sales.series, refused, map(str, nothing.index[nothing]))


def _blank(unique_id: str, release_id: int, sales: Sales, ranks: dict[str, int]) -> dict[str, Any]:
    """A series about which only its name is known."""
    measure, level, key = parse_id(unique_id)
    label = sales.names.get(key, key) if level == Level.PRODUCT else key
    blank = {name: None for name in DemandSeries.model_fields if name != "id"}
    return blank | {
        "release_id": release_id,
        "unique_id": unique_id,
        "measure": measure.value,
        "level": level.value,
        "key": key,
        "label": label,
        "search_text": f"{SEARCHED.get(level, '')} {label} {key}".strip().lower(),
        "rank": ranks[unique_id.partition("/")[2]],
        "history": [],
        "method": "",
        "refusal_detail": "",
        "measured_steps": 0,
        "effects": {},
        "sum_shares": {},
        "state": State.UNKNOWN.value,
    }


def _ranks(sales: Sales) -> dict[str, int]:
    """Where each series stands in lists: the total, categories by name, then products by recent revenue."""
    keys = {str(key).partition("/")[2] for key in sales.series["unique_id"].unique()}
    keys |= {f"product/{product}" for product in sales.beyond}
    levels = [level.value for level in Level]

    def place(key: str) -> tuple[int, float, str]:
        level, _, name = key.partition("/")
        return levels.index(level), -sales.recent_revenue.get(name, 0.0) if level == Level.PRODUCT else 0.0, name

    return {key: position for position, key in enumerate(sorted(keys, key=place))}


def _series_ids(session: Session, release_id: int) -> dict[str, int]:
    query = select(col(DemandSeries.unique_id), col(DemandSeries.id)).where(col(DemandSeries.release_id) == release_id)
    return {row.unique_id: row.id for row in session.connection().execute(query)}


def _with_series(records: list[Row], model: type[SQLModel], ids: dict[str, int]) -> Iterator[Row]:
    """The columns of `model` that `records` know, under the number of their series."""
    for row in records:
        known = {name: row[name] for name in model.model_fields if name in row}
        yield known | {"series_id": ids[row["unique_id"]]}


def _anomaly_rows(computed: Computed) -> list[Row]:
    tables = [table.rename(columns={"y": "value"}).assign(unique_id=key) for key, table in computed.anomalies.items()]
    return [row for table in tables for row in _records(table)]


def _panel_rows(computed: Computed, release_id: int) -> Iterator[Row]:
    wins = Counter(row["candidate"] for row in _records(computed.forecast.backtest) if row["chosen"])
    for row in _records(computed.forecast.panel_backtest):
        known = {name: row[name] for name in DemandPanelBacktest.model_fields if name in row}
        yield known | {"release_id": release_id, "wins": wins[row["candidate"]]}


def _insert(session: Session, model: type[SQLModel], rows: Iterator[Row]) -> None:
    batch = list(rows)
    if batch:
        session.connection().execute(insert(model), batch)


def _remove_old(session: Session, dataset: Dataset) -> None:
    of_dataset = col(ForecastRelease.dataset) == dataset
    kept = (
        select(col(ForecastRelease.id)).where(of_dataset).order_by(col(ForecastRelease.id).desc()).limit(KEPT_RELEASES)
    )
    kept_ids = list(session.connection().execute(kept).scalars())
    session.connection().execute(delete(ForecastRelease).where(of_dataset, col(ForecastRelease.id).not_in(kept_ids)))


def _records(table: pd.DataFrame) -> list[Row]:
    return [{str(name): _value(value) for name, value in row.items()} for row in table.to_dict("records")]


def _value(value: Any) -> Any:
    """What a database takes: no NaN, no numpy scalars, days instead of stamps."""
    if isinstance(value, pd.Timestamp):
        return value.date()
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _compact(value: float) -> float | int:
    rounded = round(float(value), 2)
    return int(rounded) if rounded.is_integer() else rounded
