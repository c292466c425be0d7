import numpy as np
import pandas as pd
import pytest

from ml.demand.frequency import INDEX, detect, named


@pytest.mark.parametrize(
    ("alias", "expected", "season"),
    [
        ("h", "h", 24),
        ("D", "D", 7),
        ("W-MON", "W", 52),
        ("MS", "MS", 12),
        ("ME", "MS", 12),
        ("QS", "QS", 4),
        ("YS", "YS", 1),
    ],
)
def test_the_spacing_names_the_frequency_and_its_season(alias, expected, season):
    frequency = detect(pd.date_range("2020-01-01", periods=30, freq=alias).to_numpy())

    assert frequency is not None
    assert (frequency.alias, frequency.season) == (expected, season)


@pytest.mark.parametrize("alias", ["h", "D", "W-MON", "MS", "ME", "QS", "QE", "YS", "15min"])
def test_the_stamps_that_follow_are_those_of_the_calendar(alias):
    stamps = pd.date_range("2019-12-31" if alias == "D" else "2020-01-01", periods=30, freq=alias).to_numpy()
    frequency = detect(stamps[:20])

    assert frequency is not None
    assert (frequency.after(stamps[19], np.arange(1, 11)) == stamps[20:]).all()
    assert (frequency.steps_before(stamps[:20], stamps[19]) == np.arange(19, -1, -1)).all()


def test_gaps_and_business_days_do_not_hide_a_daily_spacing():
    business = detect(pd.bdate_range("2024-01-01", periods=60).to_numpy())

    assert business is not None and business.alias == "D"


def test_hours_know_the_day_and_the_week():
    assert named("hourly").seasons == (24, 168)


def test_whole_numbers_have_a_season_only_when_it_is_named():
    assert detect(np.arange(10)) is INDEX
    assert named("W").season == 52


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="fortnight"):
        named("fortnight")
