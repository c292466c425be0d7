"""Local times of departures as moments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import pandas as pd


def utc(local: pd.Series, zone: ZoneInfo | str) -> pd.Series:
    """Naive local times as UTC. An hour that comes twice is taken as the first, one that never comes moves forward."""
    first = np.ones(len(local), dtype=bool)
    return local.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward").dt.tz_convert("UTC")
