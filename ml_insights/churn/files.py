"""Orders and contracts of files, for measuring and scoring away from the database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ml_insights.churn.errors import NoSuchLabel
from ml_insights.churn.sheets import contracts_sheet
from ml_insights.core.company import company
from ml_insights.core.evaluate import find_table, read_table
from ml_insights.core.exports import save
from ml_insights.core.settings import settings

if TYPE_CHECKING:
    from ml.churn.contractual import ContractReason, ScoredContracts

ORDER_COLUMNS = ("order_id", "ordered_at", "product_id", "quantity", "unit_price", "customer_id")
TEXTS = ("order_id", "product_id", "customer_id")


def read_visits(folder: Path) -> pd.DataFrame:
    """The visits of `orders.csv`; rows whose time, quantity or price cannot be read are left out.

    Raises the errors of `core.evaluate`.
    """
    from ml.behaviour.visits import visits

    orders = read_table(find_table(folder, "orders")[1], ORDER_COLUMNS, texts=TEXTS)
    times = pd.Series(orders["ordered_at"]).astype(str).str.strip()
    aware = times.str.contains(r"(?:[Zz]|[+-]\d{2}:?\d{2})$", regex=True).any()
    orders["ordered_at"] = pd.to_datetime(times, errors="coerce", format="ISO8601", utc=bool(aware))
    for column in ("quantity", "unit_price"):
        orders[column] = pd.to_numeric(orders[column], errors="coerce")
    readable = orders.dropna(subset=["order_id", "ordered_at", "quantity", "unit_price"])
    return visits(readable, company().zone)


def read_contracts(path: Path, label: str) -> pd.DataFrame:
    """The rows of a CSV of contracts, or of customers.csv in a folder; raises NoSuchLabel too.

    Column names are lower case, as in every file; `label` may be written in any case.
    """
    file = find_table(path, "customers")[1] if path.is_dir() else path
    table = read_table(file, (), texts=("customer_id", "customerid"))
    if label.strip().lower() not in table.columns:
        raise NoSuchLabel(file=file.name, label=label, present=", ".join(map(str, table.columns)))
    return table


def write_scored(out: Path, table: pd.DataFrame, scored: ScoredContracts) -> None:
    """The rows with their probability and reasons in words, the most likely to leave first; .xlsx is a workbook."""
    told = table.assign(
        churn_probability=scored.probability.round(4), churn_reasons=[_in_words(given) for given in scored.reasons]
    )
    ranked = told.sort_values("churn_probability", ascending=False, kind="stable")
    save(contracts_sheet(ranked), out, settings().language)


def _in_words(reasons: tuple[ContractReason, ...]) -> str:
    parts = [f"{one.column} {one.value or '(empty)'} {'raises' if one.effect > 0 else 'lowers'} it" for one in reasons]
    return "; ".join(parts)
