"""Price observations as a panel: a row per product, store and period, in logarithms, on a regular count of periods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

WEEKS_A_YEAR = 52.18
MONTH = (28, 31)
COLUMNS = ("period", "product_id", "price", "quantity")


@dataclass(frozen=True)
class Panel:
    """rows: unit, product, store, t (whole numbers from 0), lp, lq (logs), deal, feat, quantity, period; by unit and t.

    products, stores: names by number; unit_product, unit_store: numbers of a unit's product and store. year: periods
    of a year. dropped: rows left out, by reason.
    """

    rows: pd.DataFrame
    products: tuple[str, ...]
    stores: tuple[str, ...]
    unit_product: np.ndarray
    unit_store: np.ndarray
    year: float
    dropped: dict[str, int]

    @property
    def length(self) -> int:
        """Periods from the first to the last."""
        return int(self.rows["t"].max()) + 1 if len(self.rows) else 0


def make_panel(frame: pd.DataFrame) -> Panel:
    """The panel of a frame of the contract `ml.frames.PRICES`, whatever the order of its rows.

    Prices and quantities must be above zero to have a logarithm: other rows are left out and counted. Rows of the same
    product, store and period are added up, at the mean price by volume. Raises ValueError without a usable row or
    where a column is missing.
    """
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise ValueError(f"The prices lack the column(s) {', '.join(missing)}.")
    table, dropped = _usable(frame)
    if table.empty:
        raise ValueError("No row has a period, a product, a price above 0 and a quantity above 0.")
    table = _merged(table)
    table["t"], year = _counted(table["period"])
    unit, names = pd.factorize(pd.MultiIndex.from_frame(table[["product_id", "store"]]), sort=True)
    products, stores = tuple(sorted(set(table["product_id"]))), tuple(sorted(set(table["store"])))
    of_unit = [(products.index(product), stores.index(store)) for product, store in names]
    pairs = np.array(of_unit, dtype=int).reshape(-1, 2)
    rows = table.assign(
        unit=unit,
        product=pairs[unit, 0],
        store=pairs[unit, 1],
        lp=np.log(table["price"]),
        lq=np.log(table["quantity"]),
    )
    rows = rows.sort_values(["unit", "t"], ignore_index=True)
    return Panel(rows, products, stores, pairs[:, 0], pairs[:, 1], year, dropped)


def _usable(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    numbers = {name: pd.to_numeric(frame[name], errors="coerce") for name in ("price", "quantity")}
    for name in ("deal", "feat"):
        given = pd.to_numeric(frame[name], errors="coerce") if name in frame else pd.Series(0.0, frame.index)
        numbers[name] = given.fillna(0.0).astype(float)
    stores = frame["store"] if "store" in frame else pd.Series("", frame.index)
    table = pd.DataFrame(
        {
            "period": frame["period"],
            "product_id": frame["product_id"].astype(object),
            "store": stores.astype(object).where(stores.notna(), "").map(str),
            **numbers,
        }
    )
    finite = np.isfinite(table["price"]) & np.isfinite(table["quantity"])
    known = table["period"].notna() & table["product_id"].notna() & finite
    reasons = {
        "incomplete": ~known,
        "price not above 0": known & (table["price"] <= 0),
        "quantity not above 0": known & (table["price"] > 0) & (table["quantity"] <= 0),
    }
    out = np.logical_or.reduce(list(reasons.values()))
    dropped = {name: int(mask.sum()) for name, mask in reasons.items() if mask.any()}
    kept = table[~out]
    return kept.assign(product_id=kept["product_id"].map(str)), dropped


def _merged(table: pd.DataFrame) -> pd.DataFrame:
    keys = ["product_id", "store", "period"]
    if not table.duplicated(keys).any():
        return table
    sums = table.assign(value=table["price"] * table["quantity"]).groupby(keys, as_index=False)
    merged = sums.agg(
        quantity=("quantity", "sum"),
        value=("value", "sum"),
        lowest=("price", "min"),
        highest=("price", "max"),
        deal=("deal", "max"),
        feat=("feat", "max"),
    )
    # A mean lies between its parts, also where their products are too small or too large for a number.
    mean = (merged["value"] / merged["quantity"]).clip(merged["lowest"], merged["highest"])
    return merged.assign(price=mean).drop(columns=["value", "lowest", "highest"])


def _counted(period: pd.Series) -> tuple[np.ndarray, float]:
    """Number of each period from the first one on, and how many make a year."""
    if pd.api.types.is_numeric_dtype(period):
        numbers = period.to_numpy(dtype=float)
        return np.round((numbers - numbers.min()) / _spacing(numbers)).astype(int), WEEKS_A_YEAR
    days = pd.to_datetime(period)
    counted = days.to_numpy("datetime64[D]").astype(float)
    spacing = _spacing(counted)
    if MONTH[0] <= spacing <= MONTH[1]:
        months = (days.dt.year * 12 + days.dt.month).to_numpy()
        return months - months.min(), 12.0
    return np.round((counted - counted.min()) / spacing).astype(int), 365.25 / spacing


def _spacing(values: np.ndarray) -> float:
    """The commonest distance between neighbours; the smallest of them where several are."""
    steps, counts = np.unique(np.diff(np.unique(values)), return_counts=True)
    return float(steps[counts.argmax()]) if len(steps) else 1.0


def before(panel: Panel, end: int) -> pd.DataFrame:
    """Rows of the periods before number `end`."""
    return panel.rows[panel.rows["t"] < end]
