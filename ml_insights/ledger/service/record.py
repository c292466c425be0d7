"""Predictions and decisions, as they are made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.ledger.canonical import NULL_WHOLE, SHAPES, Kind, Values
from ml_insights.ledger.chain import append
from ml_insights.ledger.errors import UnknownPrediction
from ml_insights.ledger.tables import BlockKind, LedgerPrediction, dataset_of

if TYPE_CHECKING:
    import pandas as pd

REQUIRED = {"subject", "target_at"}
EPOCH = datetime.fromtimestamp(0, UTC)


def record_predictions(
    session: Session,
    dataset: Dataset,
    model: str,
    rows: pd.DataFrame,
    made_at: datetime,
    purpose: Literal["live", "evaluation"] = "live",
    features_digest: str = "",
) -> range:
    """Add what a model version ("demand/3") predicted, in the caller's transaction; the ids, in the order of `rows`.

    rows: subject (text), target_at (aware; from when the truth can be known), and of these what there is: value and
    its bounds lo_80, hi_80, lo_95, hi_95 (the model's unit), probability (0 to 1), scale (what an absolute error is
    divided by for MASE), baseline (what the naive method says), reasons (text, or what JSON can write). NaN means
    that nothing is known. features_digest: names the data that the features came from.

    Raises ValueError where a column is missing or unknown, a number infinite, a probability outside of 0 to 1, a row
    has neither value nor probability, or there are more rows than one block holds.
    """
    if rows.empty:
        return range(0)
    columns = _prediction_columns(rows)
    name, _, version = model.partition("/")
    targets = np.asarray(columns["target_at"])
    return append(
        session,
        dataset,
        BlockKind.PREDICTIONS,
        columns,
        made_at,
        model_name=name,
        model_version=version,
        purpose=purpose,
        features_digest=features_digest,
        first_target=EPOCH + timedelta(microseconds=int(targets.min())),
        last_target=EPOCH + timedelta(microseconds=int(targets.max())),
    )


def record_decision(
    session: Session,
    dataset: Dataset,
    subject: str,
    action: str,
    by: str,
    prediction_id: int | None = None,
    model: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Add what was done about a subject, by a person (e-mail address) or a rule ("rule:…"); its id.

    Raises UnknownPrediction where the prediction is none of this data set.
    """
    known = prediction_id is None or (
        dataset_of(prediction_id) == dataset and session.get(LedgerPrediction, prediction_id) is not None
    )
    if not known:
        raise UnknownPrediction(prediction=prediction_id)
    columns: dict[str, Values] = {
        "subject": [subject],
        "action": [action],
        "decided_by": [by],
        "prediction_id": np.array([NULL_WHOLE if prediction_id is None else prediction_id]),
        "model": [model],
        "detail": [json.dumps(dict(detail or {}), sort_keys=True, ensure_ascii=False)],
    }
    return append(session, dataset, BlockKind.DECISIONS, columns, clock.now()).start


def _prediction_columns(rows: pd.DataFrame) -> dict[str, Values]:
    shape = SHAPES["predictions"]
    missing, unknown = REQUIRED - set(rows.columns), set(rows.columns) - set(shape)
    if missing or unknown:
        raise ValueError(f"predictions lack {sorted(missing)} or have the unknown {sorted(unknown)}")
    columns = {name: _column(rows, name, kind) for name, kind in shape.items()}
    numbers = {name: np.asarray(columns[name]) for name, kind in shape.items() if kind == Kind.NUMBER}
    if any(np.isinf(values).any() for values in numbers.values()):
        raise ValueError("a prediction cannot be infinite")
    chance = numbers["probability"]
    if (np.isnan(chance) & np.isnan(numbers["value"])).any():
        raise ValueError("a prediction needs a value or a probability")
    if ((chance < 0) | (chance > 1)).any():
        raise ValueError("a probability is from 0 to 1")
    return columns


def _column(rows: pd.DataFrame, name: str, kind: Kind) -> Values:
    if name not in rows:
        return [None] * len(rows) if kind == Kind.TEXT else np.full(len(rows), np.nan)
    if kind == Kind.MOMENT:
        return _microseconds(rows[name])
    if kind == Kind.NUMBER:
        return rows[name].to_numpy(np.float64, na_value=np.nan)
    return [_text(value) for value in rows[name].tolist()] if name == "reasons" else rows[name].astype(str).tolist()


def _microseconds(moments: pd.Series) -> np.ndarray:
    """Aware moments as microseconds since 1970, UTC."""
    if getattr(moments.dt, "tz", None) is None or moments.isna().any():
        raise ValueError(f"{moments.name} needs moments with a zone")
    return moments.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[us]").view(np.int64)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return None if isinstance(value, float) and np.isnan(value) else json.dumps(value, ensure_ascii=False)
