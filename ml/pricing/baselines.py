"""What the price model has to beat, all from the rows before the end of what is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ml.pricing.panel import Panel

BOOSTED = {"max_depth": 6, "eta": 0.05, "subsample": 0.8, "nthread": 1, "seed": 0}
ROUNDS = 400


def last_price(panel: Panel, end: int, rows: pd.DataFrame) -> np.ndarray:
    """The last quantity that each unit sold, whatever the price."""
    return rows["unit"].map(_known(panel, end).groupby("unit")["quantity"].last()).to_numpy()


def ols(panel: Panel, end: int, rows: pd.DataFrame) -> np.ndarray:
    """Pooled log-log least squares: one elasticity, one effect of each promotion, intercepts of products and stores."""
    from scipy.sparse.linalg import lsqr

    known = _known(panel, end)
    columns = [_columns(part, panel) for part in (known, rows)]
    found = lsqr(columns[0], known["lq"].to_numpy(), atol=1e-10, btol=1e-10)[0]
    return np.exp(columns[1] @ found)


def boosted(panel: Panel, end: int, rows: pd.DataFrame) -> np.ndarray:
    """Gradient boosted trees on log price, promotions, product, store, time and time of the year."""
    import xgboost

    known = _known(panel, end)
    kinds = ["float"] * 5 + ["c", "c"]
    made = [
        xgboost.DMatrix(_features(part, panel), feature_types=kinds, enable_categorical=True) for part in (known, rows)
    ]
    made[0].set_label(known["lq"].to_numpy())
    return np.exp(xgboost.train(BOOSTED, made[0], ROUNDS).predict(made[1]))


def _known(panel: Panel, end: int) -> pd.DataFrame:
    return panel.rows[panel.rows["t"] < end]


def _columns(rows: pd.DataFrame, panel: Panel) -> Any:
    from scipy import sparse as matrices

    place = np.arange(len(rows))
    products, stores = len(panel.products), len(panel.stores)
    ones = np.ones(len(rows))
    product = matrices.csr_matrix((ones, (place, rows["product"])), (len(rows), products))
    store = matrices.csr_matrix((ones, (place, rows["store"])), (len(rows), stores))
    return matrices.hstack([product, store, matrices.csr_matrix(rows[["lp", "deal", "feat"]].to_numpy())]).tocsr()


def _features(rows: pd.DataFrame, panel: Panel) -> np.ndarray:
    numbers = [rows["lp"], rows["deal"], rows["feat"], rows["t"] % panel.year, rows["t"]]
    return np.column_stack([*numbers, rows["product"], rows["store"]]).astype(float)


BASELINES = {"last_price": last_price, "ols": ols, "boosted": boosted}
