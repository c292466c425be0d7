import warnings

import numpy as np
import pytest

from ml.demand.candidates.smoothing import DAMPED_TREND, THETA, Grid, mean_squares, one_step_errors


def _series() -> np.ndarray:
    """Three random walks of very different size; the second begins late."""
    y = np.cumsum(np.random.default_rng(0).normal(0.1, 1, (3, 60)), axis=1) * np.array([[1.0], [1e6], [1e-4]])
    y[1, :25] = np.nan
    return y


@pytest.mark.parametrize("grid", [DAMPED_TREND, THETA], ids=["damped_trend", "theta"])
def test_the_short_form_gives_the_errors_of_following_level_and_trend(grid: Grid):
    y = _series()
    scored = np.cumsum(np.isfinite(y), axis=1) > 5

    squares = mean_squares(y, scored, grid)

    for combination in (0, 7, len(grid.alpha) - 1):
        errors = one_step_errors(y, grid.at(np.full(3, combination)))
        expected = (np.where(scored, errors, 0.0) ** 2).sum(axis=1) / scored.sum(axis=1)
        np.testing.assert_allclose(squares[:, combination], expected, rtol=1e-3)


def test_a_series_that_has_not_begun_gives_no_warning():
    y = np.vstack([_series(), np.full(60, np.nan)])

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        squares = mean_squares(y, np.isfinite(y), THETA)

    assert np.isfinite(squares[:3]).all()
