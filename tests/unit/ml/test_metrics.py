import numpy as np
import pytest

from ml import metrics


def test_known_answers():
    actual, forecast = np.array([2.0, 4.0, 6.0]), np.array([1.0, 4.0, 9.0])

    assert metrics.mae(actual, forecast) == pytest.approx(4 / 3)
    assert metrics.rmse(actual, forecast) == pytest.approx(np.sqrt(10 / 3))
    assert metrics.wape(actual, forecast) == pytest.approx(4 / 12)
    assert metrics.smape(actual, forecast) == pytest.approx((2 / 3 + 0 + 6 / 15) / 3)
    assert metrics.mase(actual, forecast, np.array(2.0)) == pytest.approx(2 / 3)


def test_scale_is_the_seasonal_naive_error_of_the_training_part():
    y = np.array([[1.0, 5.0, 2.0, 7.0, 3.0, 9.0]])

    assert metrics.seasonal_naive_scale(y, 2)[0] == pytest.approx((1 + 2 + 1 + 2) / 4)


def test_scale_leaves_out_steps_before_a_series_began():
    y = np.array([[np.nan, np.nan, 2.0, 7.0, 3.0, 9.0]])

    assert metrics.seasonal_naive_scale(y, 2)[0] == pytest.approx((1 + 2) / 2)


def test_scale_falls_back_to_lag_one_without_a_full_season():
    assert metrics.seasonal_naive_scale(np.array([[1.0, 2.0, 4.0]]), 12)[0] == pytest.approx(1.5)


def test_a_constant_series_has_no_mase_rather_than_an_infinite_one():
    scale = metrics.seasonal_naive_scale(np.full((1, 30), 5.0), 7)

    assert np.isnan(metrics.mase(np.ones((1, 3)), np.zeros((1, 3)), scale)).all()


def test_all_zero_actuals_have_no_wape_and_a_perfect_smape_of_zero():
    zeros = np.zeros(4)

    assert np.isnan(metrics.wape(zeros, zeros))
    assert metrics.smape(zeros, zeros) == 0


def test_coverage_counts_the_bounds_as_inside():
    assert metrics.coverage(np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 1.0), np.full(4, 3.0)) == 0.75
