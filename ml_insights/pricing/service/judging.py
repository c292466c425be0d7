"""How good a price model was in weeks that it did not know, and its predictions as the ledger's rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ml import metrics
from ml_insights.core.training import Evaluation, HoldOut
from ml_insights.pricing.service.observations import Sold
from ml_insights.pricing.service.weeks import BANDS, ends_of, subject_of


def written(ahead: pd.DataFrame, sold: Sold) -> pd.DataFrame:
    """Forecasts (product_id, period, mean, bounds) as the ledger's rows, beside the quantity that was last sold."""
    return _rows(ahead, _past(sold, sold.weeks["period"].max()))


def judge(found: pd.DataFrame, sold: Sold, hold_out: HoldOut) -> Evaluation:
    """Score forecasts (product_id, period, quantity, mean, bounds); a product's loss is its WAPE.

    The naive method repeats the last quantity. Weeks in which a product was not sold have no price, hence no score.
    """
    past = _past(sold, pd.Timestamp(hold_out.eve))
    rows = _rows(found, past).assign(actual=found["quantity"].to_numpy())
    total = rows.groupby("subject")["actual"].sum()
    losses, naive = (_shares(rows, name, total) for name in ("value", "baseline"))
    inside = {
        f"coverage_{level}": rows["actual"].between(rows[f"lo_{level}"], rows[f"hi_{level}"]).mean()
        for level in (80, 95)
    }
    return Evaluation(
        losses=losses,
        baseline=naive,
        metrics={**_figures(rows, "value", losses), **{name: float(share) for name, share in inside.items()}},
        baselines={"last_quantity": _figures(rows, "baseline", naive)},
        predictions=rows,
        shown=str(total.idxmax()) if len(total) else "",
    )


def _shares(rows: pd.DataFrame, name: str, total: pd.Series) -> dict[str, float]:
    error = (rows[name] - rows["actual"]).abs().groupby(rows["subject"]).sum() / total
    return {str(subject).partition("/")[2]: float(loss) for subject, loss in error.items()}


def _figures(rows: pd.DataFrame, name: str, losses: dict[str, float]) -> dict[str, float]:
    error = (rows[name] - rows["actual"]).abs()
    return {"wape": float(np.mean(list(losses.values()))) if losses else float("nan"), "mae": float(error.mean())}


def _past(sold: Sold, last: Any) -> pd.DataFrame:
    """Quantity by product (rows) and week up to `last` (columns)."""
    known = sold.weeks[sold.weeks["period"] <= last]
    return known.pivot_table(index="product_id", columns="period", values="quantity", aggfunc="sum")


def _rows(found: pd.DataFrame, past: pd.DataFrame) -> pd.DataFrame:
    products = past.index.get_indexer(pd.Index(found["product_id"]))
    scale = metrics.seasonal_naive_scale(past.to_numpy(dtype=float), 1)[products]
    last = past.ffill(axis=1).iloc[:, -1].to_numpy()[products]
    return pd.DataFrame(
        {
            "subject": [subject_of(product) for product in found["product_id"]],
            "target_at": ends_of(found["period"]),
            "value": found["mean"].to_numpy(),
            **{name: found[name].to_numpy() for name in BANDS},
            "scale": scale,
            "baseline": last,
        }
    )
