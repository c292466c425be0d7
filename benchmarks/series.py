"""The real series that the forecasting benchmarks share."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd

WEEKLY_SERIES = 100
PRODUCTS = 30
MEASURES = {"units": "Quantity", "revenue": "revenue"}


def folder() -> Path:
    """Folder of the real data. Exits with the reason where it is not set."""
    name = os.environ.get("ML_INSIGHTS_REAL_DATA")
    if not name:
        raise SystemExit("Set ML_INSIGHTS_REAL_DATA to the folder of the real data sets.")
    return Path(name)


def m4_weekly(count: int = WEEKLY_SERIES) -> pd.DataFrame:
    """A fixed random sample of the weekly series of M4, official test part last; unique_id, ds, y."""
    frame = pd.read_csv(folder() / "m4_competition" / "m4_weekly_long.csv.gz")
    names = sorted(frame["series"].unique())
    picked = np.random.RandomState(0).choice(names, min(count, len(names)), replace=False)
    frame = frame[frame["series"].isin(picked)]
    frame = frame.assign(late=frame["part"] == "test").sort_values(["series", "late", "t"])
    from_end = frame.groupby("series").cumcount(ascending=False)
    stamps = pd.Timestamp("2018-01-01") - pd.to_timedelta(7 * from_end, unit="D")
    return pd.DataFrame({"unique_id": frame["series"], "ds": stamps, "y": frame["value"]}).reset_index(drop=True)


def online_retail(count: int = PRODUCTS, horizon: int = 30) -> pd.DataFrame:
    """Daily units and revenue of all sales, and units of the products that sold most before the last `horizon` days.

    Sales are rows with a positive quantity and price; the last day of the file is not a whole one and is left out.
    """
    frame = pd.read_csv(folder() / "online_retail_uci" / "online_retail.csv.gz", encoding_errors="replace")
    frame = frame[(frame["Quantity"] > 0) & (frame["UnitPrice"] > 0)]
    frame = frame[frame["StockCode"].astype(str).str.match(r"^\d{5}")]
    frame = frame.assign(day=pd.to_datetime(frame["InvoiceDate"]).dt.normalize())
    frame = frame[frame["day"] < frame["day"].max()]
    frame["revenue"] = frame["Quantity"] * frame["UnitPrice"]
    days = pd.date_range(frame["day"].min(), frame["day"].max())
    before = frame[frame["day"] <= days[-horizon - 1]]
    top = before.groupby("StockCode")["Quantity"].sum().nlargest(count).index
    sums = {f"{name}/total": frame.groupby("day")[column].sum() for name, column in MEASURES.items()}
    sums |= {
        f"units/product/{code}": frame[frame["StockCode"] == code].groupby("day")["Quantity"].sum() for code in top
    }
    parts = [
        pd.DataFrame({"unique_id": key, "ds": days, "y": part.reindex(days, fill_value=0).astype(float).to_numpy()})
        for key, part in sums.items()
    ]
    return pd.concat(parts, ignore_index=True)
