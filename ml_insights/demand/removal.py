"""The demand's part of removing a data set: the forecasts made from its orders."""

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from ml_insights.demand.tables import DemandLeftOut, DemandSeries, ForecastRelease


def count(session: Session, dataset: str) -> dict[str, int]:
    """How many series were forecast from the data set's orders."""
    own = col(ForecastRelease.dataset) == dataset
    series = select(func.count()).select_from(DemandSeries).join(ForecastRelease).where(own)
    releases = session.exec(select(func.count()).where(own)).one()
    left_out = session.exec(select(func.count()).where(col(DemandLeftOut.dataset) == dataset)).one()
    return {
        "forecast_releases": releases,
        "demand_series": session.exec(series).one(),
        "demand_left_out": left_out,
    }


def clear(session: Session, dataset: str) -> dict[str, int]:
    """Remove the releases, with all that hangs on them, and the days that they looked past."""
    removed = count(session, dataset)
    session.exec(delete(ForecastRelease).where(col(ForecastRelease.dataset) == dataset))
    session.exec(delete(DemandLeftOut).where(col(DemandLeftOut.dataset) == dataset))
    return removed
