"""Deliveries from a folder, for measuring from outside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ml_insights.core.evaluate import MissingColumns, find_table, read_table

if TYPE_CHECKING:
    import pandas as pd

REQUIRED = ("route_id", "departed_at", "cost")
SIZES = ("distance_km", "weight_kg")


def read_deliveries(folder: Path) -> pd.DataFrame:
    """The rows of deliveries.csv(.gz), departures as naive local times. Raises MissingFile, MissingColumns,
    UnreadableFile."""
    _, path = find_table(folder, "deliveries")
    table = read_table(path, REQUIRED, texts=("route_id", "vehicle_type"))
    if not any(name in table for name in SIZES):
        present = ", ".join(map(str, table.columns))
        raise MissingColumns(file=path.name, missing=" / ".join(SIZES), present=present)
    return table.assign(departed_at=_moments(table["departed_at"]).astype("datetime64[ns]"))


def _moments(column: pd.Series) -> pd.Series:
    """Times with a zone keep their own clock; what is no time is unknown."""
    import pandas as pd

    try:
        found = pd.to_datetime(column, errors="coerce", format="mixed")
    except ValueError:  # zones differ
        found = pd.to_datetime(column, errors="coerce", format="mixed", utc=True)
    return found.dt.tz_localize(None) if getattr(found.dt, "tz", None) is not None else found
