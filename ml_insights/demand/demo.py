"""The demand's part of removing the demo company: forecasts made from its orders."""

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from ml_insights.commerce.tables import Dataset
from ml_insights.demand.tables import DemandSeries, ForecastRelease

OF_DEMO = col(ForecastRelease.dataset) == Dataset.DEMO


def count(session: Session) -> dict[str, int]:
    """How many series were forecast from the demo company's orders."""
    of_demo = select(func.count()).select_from(DemandSeries).join(ForecastRelease).where(OF_DEMO)
    releases = session.exec(select(func.count()).where(OF_DEMO)).one()
    return {"forecast_releases": releases, "demand_series": session.exec(of_demo).one()}


def clear(session: Session) -> dict[str, int]:
    """Remove the releases; the database removes all that hangs on them."""
    removed = count(session)
    session.exec(delete(ForecastRelease).where(OF_DEMO))
    return removed
