"""Several tournaments as one result."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ml.demand.types import DemandForecast


def joined(parts: Sequence[DemandForecast]) -> DemandForecast:
    """The results of panels without a series in common. Scores over all series are means weighted by their number.

    Shared models and residuals are left out: they belong to the recipes of their own panels.
    """
    return DemandForecast(
        forecasts=_stacked([part.forecasts for part in parts]),
        backtest=_stacked([part.backtest for part in parts]),
        panel_backtest=_averaged(_stacked([part.panel_backtest for part in parts])),
        refusals=[refusal for part in parts for refusal in part.refusals],
        recipes={key: recipe for part in parts for key, recipe in part.recipes.items()},
        gains=_stacked([part.gains for part in parts]),
        measured_steps={key: steps for part in parts for key, steps in part.measured_steps.items()},
    )


def _stacked(tables: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


def _averaged(table: pd.DataFrame) -> pd.DataFrame:
    if table.empty:
        return table
    rows = []
    for candidate, part in table.groupby("candidate", sort=False):
        weights = part["series_run"].astype(float)
        row: dict[str, object] = {"candidate": candidate, "series_run": int(weights.sum())}
        for metric in part.columns.difference(["candidate", "series_run", "seconds"]):
            known = part[metric].notna() & (weights > 0)
            total = weights[known].sum()
            row[metric] = float((part[metric][known] * weights[known]).sum() / total) if total else float("nan")
        rows.append({**row, "seconds": float(part["seconds"].sum())})
    return pd.DataFrame(rows)
