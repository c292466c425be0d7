"""What kind of series each one is, judged by itself alone."""

from __future__ import annotations

import numpy as np

from ml.demand.closed import closed_weekdays
from ml.demand.panel import Panel

SPARSE_SHARE = 0.5
RECENT = 364


def mostly_zero(panel: Panel) -> np.ndarray:
    """(series,) whether more than half of the steps of the last year on which a series is open are zero."""
    recent = panel.tail(RECENT)
    days_open = 7 - closed_weekdays(panel).sum(axis=1)
    known = np.isfinite(recent.y).sum(axis=1) * days_open / 7
    return (np.nan_to_num(recent.y) != 0).sum(axis=1) < (1 - SPARSE_SHARE) * known
