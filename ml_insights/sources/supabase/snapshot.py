"""A CSV of everything that is known, written after each good reading; it stands in where Supabase is away."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session

from ml_insights.commerce.queries import contract_rows
from ml_insights.commerce.tables import Dataset
from ml_insights.core.csv_export import defused
from ml_insights.core.settings import settings


def path_of(contract: str) -> Path:
    """Where the snapshot of a contract is."""
    return settings().data_dir / "snapshots" / f"{contract}.csv.gz"


def taken_at(contract: str) -> datetime | None:
    """When the snapshot was written; None where there is none."""
    path = path_of(contract)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.exists() else None


def write(session: Session, contract: str) -> Path:
    """Write the company's rows. The earlier snapshot stays until the new one is whole."""
    target = path_of(contract)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".part")
    names, rows = contract_rows(session, Dataset.COMPANY, contract)
    with (
        gzip.open(partial, "wb", compresslevel=1) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([defused(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    partial.replace(target)
    return target
