"""From orders to forecasts: load → series → tournament. Nothing here writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlmodel import Session

from ml_insights.commerce import queries as commerce
from ml_insights.commerce.errors import NoOrders
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.company import company
from ml_insights.core.fan_out import fan_out
from ml_insights.core.i18n import N_
from ml_insights.core.settings import settings
from ml_insights.demand.errors import NotEnoughOrders
from ml_insights.demand.facts import LeftOutFact
from ml_insights.demand.joining import joined
from ml_insights.demand.policy import FORECAST_DAYS, MEASURED_DAYS, METHODS, products_in_scope
from ml_insights.demand.queries import left_out
from ml_insights.demand.tables import Measure

if TYPE_CHECKING:
    from ml.demand.types import DemandForecast, DemandSettings

Report = Callable[..., None]
"""Called with a share from 0 to 1, a translatable message and its values."""

ANOMALY_YEARS = 2
SHARES = {"sums": (0.0, 0.3), "products": (0.3, 0.7)}
"""Where each group's tournament begins in the whole work, and how much of it that is."""
KNOWN_BACK, KNOWN_AHEAD = timedelta(days=30 * 365), timedelta(days=365)
"""How far closing days are looked up; orders are hardly older."""


@dataclass(frozen=True)
class Sales:
    """What is forecast from. series: unique_id, ds, y. names: label of each product. beyond: products left out.

    trees: what adds up, see `ml.demand.features.trees_of`. left_out: (series without measure, ISO day) that forecasts
    look past.
    """

    dataset: Dataset
    data_version: str
    series: pd.DataFrame
    names: dict[str, str]
    recent_revenue: dict[str, float]
    beyond: tuple[str, ...]
    trees: tuple[dict[str, list[str]], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()

    @cached_property
    def learnt(self) -> pd.DataFrame:
        """`series` as models learn them: what was left out is not in it."""
        from ml.demand.leaving_out import without_days

        days = [(key, date.fromisoformat(day)) for key, day in self.left_out]
        both = [(f"{measure.value}/{key}", day) for key, day in days for measure in Measure]
        return without_days(self.series, self.trees, both)

    @property
    def span(self) -> tuple[date, date]:
        """First and last day of history."""
        return self.series["ds"].min().date(), self.series["ds"].max().date()


@dataclass(frozen=True)
class Computed:
    """A forecast of everything in `sales` and what else pages tell about each series.

    parts: the tournaments by name, "sums" and "products". seconds: what they and the rest took.
    """

    sales: Sales
    parts: dict[str, DemandForecast]
    effects: dict[str, dict[str, Any]]
    anomalies: dict[str, pd.DataFrame]
    seconds: float

    @cached_property
    def forecast(self) -> DemandForecast:
        """All tournaments together."""
        return joined(list(self.parts.values()))


def read_sales(session: Session, dataset: Dataset) -> Sales:
    """The daily series of a dataset up to the last whole day. Raises NoOrders."""
    from ml.demand.features import series_from_orders, trees_of

    version = commerce.data_version(session, dataset)
    lines = commerce.order_lines_frame(session, dataset)
    lines = lines.loc[lines["ordered_at"] < _start_of_today()]
    if lines.empty:
        raise NoOrders
    products = commerce.products_frame(session, dataset)
    revenue = _recent_revenue(lines)
    modelled = products_in_scope(revenue)
    series = series_from_orders(lines, products, company().timezone, product_ids=modelled)
    names = {key: name if isinstance(name, str) and name else key for key, name in _product_names(products)}
    beyond = tuple(sorted(set(revenue) - set(modelled)))
    trees = tuple(trees_of(series, products))
    return Sales(dataset, version, series, names, revenue, beyond, trees, marked_days(left_out(session, dataset)))


def marked_days(found: Iterable[LeftOutFact]) -> tuple[tuple[str, str], ...]:
    """(series, ISO day) of what was left out, in one order, so that two states can be compared."""
    return tuple(sorted((one.series, one.ds.isoformat()) for one in found))


def _start_of_today() -> datetime:
    """Midnight in the business zone: a day that is still going on would look like a slump."""
    return clock.now().astimezone(company().zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _recent_revenue(lines: pd.DataFrame) -> dict[str, float]:
    """Revenue of each product in the last year of data; 0 for those that sold only before."""
    money = lines["quantity"] * lines["unit_price"]
    recent = lines["ordered_at"] > lines["ordered_at"].max() - timedelta(days=365)
    totals = money.where(recent, 0.0).groupby(lines["product_id"], observed=True).sum()
    return {str(product): float(total) for product, total in totals.items()}


def _product_names(products: pd.DataFrame) -> list[tuple[str, Any]]:
    return list(zip(products["product_id"].astype(str), products["name"], strict=True))


def default_settings() -> DemandSettings:
    """The engine's configuration for this installation."""
    from ml.demand.types import DemandSettings

    ours, today = company(), clock.now().astimezone(company().zone).date()
    closings = ours.closing_days(today - KNOWN_BACK, today + KNOWN_AHEAD)
    return DemandSettings(
        country=ours.country,
        freq="D",
        n_jobs=settings().workers,
        closings=closings,
        weekdays=ours.weekdays,
        measured=MEASURED_DAYS,
    )


def panels(series: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The series of each tournament: what wins on a few sparse products says little about a total."""
    is_product = series["unique_id"].str.contains("/product/", regex=False)
    return {"sums": series.loc[~is_product], "products": series.loc[is_product]}


def tournaments(
    series: pd.DataFrame, trees: Sequence[dict[str, list[str]]], engine: DemandSettings, report: Report
) -> dict[str, DemandForecast]:
    """One tournament among sums and one among products, reconciled so that `trees` add up.

    The few sums also get more folds, and every candidate on every series. They run on the Dask cluster where one is
    set. Raises ClusterAway, and NotEnoughOrders where more came back of everything than was sold.
    """
    from ml.demand.features import without_returned
    from ml.demand.hierarchy import forecast_hierarchy
    from ml.demand.types import NotForecastable, Refusal

    usable, returned = without_returned(series)
    groups = {name: panel for name, panel in panels(usable).items() if len(panel)}
    if not groups:
        raise NotEnoughOrders(series=len(returned))
    counts = {name: int(panel["unique_id"].nunique()) for name, panel in groups.items()}
    report(0.0, N_("Comparing methods on {series} series"), series=sum(counts.values()))

    def tell(group: str, method: str, share: float) -> None:
        start, width = SHARES[group]
        name, count = METHODS.get(method, method), counts[group]
        report(start + width * share, N_("Backtested {method} on {series} series"), method=name, series=count)

    with fan_out():
        parts = forecast_hierarchy(groups, trees, FORECAST_DAYS, settings=engine, progress=tell)
    last = next(reversed(parts))
    refused = [NotForecastable(key, Refusal.RETURNED, "") for key in returned]
    return parts | {last: replace(parts[last], refusals=[*parts[last].refusals, *refused])}


def describe(
    series: pd.DataFrame, engine: DemandSettings, report: Report
) -> tuple[dict[str, dict[str, Any]], dict[str, pd.DataFrame]]:
    """What else pages tell about each series: effects of weekday and holiday, and unusual days."""
    from ml.demand.anomalies import find_anomalies
    from ml.demand.effects import holiday_effects, weekday_effects

    effects: dict[str, dict[str, Any]] = {}
    anomalies: dict[str, pd.DataFrame] = {}
    groups = series.groupby("unique_id", sort=False)
    for position, (key, frame) in enumerate(groups):
        report(position / len(groups), N_("Looking for weekday effects and unusual days"))
        effects[str(key)] = {
            "weekday": _records(weekday_effects(frame)),
            "holiday": _records(holiday_effects(frame, engine.calendar)),
        }
        found = find_anomalies(frame, engine.calendar)
        if len(found):
            since = frame["ds"].max() - pd.DateOffset(years=ANOMALY_YEARS)
            anomalies[str(key)] = found.loc[found["ds"] > since]
    return effects, anomalies


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """JSON-able rows; numbers rounded to what a reader can see."""
    records: Any = table.round(2).to_dict("records")
    return records
