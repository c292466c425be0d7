import numpy as np
import pytest

from ml.conformal import calibrate


def _bands(errors: np.ndarray, horizon: int | None = None, levels: tuple[int, ...] = (80, 95)):
    scale = np.ones(errors.shape[1])
    level = np.ones_like(errors)
    return calibrate(level, errors, np.ones(errors.shape[:2]), scale, levels, horizon or errors.shape[2])


@pytest.mark.parametrize("level", [80, 95])
def test_bands_cover_what_they_say_on_new_errors_of_the_same_kind(level):
    random = np.random.default_rng(0)
    difficulty = random.lognormal(0, 0.7, 60)[None, :, None]
    growth = np.sqrt(np.arange(1, 15))[None, None, :]
    draw = lambda folds: random.standard_t(4, (folds, 60, 14)) * difficulty * growth  # noqa: E731

    low, high = _bands(draw(4), levels=(level,)).offsets[level]
    unseen = draw(50)

    assert ((unseen >= low) & (unseen <= high)).mean() == pytest.approx(level / 100, abs=0.025)


def test_skewed_errors_get_skewed_bands():
    errors = np.random.default_rng(0).exponential(1, (6, 40, 7)) - 1

    low, high = _bands(errors).offsets[80]

    assert (high > -low).all()


def test_bands_never_narrow_with_the_step_and_grow_beyond_what_was_measured():
    errors = np.random.default_rng(0).normal(0, 1, (5, 3, 10)) * np.sqrt(np.arange(1, 11))

    bands = _bands(errors, horizon=40)
    low, high = bands.offsets[80]

    assert bands.measured == 10
    assert (np.diff(high - low, axis=1) >= -1e-12).all()
    assert (high[:, -1] > high[:, 9]).all()


def test_wider_levels_contain_narrower_ones():
    offsets = _bands(np.random.default_rng(0).normal(0, 1, (3, 2, 5))).offsets

    assert (offsets[95][0] <= offsets[80][0]).all()
    assert (offsets[95][1] >= offsets[80][1]).all()


def test_without_errors_there_is_no_band_rather_than_a_made_up_one():
    low, high = _bands(np.full((2, 3, 4), np.nan)).offsets[80]

    assert np.isnan(low).all() and np.isnan(high).all()


def test_bands_follow_the_level_where_errors_do():
    random = np.random.default_rng(0)
    weekdays = np.tile([1.0, 1.0, 1.0, 1.0, 2.0, 4.0, 0.0], 4)
    forecasts = np.broadcast_to(100 * weekdays, (6, 20, 28))
    errors = random.normal(0, 0.2, forecasts.shape) * forecasts

    bands = calibrate(forecasts, errors, np.ones((6, 20)), np.ones(20), (80,), 28)
    low, high = bands.around(forecasts[0])[80]
    width = (high - low)[:, :7].mean(axis=0)

    assert (bands.power == 1.0).all()
    assert width[5] > 1.6 * width[4] > 2.5 * width[0]
    assert width[6] < width[0]


def test_bands_ignore_the_level_where_errors_do():
    random = np.random.default_rng(0)
    forecasts = np.broadcast_to(100 * np.tile([1.0, 2.0, 4.0, 8.0], 7), (6, 20, 28))

    bands = calibrate(forecasts, random.normal(0, 9, forecasts.shape), np.ones((6, 20)), np.ones(20), (80,), 28)

    assert (bands.power == 0.0).all()
