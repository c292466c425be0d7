"""Scores whose order is no better than drawing lots name nobody to be called."""

from typing import Any

import pytest
from sqlmodel import Session

from ml_insights.churn import queries
from ml_insights.churn.state.rows import headline_row
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.database import transaction
from ml_insights.registry.facts import LEAST_AUC
from ml_insights.registry.tables import ModelVersion
from tests.integration.churn.conftest import alert_all, release, scored

COMPANY = Dataset.COMPANY


def version(metrics: dict[str, float]) -> None:
    told: dict[str, Any] = {
        "type": "logistic",
        "path": "x",
        "digest": "x",
        "training_start": "2024-01-01",
        "training_end": "2025-06-01",
    }
    with transaction() as session:
        session.add(
            ModelVersion(name="churn", dataset="company", version="1", metrics=metrics, trained_at=clock.now(), **told)
        )


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    ("metrics", "raised"),
    [
        ({"roc_auc": 0.52, LEAST_AUC: 0.47}, 0),
        ({"roc_auc": 0.74, LEAST_AUC: 0.71}, 2),
        ({}, 2),
    ],
)
def test_alerts_are_raised_by_an_order_that_is_better_than_chance(
    session: Session, metrics: dict[str, float], raised: int
) -> None:
    version(metrics)
    release(scored([900.0, 800.0]))
    assert len(alert_all().alerts) == raised
    found = queries.headline(session, COMPANY)
    assert found is not None and headline_row(found, "en")["by_chance"] is (raised == 0)
    assert headline_row(found, "en")["auc"] == metrics.get("roc_auc")
