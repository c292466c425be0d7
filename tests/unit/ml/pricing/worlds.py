"""Markets whose elasticities are known, with shocks that hit all products of a week together."""

from __future__ import annotations

import numpy as np
import pandas as pd


def market(
    seed: int, products: int = 30, periods: int = 104, shock: float = 0.12, moves: float = 0.08, stores: int = 1
) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows of the contract PRICES, and each product's elasticity. Levels wander; prices move together and alone."""
    random = np.random.default_rng(seed)
    elasticity = random.normal(-1.8, 0.5, products)
    together, shocks = np.zeros(periods), np.zeros(periods)
    for t in range(1, periods):
        together[t] = 0.8 * together[t - 1] + random.normal(0, 0.09)
        shocks[t] = 0.5 * shocks[t - 1] + random.normal(0, shock * 0.87)
    tables = []
    for store in range(stores):
        price = together[:, None] + random.normal(0, moves, (periods, products))
        level = np.cumsum(random.normal(0, 0.02, (periods, products)), axis=0) + random.normal(5, 1, products)
        season = 0.2 * np.sin(2 * np.pi * np.arange(periods) / 52.18)
        log = level + elasticity * price + (shocks + season)[:, None] + random.normal(0, 0.15, (periods, products))
        tables.append(_table(1 + price, log, str(store)))
    return pd.concat(tables, ignore_index=True), elasticity


def _table(log_price: np.ndarray, log_quantity: np.ndarray, store: str) -> pd.DataFrame:
    periods, products = log_price.shape
    names = [f"P{number:03d}" for number in range(products)]
    return pd.DataFrame(
        {
            "period": np.repeat(pd.date_range("2023-01-02", periods=periods, freq="W-MON"), products),
            "product_id": np.tile(names, periods),
            "store": store,
            "price": np.exp(log_price).ravel(),
            "quantity": np.exp(log_quantity).ravel(),
        }
    )
