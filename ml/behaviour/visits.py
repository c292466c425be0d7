"""What customers did, order by order: the frame that features and labels are made of.

One definition for the whole product. Money is net: what was paid less what was given back. A purchase is an order that
is worth more than nothing; an order that came back on the day on which it was made is none, nor is a free sample.
"""

from __future__ import annotations

from datetime import tzinfo

import numpy as np
import pandas as pd

COLUMNS = ("customer_id", "order_id", "day", "units", "revenue", "returned", "lines", "products")
TINY = 1e-6
"""Money below it is what sums of floating-point numbers leave behind."""


def visits(orders: pd.DataFrame, zone: tzinfo | None = None) -> pd.DataFrame:
    """One row per customer and order, by customer, day and order; anonymous sales have none.

    orders: order_id, ordered_at, product_id, quantity, unit_price, customer_id (`ml.frames.ORDERS`). Times with an
    offset are read in `zone` (UTC without one), naive ones as they stand.

    customer_id and order_id are texts; day is the local midnight of the order's first sale (a line with a positive
    quantity), or of its first line where it has returns alone. Of a purchase, units, lines and products (distinct ones)
    are of its sales, and revenue is what it is worth, returns within it taken off; all are 0 where it is none. returned
    is what came back otherwise: revenue less returned, added up over rows, is what all lines add up to. Raises
    ValueError where a time cannot be read.
    """
    named = orders[orders["customer_id"].notna() & (orders["customer_id"].astype(str).str.strip() != "")]
    quantity = named["quantity"].to_numpy(float)
    lines = pd.DataFrame(
        {
            "customer_id": named["customer_id"].astype(str).to_numpy(),
            "order_id": named["order_id"].astype(str).to_numpy(),
            "day": local_days(named["ordered_at"], zone).to_numpy(),
            "product_id": named["product_id"].astype(str).to_numpy(),
            "quantity": quantity,
            "amount": quantity * named["unit_price"].to_numpy(float),
        }
    )
    return purchases(_orders(lines), lines)


def local_days(times: pd.Series, zone: tzinfo | None = None) -> pd.Series:
    """Midnight of each time's day, naive. Raises ValueError where a time cannot be read."""
    read = times
    if not pd.api.types.is_datetime64_any_dtype(times.dtype):
        mixed = times.astype(str).str.contains(r"(?:Z|[+-]\d{2}:?\d{2})$", regex=True).any() and len(times) > 0
        read = pd.to_datetime(times, format="ISO8601", utc=bool(mixed))
    if read.dt.tz is not None:
        read = read.dt.tz_convert(zone or "UTC").dt.tz_localize(None)
    return read.dt.normalize()


def purchases(orders: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """The rows of `visits`.

    orders: customer_id, order_id, day; net, the sum of all amounts; units, lines and products of the sales. lines:
    customer_id, order_id, product_id, day, quantity and amount of at least every line whose customer gave some of its
    product back at any time.
    """
    undone = _undone(lines).set_index(["customer_id", "order_id"])
    taken = undone.reindex(pd.MultiIndex.from_frame(orders[["customer_id", "order_id"]]), fill_value=0.0)
    left = {name: orders[name].to_numpy(float) - taken[name].to_numpy(float) for name in SUMS}
    bought = (left["net"] > TINY) & (left["lines"] > 0)
    table = orders.assign(**{name: np.where(bought, left[name], 0.0) for name in ("units", "lines", "products")})
    table["revenue"] = np.where(bought, left["net"], 0.0)
    returned = np.where(bought, 0.0, -left["net"]) - taken["rest"].to_numpy(float)
    table["returned"] = np.where(np.abs(returned) > TINY, returned, 0.0)
    return in_order(table)


KEY = ["customer_id", "product_id", "day"]
SUMS = ("net", "units", "lines", "products")


def _orders(lines: pd.DataFrame) -> pd.DataFrame:
    sold = lines["quantity"] > 0
    lines = lines.assign(
        units=lines["quantity"].where(sold, 0.0),
        sold_on=lines["day"].where(sold),
        lines=sold.astype(np.int64),
        sold_product=lines["product_id"].where(sold),
    )
    table = lines.groupby(["customer_id", "order_id"], sort=True).agg(
        first=("day", "min"),
        sold_on=("sold_on", "min"),
        net=("amount", "sum"),
        units=("units", "sum"),
        lines=("lines", "sum"),
        products=("sold_product", "nunique"),
    )
    return table.assign(day=table["sold_on"].fillna(table["first"])).reset_index()


def _undone(lines: pd.DataFrame) -> pd.DataFrame:
    """What does not count in each order, for it came back on the day on which it was bought, or was bought then.

    net, units, lines and products as in `purchases`; rest: what is left of the money where it came back at another
    price, in the order that it came back with.
    """
    groups = lines.groupby(KEY)
    gone = (groups["quantity"].transform("sum") <= 0) & (groups["quantity"].transform("max") > 0)
    found, sold = lines[gone], lines.loc[gone, "quantity"] > 0
    last = found[~sold].sort_values("order_id").drop_duplicates(KEY, keep="last").index
    rest = found.groupby(KEY)["amount"].transform("sum")
    found = found.assign(
        net=found["amount"],
        units=found["quantity"].where(sold, 0.0),
        lines=sold.astype(np.int64),
        products=found["product_id"].where(sold),
        rest=rest.where(found.index.isin(last), 0.0),
    )
    sums = {name: (name, "nunique" if name == "products" else "sum") for name in (*SUMS, "rest")}
    return found.groupby(["customer_id", "order_id"], sort=False).agg(**sums).reset_index()


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """The columns of `visits` with their types, sorted as `visits` sorts them."""
    typed = table[list(COLUMNS)].astype(
        {"units": float, "revenue": float, "returned": float, "lines": np.int64, "products": np.int64}
    )
    typed["day"] = pd.to_datetime(typed["day"]).astype("datetime64[ns]")
    return typed.sort_values(["customer_id", "day", "order_id"], ignore_index=True)
