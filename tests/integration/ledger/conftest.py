"""Predictions whose outcomes are known."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine

from ml_insights.commerce.tables import Dataset
from ml_insights.core.database import transaction
from ml_insights.ledger import service

MADE = datetime(2025, 3, 3, 12, tzinfo=UTC)
MATURED = datetime(2025, 4, 1, tzinfo=UTC)


def forecasts(subjects: int = 2, days: int = 14, seed: int = 0) -> pd.DataFrame:
    """`days` days of `subjects` series from the day after MADE, with bands and scale."""
    random = np.random.default_rng(seed)
    count = subjects * days
    value = random.uniform(10, 20, count).round(3)
    return pd.DataFrame(
        {
            "subject": [f"units/product/P-{n // days}" for n in range(count)],
            "target_at": [MADE + timedelta(days=1 + n % days) for n in range(count)],
            "value": value,
            "lo_80": value - 1,
            "hi_80": value + 1,
            "lo_95": value - 2,
            "hi_95": value + 2,
            "scale": 2.0,
            "baseline": value + 3,
            "reasons": [None if n % 3 else "auto_ets" for n in range(count)],
        }
    )


def add_predictions(
    rows: pd.DataFrame, dataset: Dataset = Dataset.COMPANY, model: str = "demand/1", **more: str
) -> range:
    with transaction() as session:
        return service.record_predictions(session, dataset, model, rows, MADE, **more)  # pyright: ignore[reportArgumentType]


def add_outcomes(ids: range | list[int], actual: np.ndarray | list[float], dataset: Dataset = Dataset.COMPANY) -> int:
    with transaction() as session:
        rows = pd.DataFrame({"prediction_id": list(ids), "actual": actual})
        return service.record_outcomes(session, dataset, rows, MATURED)


@pytest.fixture
def chain(database: Engine) -> Engine:
    """Three blocks of the company: 28 predictions, a decision on the first of them, and 14 outcomes."""
    rows = forecasts()
    ids = add_predictions(rows)
    with transaction() as session:
        service.record_decision(
            session,
            Dataset.COMPANY,
            "units/product/P-0",
            "ordered",
            "ana@example.com",
            ids[0],
            "demand/1",
            {"quantity": 40},
        )
    add_outcomes(ids[:14], rows["value"].to_numpy()[:14] + 1.5)
    return database
