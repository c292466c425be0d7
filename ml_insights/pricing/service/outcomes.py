"""What the ledger asks of prices: how much was sold in the end."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sqlmodel import Session

from ml_insights.commerce import queries as commerce
from ml_insights.commerce.tables import Dataset
from ml_insights.core.company import company
from ml_insights.core.i18n import N_
from ml_insights.pricing.service.observations import known_until, quantities

GONE = N_("The product is no longer in the data.")


def outcomes(session: Session, dataset: Dataset, due: pd.DataFrame) -> pd.DataFrame:
    """What was sold in the weeks of `due` (prediction_id, subject, target_at): prediction_id, actual and reason.

    A week is known once the data speak of a later day. A week without a sale sold nothing.
    """
    until = known_until(session, dataset)
    eve = (due["target_at"] - pd.Timedelta(microseconds=1)).dt.tz_convert(company().zone).dt.tz_localize(None)
    sunday = eve.dt.normalize()
    ended = due.assign(period=sunday - pd.Timedelta(days=6))[sunday < pd.Timestamp(until)] if until else due.iloc[:0]
    if ended.empty:
        return pd.DataFrame({"prediction_id": [], "actual": [], "reason": []})
    asked = ended.assign(product_id=ended["subject"].str.partition("/")[2])
    sold = quantities(session, dataset, pd.DatetimeIndex(asked["period"].unique()))
    found = asked.merge(sold, on=["product_id", "period"], how="left").fillna({"quantity": 0.0})
    known = set(commerce.products_frame(session, dataset)["product_id"].astype(str)) | set(sold["product_id"])
    gone = ~found["product_id"].isin(known)
    return pd.DataFrame(
        {
            "prediction_id": found["prediction_id"],
            "actual": np.where(gone, np.nan, found["quantity"]),
            "reason": [GONE if one else None for one in gone],
        }
    )
