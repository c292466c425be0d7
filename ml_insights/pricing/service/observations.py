"""What each product cost and sold in each week: imported observations where there are any, else the order lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import select as sa_select
from sqlmodel import Session, SQLModel, col, func, select

from ml_insights.commerce import queries as commerce
from ml_insights.commerce.queries.price_weeks import price_weeks
from ml_insights.commerce.queries.services import services_of
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.company import company
from ml_insights.pricing.errors import NoPrices
from ml_insights.pricing.tables import PriceObservation

OBSERVED = SQLModel.metadata.tables[str(PriceObservation.__tablename__)].c


@dataclass(frozen=True)
class Sold:
    """weeks: period (its Monday), product_id, store, price, quantity, deal, feat, mode_price, lines; whole weeks only.

    names, categories, costs: of each product where known. `imported`: whether prices were imported as such. `marked`:
    whether the data say which weeks were promotions; otherwise they are guessed from the prices.
    """

    dataset: Dataset
    data_version: str
    weeks: pd.DataFrame
    names: dict[str, str]
    categories: dict[str, str]
    costs: dict[str, float]
    imported: bool
    marked: bool = False

    @property
    def first(self) -> date:
        """The Monday of the first week."""
        return self.weeks["period"].min().date()

    @property
    def last(self) -> date:
        """The Sunday of the last week."""
        return self.weeks["period"].max().date() + timedelta(days=6)


def read_sold(session: Session, dataset: Dataset) -> Sold:
    """Everything up to the last whole week. Raises NoPrices."""
    version = commerce.data_version(session, dataset)
    imported = has_observations(session, dataset)
    weeks = observed_weeks(session, dataset) if imported else ordered_weeks(session, dataset)
    weeks = weeks[~weeks["product_id"].isin(services_of(session, dataset))].reset_index(drop=True)
    if weeks.empty:
        raise NoPrices
    products = commerce.products_frame(session, dataset)
    return Sold(dataset, version, weeks, *_described(products), imported, bool(weeks.attrs.get("marked")))


def has_observations(session: Session, dataset: Dataset) -> bool:
    """Whether prices were imported for `dataset`."""
    return (
        session.exec(select(PriceObservation.id).where(PriceObservation.dataset == dataset).limit(1)).first()
        is not None
    )


def _described(products: pd.DataFrame) -> tuple[dict[str, str], dict[str, str], dict[str, float]]:
    rows = products.to_dict("records")
    names = {str(row["product_id"]): str(row["name"]) for row in rows if isinstance(row["name"], str) and row["name"]}
    categories = {str(row["product_id"]): row["category"] for row in rows if isinstance(row["category"], str)}
    costs = {str(row["product_id"]): float(row["unit_cost"]) for row in rows if row["unit_cost"] > 0}
    return names, categories, costs


def ordered_weeks(session: Session, dataset: Dataset) -> pd.DataFrame:
    """Weeks from order lines, up to the last week that is over in the data.

    Promotions are what the lines say; where none says anything, they are where the price dips.
    """
    zone = company().zone
    newest = commerce.last_day(session, dataset, zone)
    if newest is None:
        return _nothing()
    today = clock.now().astimezone(zone).date()
    whole = min(newest, today - timedelta(days=1))
    sunday = whole - timedelta(days=(whole.weekday() + 1) % 7)
    found = price_weeks(session, dataset, zone, sunday)
    if found.empty:
        return _nothing()
    weeks = found.rename(columns={"week": "period"}).assign(store="", feat=0.0)
    guessed = with_promotions(weeks.sort_values(["product_id", "period"], ignore_index=True))
    told = guessed.pop("promoted").astype(float)
    marked = guessed.assign(deal=told.fillna(guessed["deal"]))
    marked.attrs["marked"] = bool(told.notna().any())
    return marked


def observed_weeks(session: Session, dataset: Dataset) -> pd.DataFrame:
    """Weeks from imported observations, which say themselves what was promoted."""
    columns = (OBSERVED.period, OBSERVED.product_id, OBSERVED.store, OBSERVED.price, OBSERVED.quantity)
    chosen = sa_select(*columns, OBSERVED.deal, OBSERVED.feat).where(OBSERVED.dataset == dataset)
    rows = [tuple(row) for row in session.execute(chosen)]
    names = ["period", "product_id", "store", "price", "quantity", "deal", "feat"]
    table = pd.DataFrame(rows, columns=pd.Index(names))
    table = table[(table["price"] > 0) & (table["quantity"] > 0)]
    if table.empty:
        return _nothing()
    days = pd.to_datetime(table["period"])
    mondays = days - pd.to_timedelta(days.dt.dayofweek, unit="D")
    promoted = table["deal"].notna().any()
    table = table.assign(
        period=mondays, mode_price=table["price"], lines=1, feat=table["feat"].astype(float).fillna(0.0)
    )
    table = table.sort_values(["product_id", "store", "period"], ignore_index=True)
    marked = table.assign(deal=table["deal"].astype(float).fillna(0.0)) if promoted else with_promotions(table)
    marked.attrs["marked"] = bool(promoted)
    return marked


def with_promotions(weeks: pd.DataFrame) -> pd.DataFrame:
    """`deal` is 1 in weeks whose price dips and comes back. Rows are in the order of weeks."""
    from ml.pricing.promotions import dips

    units = weeks.groupby(["product_id", "store"], sort=False)["mode_price"]
    return weeks.assign(deal=units.transform(lambda prices: dips(prices.to_numpy())).astype(float))


def quantities(session: Session, dataset: Dataset, mondays: pd.DatetimeIndex) -> pd.DataFrame:
    """period, product_id and quantity of the weeks that begin on `mondays`, in all stores; nothing sold has no row."""
    if has_observations(session, dataset):
        weeks = observed_weeks(session, dataset)
    else:
        weeks = price_weeks(session, dataset, company().zone).rename(columns={"week": "period"})
    chosen = weeks[weeks["period"].isin(mondays)]
    return chosen.groupby(["period", "product_id"], as_index=False)[["quantity"]].sum()


def known_until(session: Session, dataset: Dataset) -> date | None:
    """The last day that data of this data set speaks of."""
    if has_observations(session, dataset):
        newest = session.exec(
            select(func.max(col(PriceObservation.period))).where(PriceObservation.dataset == dataset)
        ).one()
        return newest + timedelta(days=7) if newest else None
    return commerce.last_day(session, dataset, company().zone)


def _nothing() -> pd.DataFrame:
    names = ("period", "product_id", "store", "price", "quantity", "deal", "feat", "mode_price", "lines")
    return pd.DataFrame({name: [] for name in names})
