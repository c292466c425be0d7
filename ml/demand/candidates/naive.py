"""Last season again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.demand.panel import Panel


@dataclass(frozen=True)
class SeasonalNaive:
    """Repeats the newest full season; `rank` picks which of the frequency's seasons (0 = main)."""

    name: str = "seasonal_naive"
    rank: int = 0

    def suits(self, panel: Panel) -> np.ndarray:
        """Every series for the main season; for a longer one those that have seen it twice."""
        if self.rank == 0:
            return np.ones(len(panel.ids), dtype=bool)
        if self.rank >= len(panel.frequency.seasons):
            return np.zeros(len(panel.ids), dtype=bool)
        return panel.lengths >= 2 * panel.frequency.seasons[self.rank]

    def cost(self, panel: Panel) -> float:
        """Free: all series at once."""
        return 0.0

    def learn(self, panel: Panel, horizon: int) -> None:
        """Nothing is shared."""

    def forecast(self, panel: Panel, horizon: int, learned: None) -> np.ndarray:
        """The value one season before each step; the newest value where a series is shorter than a season."""
        seasons = panel.frequency.seasons
        season = min(seasons[self.rank] if self.rank < len(seasons) else 1, panel.y.shape[1])
        phase = np.arange(horizon) % season
        repeated = panel.y[:, panel.y.shape[1] - season + phase]
        return np.where(np.isfinite(repeated), repeated, panel.y[:, -1:])
