"""What kind of history each daily series has, in words that a reader can filter by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from ml.demand.closed import stopped
from ml.demand.kinds import mostly_zero
from ml.demand.regularise import regularise
from ml.demand.types import Refusal

ACTIVE, STOPPED, NEW, SHORT, MOSTLY_ZERO = "active", "stopped", "new", "short", "mostly_zero"
FEWEST_DAYS = 56
"""Days of history that show a weekly rhythm and leave something to measure on."""
FEWEST_SOLD = 8
"""Days with a sale without which a history says little, however long it is."""


def states_of(series: pd.DataFrame, refused: Mapping[str, str], ended: Iterable[str] = ()) -> dict[str, str]:
    """The state of each series of `series` (unique_id, ds, y daily): one of the five above, "" where it has none.

    refused: series without a forecast, and why. ended: series of which nothing more is expected. New is what began in
    the last eight weeks of a longer history of all; short what has as little history, or was hardly ever sold.
    """
    short = {key for key, code in refused.items() if code == Refusal.TOO_SHORT}
    states = dict.fromkeys(map(str, pd.unique(series["unique_id"])), "")
    whole = (series["ds"].max() - series["ds"].min()).days + 1
    panels, _ = regularise(series, 1, None, "D")
    for panel in panels:
        sold = (np.nan_to_num(panel.y) > 0).sum(axis=1)
        young = panel.lengths < FEWEST_DAYS
        chosen = np.select(
            [
                stopped(panel),
                young & (whole > panel.lengths + FEWEST_DAYS),
                young | (sold < FEWEST_SOLD),
                mostly_zero(panel),
            ],
            [STOPPED, NEW, SHORT, MOSTLY_ZERO],
            ACTIVE,
        )
        states |= dict(zip(panel.ids, map(str, chosen), strict=True))
    states |= dict.fromkeys(set(ended) & set(states), STOPPED)
    firsts = series.groupby("unique_id")["ds"].min()
    last = series["ds"].max()
    for key in refused:
        new = key in short and (last - firsts[key]).days < FEWEST_DAYS <= whole if key in firsts else False
        states[key] = NEW if new else SHORT if key in short else ""
    return states
