"""How much segments told about the days that followed."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import numpy as np
import pandas as pd

from ml.segments.model import assign, chance_within, fit
from ml.segments.purchases import Purchases, buyers, day_number, rfm
from ml.segments.types import SegmentModel
from ml_insights.core.company import company
from ml_insights.core.training import Evaluation, HoldOut

SUBJECT = "segment/customer/"


def judge(model: SegmentModel, known: Purchases, hold_out: HoldOut) -> Evaluation:
    """Brier score per customer of "bought in the hold-out", against one chance for everybody, and quintile groups."""
    eve, last = day_number(hold_out.eve), day_number(hold_out.last)
    then = rfm(known, eve)
    bought = buyers(known, eve, last)[then.code].astype(float)
    chance = chance_within(np.array(model.chances), hold_out.days)[assign(model, then)]
    same = np.full(len(then), float(chance_within(model.base, hold_out.days)))
    ids = known.customers[then.code]
    return Evaluation(
        losses=_losses(ids, chance, bought),
        baseline=_losses(ids, same, bought),
        metrics=_figures(chance, bought) | {"silhouette": model.silhouette, "ari": model.stability},
        baselines={"base_rate": _figures(same, bought), "quintiles": _quintiles(known, eve, bought, hold_out.days)},
        predictions=_rows(ids, chance, bought, hold_out),
        shown=SUBJECT + str(ids[int(np.argmax(then.revenue))]) if len(ids) else "",
    )


def _losses(ids: np.ndarray, chance: np.ndarray, bought: np.ndarray) -> dict[str, float]:
    return dict(zip(ids.tolist(), ((chance - bought) ** 2).tolist(), strict=True))


def _figures(chance: np.ndarray, bought: np.ndarray) -> dict[str, float]:
    from sklearn.metrics import roc_auc_score

    brier = float(((chance - bought) ** 2).mean()) if len(bought) else 0.0
    both = 0 < bought.sum() < len(bought)
    return {"brier": brier, **({"roc_auc": float(roc_auc_score(bought, chance))} if both else {})}


def _quintiles(known: Purchases, eve: int, bought: np.ndarray, days: int) -> dict[str, float]:
    groups = fit(known, eve, "scores")
    return _figures(chance_within(np.array(groups.chances), days)[assign(groups, rfm(known, eve))], bought)


def _rows(ids: np.ndarray, chance: np.ndarray, bought: np.ndarray, hold_out: HoldOut) -> pd.DataFrame:
    target = pd.Timestamp(datetime.combine(hold_out.last + timedelta(days=1), time.min, company().zone))
    return pd.DataFrame(
        {
            "subject": SUBJECT + pd.Series(ids, dtype=object),
            "target_at": pd.Series([target.tz_convert("UTC")] * len(ids)),
            "probability": chance,
            "actual": bought,
        }
    )
