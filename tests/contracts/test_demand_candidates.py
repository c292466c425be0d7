"""What every forecasting candidate promises the tournament."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ml.demand.candidates import candidates
from ml.demand.candidates.base import Candidate
from ml.demand.panel import Panel
from ml.demand.regularise import regularise
from tests.unit.ml.demand.panels import many

HORIZON = 5
DAYS = 60
CANDIDATES = candidates("CL", seed=0)


def _panel() -> Panel:
    frame = many(2, DAYS)
    index = frame.groupby("unique_id").cumcount().to_numpy()
    slow = many(1, DAYS).assign(unique_id="slow", y=np.where(np.arange(DAYS) % 3 == 0, 2.0, 0.0))
    frame = pd.concat([frame.assign(price=10.0 + index % 5), slow.assign(price=1.0)], ignore_index=True)
    future = frame.groupby("unique_id").tail(HORIZON)
    future = future.assign(ds=future["ds"] + pd.Timedelta(days=HORIZON))
    (panel,), _ = regularise(frame, HORIZON, future)
    return panel


@pytest.fixture(params=CANDIDATES, ids=[one.name for one in CANDIDATES])
def candidate(request: pytest.FixtureRequest) -> Candidate:
    return request.param


def _forecast(candidate: Candidate, panel: Panel) -> np.ndarray:
    return candidate.forecast(panel, HORIZON, candidate.learn(panel, HORIZON))


def test_names_are_unique():
    assert len({one.name for one in CANDIDATES}) == len(CANDIDATES)


def test_it_forecasts_every_series_it_says_it_suits(candidate: Candidate):
    panel = _panel()

    forecast = _forecast(candidate, panel)

    assert forecast.shape == (3, HORIZON)
    assert np.isfinite(forecast[candidate.suits(panel)]).all()


def test_its_cost_is_known_without_running_it(candidate: Candidate):
    assert 0 <= candidate.cost(_panel()) < 10


def test_the_same_history_gives_the_same_forecast(candidate: Candidate):
    np.testing.assert_array_equal(_forecast(candidate, _panel()), _forecast(candidate, _panel()))


def test_changing_what_comes_after_the_cutoff_changes_nothing(candidate: Candidate):
    panel = _panel()
    y = panel.y.copy()
    y[:, -HORIZON:] = 1e4 * (1 + np.arange(HORIZON))
    other = replace(panel, y=y)

    before, after = (_forecast(candidate, version.cut(HORIZON)) for version in (panel, other))

    np.testing.assert_array_equal(before, after)


def test_the_first_steps_do_not_depend_on_how_many_are_asked_for(candidate: Candidate):
    panel = _panel()
    learned = candidate.learn(panel, HORIZON)

    longer = candidate.forecast(panel, HORIZON, learned)
    shorter = candidate.forecast(panel, 3, learned)

    np.testing.assert_allclose(longer[:, :3], shorter, rtol=1e-6)
