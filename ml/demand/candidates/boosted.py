"""One gradient-boosted model over all series: lags, calendar and known future regressors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.demand.candidates.knowledge import LARGEST_TARGET, MINIMUM_ROWS, Knowledge, grown, loaded
from ml.demand.candidates.smoothing import LONGEST_HISTORY, Parameters, Smoothing, States
from ml.demand.design import Design, cycle_length, design
from ml.demand.panel import Panel
from ml.demand.types import Country

MAXIMUM_ROWS = 80_000
STEPS_PER_ORIGIN = 10
FEWEST_ORIGINS = 4
ROUNDS = 70


@dataclass(frozen=True)
class Boosted:
    """Direct forecaster: the step ahead is a feature, so no forecast is fed back and errors do not pile up.

    Trained on absolute error because MASE, sMAPE and WAPE are all minimised by the median. With a `base` it learns
    what that smoothing leaves, which lets trees follow trends that they cannot extrapolate.
    """

    country: Country
    seed: int = 0
    base: Smoothing | None = None

    @property
    def name(self) -> str:
        """Tells the two forms apart."""
        return "boosted" if self.base is None else "boosted_residual"

    def suits(self, panel: Panel) -> np.ndarray:
        """Series with two cycles to take lags from."""
        return panel.lengths >= 2 * cycle_length(panel)

    def cost(self, panel: Panel) -> float:
        """Free: all series at once."""
        return 0.0

    def learn(self, panel: Panel, horizon: int) -> Knowledge | None:
        """Fit on targets inside `panel` alone; None when it holds too few rows."""
        parameters = self.base.learn(panel, horizon) if self.base else None
        sample = self._sample(panel, horizon, parameters)
        return None if sample is None else Knowledge(grown(*sample, ROUNDS, self.seed), parameters)

    def load(self, text: str, panel: Panel, horizon: int) -> Knowledge:
        """What `Knowledge.dump` wrote; the smoothing's parameters are chosen anew for the series of `panel`."""
        return Knowledge(loaded(text), self.base.learn(panel, horizon) if self.base else None)

    def forecast(self, panel: Panel, horizon: int, learned: Knowledge | None) -> np.ndarray:
        """All steps of all series in one prediction."""
        shape = (len(panel.ids), horizon)
        if learned is None:
            return np.full(shape, np.nan)
        steps = np.arange(1, horizon + 1)
        states = self.base.states(panel, learned.base) if self.base and learned.base else None
        rows = self._rows(panel, steps, states, 0)
        predicted = learned.booster.inplace_predict(rows.x.reshape(-1, rows.x.shape[-1])).reshape(shape)
        return rows.level + rows.scale * predicted

    def _rows(self, panel: Panel, steps: np.ndarray, states: States | None, age: int) -> Design:
        rows = design(panel, steps, self.country)
        if states is None:
            return rows
        expected = states.ahead(age, steps)
        relative = ((expected - rows.level) / rows.scale)[..., None]
        return Design(np.concatenate([rows.x, relative], axis=2, dtype=np.float32), expected, rows.scale)

    def _sample(
        self, panel: Panel, horizon: int, parameters: Parameters | None
    ) -> tuple[np.ndarray, np.ndarray] | None:
        """Features and standardised targets of past origins spread over the history, about MAXIMUM_ROWS of them."""
        states = self.base.states(panel, parameters) if self.base and parameters else None
        needed, width = 2 * cycle_length(panel), panel.y.shape[1]
        oldest = width - needed if states is None else min(width, LONGEST_HISTORY) - needed
        per_origin = min(horizon, STEPS_PER_ORIGIN)
        affordable = max(MAXIMUM_ROWS // (per_origin * len(panel.ids)), FEWEST_ORIGINS)
        ages = np.unique(np.linspace(1, max(oldest, 1), affordable).astype(int))
        random = np.random.default_rng(self.seed)
        features, targets = [], []
        for age in ages[ages <= oldest]:
            allowed = np.arange(1, min(horizon, age) + 1)
            steps = np.sort(random.choice(allowed, min(per_origin, len(allowed)), replace=False))
            earlier = panel.cut(int(age))
            rows = self._rows(earlier, steps, states, int(age))
            target = (panel.y[:, width - 1 - age + steps] - rows.level) / rows.scale
            good = (earlier.lengths >= needed)[:, None] & np.isfinite(target)
            features.append(rows.x[good])
            targets.append(np.clip(target[good], -LARGEST_TARGET, LARGEST_TARGET))
        if sum(map(len, targets)) < MINIMUM_ROWS:
            return None
        return np.concatenate(features), np.concatenate(targets)
