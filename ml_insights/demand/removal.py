"""The demand's part of removing a data set: the forecasts made from its orders."""

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from ml_insights.demand.tables import DemandSeries, ForecastRelease


def count(session: Session, dataset: str) -> dict[str, int]:
    """How many series were forecast from the data set's orders."""
    own = col(ForecastRelease.dataset) == dataset
    series = select(func.count()).select_from(DemandSeries).join(ForecastRelease).where(own)
    releases = session.exec(select(func.count()).where(own)).one()
    return {"forecast_releases": releases, "demand_series": session.exec(series).one()}


def clear(session: Session, dataset: str) -> dict[str, int]:
    """Remove the releases; the database removes all that hangs on them."""
    removed = count(session, dataset)
    session.exec(delete(ForecastRelease).where(col(ForecastRelease.dataset) == dataset))
    return removed
