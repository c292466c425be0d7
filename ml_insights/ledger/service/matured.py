"""Outcomes: what came true of predictions, recorded once each, with the scores that follow from them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import insert
from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core.company import company
from ml_insights.ledger import rows as stored
from ml_insights.ledger.canonical import NULL_WHOLE, SHAPES, Kind, Values
from ml_insights.ledger.chain import append, lock
from ml_insights.ledger.errors import UnknownPrediction
from ml_insights.ledger.policy import scored
from ml_insights.ledger.tables import PLACES, BlockKind, LedgerScore, dataset_of, rows_of

if TYPE_CHECKING:
    import pandas as pd

SCORED = {
    name: SHAPES["predictions"][name]
    for name in ("target_at", "value", "lo_80", "hi_80", "lo_95", "hi_95", "probability", "scale", "baseline")
}


def record_outcomes(session: Session, dataset: Dataset, rows: pd.DataFrame, matured_at: datetime) -> int:
    """Add outcomes in the caller's transaction, but those that are known already; how many are new.

    rows: prediction_id, actual (float, 0 or 1 for a probability; NaN closes the prediction without one) and perhaps
    reason (text; why there is no actual). Raises UnknownPrediction where the data set has no such prediction, and
    ValueError for an infinite actual, a missing one without a reason, or an id that comes twice.
    """
    if rows.empty:
        return 0
    lock(session, dataset)
    fresh = _still_open(session, dataset, _given(rows))
    if fresh.empty:
        return 0
    columns: dict[str, Values] = {
        "prediction_id": fresh["prediction_id"].to_numpy(np.int64),
        "actual": fresh["actual"].to_numpy(np.float64),
        "reason": fresh["reason"].tolist(),
    }
    zone = company().zone
    block = append(session, dataset, BlockKind.OUTCOMES, columns, matured_at, zone=zone.key).start >> PLACES
    scores = [{"outcome_block": block, **score} for score in _scores(fresh, zone)]
    session.connection().execute(insert(LedgerScore), scores)
    return len(fresh)


def scores_of(session: Session, outcome_block: int, zone: ZoneInfo) -> list[dict[str, object]]:
    """The scores that follow from the outcomes of a block, as they are stored now."""
    import pandas as pd

    columns = {"o.id": Kind.WHOLE, "o.prediction_id": Kind.WHOLE, "o.actual": Kind.NUMBER}
    columns |= {f"p.{name}": kind for name, kind in SCORED.items()}
    source = "ledger_outcomes AS o JOIN ledger_predictions AS p ON p.id = o.prediction_id"
    return _scores(pd.DataFrame(stored.fetch(session, columns, source, rows_of(outcome_block))), zone)


def _scores(rows: pd.DataFrame, zone: ZoneInfo) -> list[dict[str, object]]:
    return scored(rows.assign(prediction_block=rows["prediction_id"].to_numpy() >> PLACES), zone)


def _given(rows: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    actual = rows["actual"].astype("float64")
    reason = rows["reason"] if "reason" in rows else pd.Series(None, rows.index, dtype=object)
    if np.isinf(actual).any() or (actual.isna() & reason.isna()).any():
        raise ValueError("an outcome needs a finite actual, or a reason why there is none")
    if rows["prediction_id"].duplicated().any():
        raise ValueError("a prediction has one outcome")
    ids = rows["prediction_id"].astype("int64")
    reason = [None if pd.isna(one) else str(one) for one in reason]
    return pd.DataFrame({"prediction_id": ids, "actual": actual, "reason": reason})


def _still_open(session: Session, dataset: Dataset, given: pd.DataFrame) -> pd.DataFrame:
    """The given outcomes of predictions that have none, with what scoring needs of those."""
    import pandas as pd

    ids = given["prediction_id"].to_numpy(np.int64)
    of_others = [int(one) for one in ids if dataset_of(int(one)) != dataset]
    blocks = [ids[ids >> PLACES == block] for block in np.unique(ids >> PLACES)]
    known = pd.concat([_predictions(session, range(int(one.min()), int(one.max()) + 1)) for one in blocks])
    strangers = [*of_others, *set(ids.tolist()) - set(known["prediction_id"])]
    if strangers:
        raise UnknownPrediction(prediction=min(strangers))
    return given.merge(known[known["ended"] == NULL_WHOLE], on="prediction_id")


def _predictions(session: Session, ids: range) -> pd.DataFrame:
    """What scoring needs of predictions, by prediction_id; `ended` is the id of their outcome."""
    import pandas as pd

    columns = {"p.id": Kind.WHOLE, "o.prediction_id": Kind.WHOLE}
    columns |= {f"p.{name}": kind for name, kind in SCORED.items()}
    source = "ledger_predictions AS p LEFT JOIN ledger_outcomes AS o ON o.prediction_id = p.id"
    table = pd.DataFrame(stored.fetch(session, columns, source, ids))
    return table.rename(columns={"prediction_id": "ended", "id": "prediction_id"})
