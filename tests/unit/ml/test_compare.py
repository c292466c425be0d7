import numpy as np

from ml.compare import paired_bootstrap


def test_a_constant_lead_is_certain():
    worse = np.random.default_rng(0).random(20)

    gain = paired_bootstrap(worse - 0.1, worse)

    assert np.allclose([gain.gain, gain.low, gain.high], 0.1)


def test_noise_straddles_zero_and_is_repeatable():
    random = np.random.default_rng(1)
    first, second = random.normal(1, 0.3, 30), random.normal(1, 0.3, 30)

    gain = paired_bootstrap(first, second)

    assert gain.low < 0 < gain.high
    assert gain == paired_bootstrap(first, second)


def test_pairs_with_a_missing_loss_are_dropped():
    gain = paired_bootstrap(np.array([1.0, np.nan]), np.array([2.0, 9.0]))

    assert gain.gain == 1.0 and np.isnan(gain.low)


def test_nothing_in_common_gives_no_figure():
    assert np.isnan(paired_bootstrap(np.array([np.nan]), np.array([1.0])).gain)
