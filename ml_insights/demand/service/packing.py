"""A trained demand forecaster as JSON files, and back: everything that answers again without another tournament."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from ml import artifact

if TYPE_CHECKING:
    from ml.demand.types import DemandForecast

DIGITS = 4
TABLES = ("backtest", "panel_backtest", "gains")
FIGURES = ("mean", "lo_80", "hi_80", "lo_95", "hi_95")


@dataclass(frozen=True)
class FittedDemand:
    """The tournaments by name, "sums" and "products", as of `until`, the last day of what they were fitted on.

    `seconds` is what the fit took.
    """

    parts: Mapping[str, DemandForecast]
    until: date
    data_version: str
    seconds: float = 0.0

    @property
    def answers(self) -> bool:
        """Whether any series can be forecast."""
        return any(len(part.forecasts) for part in self.parts.values())


def pack(fitted: FittedDemand) -> dict[str, bytes]:
    """One file per tournament."""
    return {f"{name}.json": artifact.as_json(_part(fitted, part)) for name, part in fitted.parts.items()}


def unpack(files: Mapping[str, bytes]) -> FittedDemand:
    """What `pack` wrote. Raises ValueError when the files are something else."""
    try:
        told = {name.removesuffix(".json"): json.loads(data) for name, data in files.items()}
        whole = next(iter(told.values()))
        parts = {name: _forecast(part) for name, part in told.items()}
        return FittedDemand(parts, date.fromisoformat(whole["until"]), whole["data_version"], whole["seconds"])
    except (KeyError, TypeError, StopIteration) as error:
        raise ValueError(f"not a demand forecaster: {error!r}") from error


def _part(fitted: FittedDemand, part: DemandForecast) -> dict[str, Any]:
    tables = {name: _columns(getattr(part, name)) for name in TABLES}
    told = {"recipes": part.recipes, "models": part.models, "measured_steps": part.measured_steps}
    told |= {"residuals": part.residuals, "forecasts": _by_series(part.forecasts)}
    refusals = [[one.unique_id, str(one.code), one.detail] for one in part.refusals]
    return {
        "until": fitted.until.isoformat(),
        "data_version": fitted.data_version,
        "seconds": round(fitted.seconds, 3),
        "refusals": refusals,
        **told,
        **tables,
    }


def _forecast(told: dict[str, Any]) -> DemandForecast:
    from ml.demand.types import DemandForecast, NotForecastable

    tables = {name: pd.DataFrame(told[name]) for name in TABLES}
    return DemandForecast(
        forecasts=_stacked(told["forecasts"]),
        refusals=[NotForecastable(*refusal) for refusal in told["refusals"]],
        recipes=told["recipes"],
        models=told["models"],
        measured_steps=told["measured_steps"],
        residuals=told.get("residuals", {}),
        **tables,
    )


def _by_series(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """A year of days of each series without its name and date on every one of them."""
    if table.empty:
        return {}
    return {
        str(key): {
            "first": some["ds"].iloc[0].strftime("%Y-%m-%d"),
            "method": str(some["method"].iloc[0]),
            **{name: _values(some[name]) for name in FIGURES},
        }
        for key, some in table.groupby("unique_id", sort=False)
    }


def _stacked(told: dict[str, Any]) -> pd.DataFrame:
    if "unique_id" in told:  # a version of before, whose table was written column by column
        table = pd.DataFrame(told)
        return table.assign(ds=pd.to_datetime(table["ds"]))
    tables = [
        pd.DataFrame(
            {
                "unique_id": key,
                "ds": pd.date_range(one["first"], periods=len(one["mean"])),
                "step": range(1, len(one["mean"]) + 1),
                **{name: pd.Series(one[name], dtype=float) for name in FIGURES},
                "method": one["method"],
            }
        )
        for key, one in told.items()
    ]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _columns(table: pd.DataFrame) -> dict[str, list[Any]]:
    return {str(name): _values(table[name]) for name in table}


def _values(column: pd.Series) -> list[Any]:
    """JSON has neither NaN nor days."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.dt.strftime("%Y-%m-%d").tolist()
    if pd.api.types.is_float_dtype(column):
        return [value if math.isfinite(value) else None for value in column.round(DIGITS).tolist()]
    return column.tolist()
