"""Prophet with the country's holidays and the known future regressors."""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.demand.calendar import holidays_between
from ml.demand.frequency import NANOSECONDS_PER_DAY
from ml.demand.panel import Panel
from ml.demand.types import Country

LONGEST_HISTORY = 2_000
SHORTEST_HISTORY = 20


def _quieten() -> None:
    """Both libraries set their own loggers up on first use, so theirs come first and ours last."""
    import prophet
    from cmdstanpy.utils import get_logger

    for logger in (get_logger(), logging.getLogger(prophet.__name__)):
        logger.setLevel(logging.ERROR)


@dataclass(frozen=True)
class Prophet:
    """Taylor & Letham (2018), default settings, one series at a time."""

    country: Country
    name: str = "prophet"

    def suits(self, panel: Panel) -> np.ndarray:
        """Dated series with some history."""
        return (panel.lengths >= SHORTEST_HISTORY) & panel.frequency.dated

    def cost(self, panel: Panel) -> float:
        """Measured on one core."""
        return 0.1 + 1e-4 * min(panel.y.shape[1], LONGEST_HISTORY)

    def learn(self, panel: Panel, horizon: int) -> None:
        """Nothing is shared."""

    def forecast(self, panel: Panel, horizon: int, learned: None) -> np.ndarray:
        """Fit and forecast each series."""
        _quieten()
        panel = panel.tail(LONGEST_HISTORY)
        offsets = np.arange(1 - panel.y.shape[1], horizon + 1)
        stamps, regressors = panel.stamps(offsets), panel.regressors_at(offsets)
        suited = self.suits(panel)
        out = np.full((len(panel.ids), horizon), np.nan)
        for row in np.flatnonzero(suited):
            table = pd.DataFrame(regressors[row], columns=pd.Index(panel.regressor_names))
            table = table.assign(ds=stamps[row], y=np.append(panel.y[row], np.full(horizon, np.nan)))
            out[row] = self._one(table, panel, horizon)
        return out

    def _one(self, table: pd.DataFrame, panel: Panel, horizon: int) -> np.ndarray:
        import prophet

        model = prophet.Prophet(uncertainty_samples=0, holidays=self._holidays(table, panel))
        history = table.iloc[:-horizon].dropna(subset=["y"])
        table = table.ffill().fillna(0.0)
        for name in panel.regressor_names:
            if history[name].nunique() > 1:
                model.add_regressor(name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                model.fit(table.loc[history.index])
                return model.predict(table.iloc[-horizon:])["yhat"].to_numpy()
            except RuntimeError:
                return np.full(horizon, np.nan)

    def _holidays(self, table: pd.DataFrame, panel: Panel) -> pd.DataFrame | None:
        if panel.frequency.unit != "time" or panel.frequency.size > NANOSECONDS_PER_DAY:
            return None
        dates = holidays_between(self.country, table["ds"].to_numpy())
        return pd.DataFrame({"holiday": "public", "ds": dates.astype("datetime64[ns]")}) if len(dates) else None
