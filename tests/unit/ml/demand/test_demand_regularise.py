import numpy as np
import pandas as pd
import pytest

from ml.demand.regularise import regularise
from ml.demand.types import Refusal
from tests.unit.ml.demand.panels import daily


def _one(frame: pd.DataFrame, **kwargs):
    panels, refusals = regularise(frame, 7, **kwargs)
    assert not refusals
    (panel,) = panels
    return panel


def test_gaps_are_interpolated_on_the_regular_grid():
    frame = daily(30)
    gappy = frame.drop(index=[10, 11])

    assert _one(gappy).y[0, 10] == pytest.approx(frame["y"][9] + (frame["y"][12] - frame["y"][9]) / 3)


def test_duplicated_stamps_are_averaged():
    frame = pd.concat([daily(20), daily(20).assign(y=0.0)])

    assert np.allclose(_one(frame).y[0], daily(20)["y"] / 2)


def test_rows_in_any_order_and_upper_case_headers_are_the_same_series():
    shuffled = daily(40).sample(frac=1, random_state=0).rename(columns=str.upper)

    assert np.allclose(_one(shuffled).y[0], daily(40)["y"])


def test_infinite_values_count_as_missing():
    frame = daily(30)
    frame.loc[5, "y"] = np.inf

    assert np.isfinite(_one(frame).y).all()


def test_series_of_different_lengths_end_at_their_own_last_stamp():
    panel = _one(pd.concat([daily(30, name="long"), daily(10, name="short")]))

    assert list(panel.lengths) == [30, 10]
    assert np.isnan(panel.y[1, :20]).all()


def test_different_spacings_become_panels_of_their_own():
    monthly = pd.DataFrame({"unique_id": "m", "ds": pd.date_range("2020-01-01", periods=24, freq="MS"), "y": range(24)})

    panels, _ = regularise(pd.concat([daily(30), monthly]), 3)

    assert {panel.frequency.alias for panel in panels} == {"D", "MS"}


def test_a_column_known_in_the_future_is_a_regressor_and_others_are_not():
    frame = daily(30).assign(price=np.arange(30.0), weather=np.arange(30.0), constant=1.0)
    future = pd.DataFrame(
        {"unique_id": "s", "ds": pd.date_range("2024-01-31", periods=7), "price": 5.0, "constant": 1.0}
    )

    panel = _one(frame, future=future)

    assert panel.regressor_names == ("price",)
    assert (panel.regressors_at(np.arange(1, 8)) == 5.0).all()
    assert panel.cut(3).regressors_at(np.array([1]))[0, 0, 0] == 27.0


@pytest.mark.parametrize(
    ("y", "ds", "code"),
    [
        ([0.0] * 20, None, Refusal.ALL_ZERO),
        ([np.nan] * 20, None, Refusal.NO_VALUES),
        ([1.0], None, Refusal.TOO_SHORT),
        ([1.0, 2.0] * 5, ["not a date"] * 10, Refusal.NO_DATES),
        ([1.0, 2.0, 1.0, 5.0], ["2020-01-01", "2020-01-02", "2020-01-03", "2023-01-01"], Refusal.IRREGULAR),
    ],
)
def test_what_cannot_be_forecast_is_refused_with_its_reason(y, ds, code):
    stamps = ds or pd.date_range("2024-01-01", periods=len(y))

    panels, refusals = regularise(pd.DataFrame({"unique_id": "x", "ds": stamps, "y": y}), 7)

    assert not panels
    assert [(one.unique_id, one.code) for one in refusals] == [("x", code)]
    assert refusals[0].detail


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="ds"):
        regularise(pd.DataFrame({"unique_id": ["a"], "y": [1.0]}), 7)
