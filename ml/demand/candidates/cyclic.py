"""A method at the rhythm that was found in each series."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ml.demand.candidates.base import Candidate
from ml.demand.cycles import found_cycles
from ml.demand.panel import Panel


@dataclass(frozen=True)
class Cyclic:
    """`inner` with the found cycle as one more season, or as the only one where it takes no more than one."""

    name: str
    inner: Candidate
    alone: bool = False

    def suits(self, panel: Panel) -> np.ndarray:
        """Series with a rhythm of their own."""
        return found_cycles(panel) > 0

    def cost(self, panel: Panel) -> float:
        """What the inner method costs."""
        return self.inner.cost(panel)

    def learn(self, panel: Panel, horizon: int) -> dict[int, tuple[np.ndarray, Any]]:
        """Cycle → rows of the series that have it, and what the inner method learnt of them."""
        cycles = found_cycles(panel)
        found = [(int(cycle), np.flatnonzero(cycles == cycle)) for cycle in np.unique(cycles[cycles > 0])]
        return {cycle: (rows, self.inner.learn(self._at(panel.take(rows), cycle), horizon)) for cycle, rows in found}

    def forecast(self, panel: Panel, horizon: int, learned: dict[int, tuple[np.ndarray, Any]]) -> np.ndarray:
        """The inner method's forecasts; NaN where no cycle had been found."""
        out = np.full((len(panel.ids), horizon), np.nan)
        for cycle, (rows, knowledge) in learned.items():
            out[rows] = self.inner.forecast(self._at(panel.take(rows), cycle), horizon, knowledge)
        return out

    def _at(self, panel: Panel, cycle: int) -> Panel:
        seasons = (cycle,) if self.alone else (*panel.frequency.seasons, cycle)
        return replace(panel, frequency=replace(panel.frequency, seasons=seasons))
