"""What every forecasting method offers the tournament."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from ml.demand.panel import Panel


class Candidate(Protocol):
    """A method that forecasts the series of a panel.

    `learn` sees a panel up to a cutoff and returns what is shared by later forecasts (parameters, a fitted model);
    `forecast` may then be asked for the same panel at that cutoff or any later one.
    """

    @property
    def name(self) -> str:
        """Short name shown in the backtest table."""
        ...

    def cost(self, panel: Panel) -> float:
        """Nominal seconds for one series on one origin; 0 when it works on the whole panel at once."""
        ...

    def suits(self, panel: Panel) -> np.ndarray:
        """(series,) whether the method makes sense for each series."""
        ...

    def learn(self, panel: Panel, horizon: int) -> Any:
        """What later forecasts share; None when there is nothing."""
        ...

    def forecast(self, panel: Panel, horizon: int, learned: Any) -> np.ndarray:
        """(series, horizon) point forecasts; NaN where the method gave up."""
        ...
