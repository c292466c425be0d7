"""From orders to the daily series that are forecast."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from ml.demand.regularise import MINIMUM_OBSERVATIONS

MEASURES = ("units", "revenue")


def series_from_orders(
    orders: pd.DataFrame,
    products: pd.DataFrame | None = None,
    zone: str = "America/Santiago",
    *,
    product_ids: Collection[str] | None = None,
) -> pd.DataFrame:
    """Daily units and revenue of the total, of each category and of each product.

    orders: ordered_at (UTC), product_id, quantity (negative = return), unit_price; further columns are ignored.
    products: product_id, category; without it there are no category series. product_ids: the only products that get a
    series of their own (all by default); total and categories hold every product. Products that no forecast can be
    made for (not among these, first sold within the last three days, never sold more than came back) are together in
    `others` of their category, so that products and others add up to the categories and these to the total. Days are
    those of `zone`; returns are subtracted on the day they happen. A series begins with its first sale and ends with
    the newest order of all; a day without a sale counts zero. Returns unique_id (`units/total`, `units/category/<c>`,
    `revenue/product/<id>`, `units/others`, `units/others/<c>` …), ds (midnight), y; empty when there are no orders.
    """
    if orders.empty:
        return pd.DataFrame({"unique_id": pd.Series(dtype=object), "ds": pd.Series(dtype="datetime64[ns]"), "y": []})
    lines = pd.DataFrame(
        {
            "day": _local_days(orders["ordered_at"], zone),
            "product": orders["product_id"].astype(str).to_numpy(),
            "units": orders["quantity"].to_numpy(dtype=float),
            "revenue": orders["quantity"].to_numpy(dtype=float) * orders["unit_price"].to_numpy(dtype=float),
        }
    )
    daily = lines.groupby(["product", "day"], as_index=False)[list(MEASURES)].sum()
    shown = daily if product_ids is None else daily[daily["product"].isin(list(product_ids))]
    category = daily["product"].map(categories_of(products)).astype(object)
    rest = ~daily["product"].isin(_standing_alone(daily, product_ids))
    groups = [
        daily.assign(key="total"),
        daily.assign(key="category/" + category)[category.notna()],
        shown.assign(key="product/" + shown["product"]),
        daily.assign(key=("others/" + category).fillna("others"))[rest],
    ]
    summed = pd.concat(groups).groupby(["key", "day"], as_index=False, sort=False)[list(MEASURES)].sum()
    return _filled(summed, last=int(daily["day"].max()))


def trees_of(series: pd.DataFrame, products: pd.DataFrame | None = None) -> list[dict[str, list[str]]]:
    """What adds up in the series of `series_from_orders`, a tree for each measure: each sum's products and others."""
    keys = [str(key) for key in pd.unique(series["unique_id"])]
    category = categories_of(products)
    trees = []
    for measure in MEASURES:
        parts = [key for key in keys if key.startswith((f"{measure}/product/", f"{measure}/others"))]
        tree = {f"{measure}/total": parts}
        for part in parts:
            kind, _, name = part.partition("/")[2].partition("/")
            group = category.get(name) if kind == "product" else name or None
            if group is not None:
                tree.setdefault(f"{measure}/category/{group}", []).append(part)
        trees.append(tree)
    return trees


def without_returned(series: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """`series` without those of which no more was sold than came back, and the names of what was left out.

    A product is judged by its units, a sum by its money as well: units of unlike goods say little together. The rest
    ("others") stays below zero, so that the sums add up, as long as there is a total.
    """
    found = series.groupby("unique_id")["y"]
    net, moved = found.sum(), found.agg(lambda y: bool(np.any(y)))
    back = {str(key) for key in net.index[(net <= 0) & moved]}
    units = {key.partition("/")[2] for key in back if key.startswith("units/")}
    products = {key for key in units if key.startswith("product/")}
    sums = {key for key in units - products if f"revenue/{key}" in back}
    rest = set() if "total" in sums else {key for key in sums if key.startswith("others")}
    names = {f"{measure}/{key}" for key in products | (sums - rest) for measure in MEASURES}
    return series[~series["unique_id"].isin(names)], sorted(names)


def _local_days(ordered_at: pd.Series, zone: str) -> np.ndarray:
    """Whole days since 1970 in the business zone."""
    stamps = pd.to_datetime(ordered_at, utc=True).dt.tz_convert(zone).dt.tz_localize(None)
    return stamps.to_numpy().astype("datetime64[D]").astype(np.int64)


def _standing_alone(daily: pd.DataFrame, product_ids: Collection[str] | None) -> set[str]:
    """Products whose own series can be forecast."""
    by_product = daily.groupby("product").agg(first=("day", "min"), units=("units", "sum"))
    known = daily["day"].max() - by_product["first"] + 1 >= MINIMUM_OBSERVATIONS
    alone = set(by_product.index[known & (by_product["units"] > 0)])
    return alone if product_ids is None else alone & set(product_ids)


def categories_of(products: pd.DataFrame | None) -> dict[str, str]:
    """The category of each product that has one."""
    if products is None or "category" not in products.columns:
        return {}
    named = products[products["category"].notna() & (products["category"].astype(str).str.strip() != "")]
    return dict(zip(named["product_id"].astype(str), named["category"].astype(str), strict=True))


def _filled(summed: pd.DataFrame, last: int) -> pd.DataFrame:
    """Long form with zeros on the days between a key's first sale and `last`."""
    codes, keys = pd.factorize(summed["key"], sort=True)
    days = summed["day"].to_numpy()
    first = np.full(len(keys), last)
    np.minimum.at(first, codes, days)
    lengths = last - first + 1
    starts = np.concatenate([[0], np.cumsum(lengths)])
    offsets = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths)
    stamps = (np.repeat(first, lengths) + offsets).astype("datetime64[D]").astype("datetime64[ns]")
    tables = []
    for measure in MEASURES:
        y = np.zeros(starts[-1])
        y[starts[codes] + days - first[codes]] = summed[measure].to_numpy()
        names = np.array([f"{measure}/{key}" for key in keys], dtype=object)
        tables.append(pd.DataFrame({"unique_id": np.repeat(names, lengths), "ds": stamps, "y": y}))
    return pd.concat(tables, ignore_index=True)
