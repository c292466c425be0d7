"""Days on which nothing is ever sold are expected to sell nothing, and their silence is not unusual."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.demand.anomalies import find_anomalies
from ml.demand.calendar import public_holidays
from ml.demand.closed import back_lately, closed_ahead, closed_before
from ml.demand.features import series_from_orders
from ml.demand.model import forecast_panel
from ml.demand.panel import Panel
from ml.demand.regularise import regularise
from ml.demand.types import Calendar, Country, DemandSettings

CLASSICAL = ("seasonal_naive", "damped_trend", "drift_theta")
SATURDAY = 5


def shop(first: str, days: int, closed: np.ndarray | None = None, rate: float = 40.0) -> pd.DataFrame:
    """Sales of a shop; none on Saturdays or where `closed` says so."""
    ds = pd.date_range(first, periods=days)
    y = np.random.default_rng(4).poisson(rate, days).astype(float) + (rate >= 1)
    y[ds.weekday == SATURDAY] = 0
    if closed is not None:
        y[closed] = 0
    return pd.DataFrame({"unique_id": "shop", "ds": ds, "y": y})


def ahead(frame: pd.DataFrame, days: int, country: Country = None) -> tuple[pd.DatetimeIndex, np.ndarray]:
    (panel,), _ = regularise(frame, days, None, "D")
    return pd.DatetimeIndex(panel.stamps(np.arange(1, days + 1))[0]), closed_ahead(panel, days, country)[0]


def between(days: pd.DatetimeIndex, first: str, last: str) -> np.ndarray:
    return np.asarray((days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last)))


@pytest.mark.parametrize(
    ("rest", "since", "expected"),
    [(365, 14, True), (365, 55, True), (365, 70, False), (100, 14, False), (0, 300, False)],
)
def test_what_came_back_lately_is_told_from_what_sells_on(rest: int, since: int, expected: bool) -> None:
    frame = pd.DataFrame({"ds": pd.date_range("2024-01-01", periods=90 + rest + since), "y": 5.0, "unique_id": "ice"})
    frame.loc[90 : 90 + rest - 1, "y"] = 0.0
    (panel,), _ = regularise(frame, 28, None, "D")
    assert back_lately(panel).tolist() == [expected]


def test_a_weekday_that_never_sold_is_closed_and_no_other() -> None:
    days, closed = ahead(shop("2025-01-06", 200), 28)
    assert (closed == (days.weekday == SATURDAY)).all()


def test_a_slow_product_without_a_sale_on_a_weekday_is_not_closed_on_it() -> None:
    frame = shop("2025-01-06", 120, rate=0.05)
    frame.loc[frame.index[-3], "y"] = 1.0
    _, closed = ahead(frame, 28)
    assert frame["y"].sum() > 0 and not closed.any()


def test_a_weekday_that_opened_again_is_open() -> None:
    frame = shop("2025-01-06", 200)
    frame.loc[frame.index[-4], "y"] = 30.0  # the last Saturday
    frame = frame[: frame[frame["ds"].dt.weekday == SATURDAY].index[-1] + 1]
    frame.loc[frame.index[-1], "y"] = 30.0
    _, closed = ahead(frame, 14)
    assert not closed.any()


def test_public_holidays_on_which_nothing_was_sold_are_learnt() -> None:
    days = pd.date_range("2024-01-08", periods=420)
    (dates,) = np.nonzero(days.isin(pd.DatetimeIndex(public_holidays("CL", 2024, 2025))))
    frame = shop("2024-01-08", 420, dates)
    coming, closed = ahead(frame, 80, "CL")
    good_friday = coming == pd.Timestamp("2025-04-18")
    assert closed[good_friday].all()
    coming, closed = ahead(shop("2024-01-08", 420), 80, "CL")
    assert not closed[good_friday].any()


def test_closing_days_that_are_given_are_closed() -> None:
    coming, closed = ahead(shop("2025-01-06", 100), 28, Calendar(None, (date(2025, 4, 22),)))
    assert closed[coming == pd.Timestamp("2025-04-22")].all()


def test_days_off_around_new_year_come_back_a_year_later() -> None:
    ds = pd.date_range("2023-12-01", periods=375)
    off = between(ds, "2023-12-24", "2024-01-03")
    coming, closed = ahead(shop("2023-12-01", 375, off), 40, "CL")
    holidays = between(coming, "2024-12-24", "2025-01-03")
    assert closed[holidays].all()
    assert (closed[~holidays] == (coming[~holidays].weekday == SATURDAY)).all()


def test_a_stretch_without_sales_that_no_holiday_explains_is_no_closing_until_it_was_seen_twice() -> None:
    ds = pd.date_range("2023-06-01", periods=700)
    once = between(ds, "2024-06-10", "2024-06-14")
    twice = once | between(ds, "2023-06-10", "2023-06-14")
    seen = {}
    for name, off in (("once", once), ("twice", twice)):
        coming, closed = ahead(shop("2023-06-01", 700, off), 60, "CL")
        seen[name] = closed[between(coming, "2025-06-10", "2025-06-13")]
    assert not seen["once"].any() and seen["twice"].all()


def test_monthly_series_have_no_closed_days() -> None:
    frame = pd.DataFrame({"unique_id": "m", "ds": pd.date_range("2022-01-01", periods=40, freq="MS"), "y": 3.0})
    (panel,), _ = regularise(frame, 3)
    assert not closed_ahead(panel, 3, "CL").any() and not closed_before(panel, "CL").any()


def test_what_comes_later_is_not_seen() -> None:
    frame = shop("2025-01-06", 200)
    changed = frame.copy()
    changed.loc[changed.index[-28:], "y"] = 99.0
    panels: list[Panel] = [regularise(one, 1, None, "D")[0][0].cut(28) for one in (frame, changed)]
    before, after = (closed_ahead(panel, 28, "CL") for panel in panels)
    assert (before == after).all()


@pytest.fixture(scope="module")
def office_lunches(cases: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Orders of two years of weekdays, as a daily series, and what was sold in the four weeks after."""
    folder = cases / "13-negative-forecast-closed-weekends"
    rows = pd.read_csv(folder / "ventas.csv")
    noon = (pd.to_datetime(rows["order_date"]) + pd.Timedelta(hours=12)).dt.tz_localize("America/Santiago")
    orders = pd.DataFrame(
        {"ordered_at": noon, "product_id": "x", "quantity": rows["quantity"], "unit_price": rows["unit_price"]}
    )
    series = series_from_orders(orders, zone="America/Santiago")
    later = pd.read_csv(folder / "lo_que_paso_despues.csv", parse_dates=["date"])
    return series[series["unique_id"] == "units/total"], later


@pytest.mark.parametrize("horizon", [28, 180])
def test_a_falling_office_lunch_is_never_negative_and_nothing_at_weekends(
    office_lunches: tuple[pd.DataFrame, pd.DataFrame], horizon: int
) -> None:
    history, later = office_lunches
    said = forecast_panel(history, horizon, settings=DemandSettings(freq="D", candidates=CLASSICAL)).forecasts
    numbers = said[["mean", "lo_80", "hi_80", "lo_95", "hi_95"]].to_numpy()
    assert np.isfinite(numbers).all() and (numbers >= 0).all()
    weekend = said["ds"].dt.weekday >= SATURDAY
    assert (numbers[weekend] == 0).all()
    if horizon == 28:
        told = later.merge(said, left_on="date", right_on="ds")
        assert 105 <= said["mean"].sum() <= 262
        assert (told["quantity"] - told["mean"]).abs().sum() / told["quantity"].sum() <= 0.656


def test_closed_weekends_are_not_unusual(office_lunches: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    found = find_anomalies(office_lunches[0], "CL")
    assert len(found) < 12 and (found["ds"].dt.weekday < SATURDAY).all()


def test_a_weekday_that_the_company_names_is_closed_also_where_the_past_tells_nothing() -> None:
    frame = shop("2025-01-06", 120, rate=0.05)
    frame.loc[frame.index[-3], "y"] = 1.0
    days, closed = ahead(frame, 28, Calendar(None, (), weekdays=(6,)))
    assert (closed == (days.weekday == 6)).all()
