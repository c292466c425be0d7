import pytest

from ml.demand import model
from ml.demand.candidates.boosted import Boosted
from ml.demand.candidates.naive import SeasonalNaive
from ml.demand.candidates.smoothing import DAMPED_TREND, THETA, Smoothing


@pytest.fixture
def light_field(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the whole-panel candidates compete: what surrounds them is what is under test."""
    field = [SeasonalNaive(), Smoothing("damped_trend", DAMPED_TREND), Smoothing("drift_theta", THETA), Boosted(None)]
    monkeypatch.setattr(model, "candidates", lambda country, seed: field)
