"""A list whose order is no better than drawing lots is not offered, nor told of."""

from typing import Any

import pytest
from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.database import transaction
from ml_insights.propensity.errors import ListByChance
from ml_insights.propensity.service import answering
from ml_insights.propensity.service.telling import tell_sellers
from ml_insights.propensity.state.board import read_board
from ml_insights.propensity.state.rows import figures
from ml_insights.registry.facts import LEAST_AUC
from ml_insights.registry.tables import ModelVersion
from tests.integration.propensity.conftest import release

pytestmark = pytest.mark.usefixtures("team")


def version(metrics: dict[str, float]) -> None:
    told: dict[str, Any] = {
        "type": "blend",
        "path": "x",
        "digest": "x",
        "training_start": "2024-01-01",
        "training_end": "2025-06-01",
    }
    with transaction() as session:
        session.add(
            ModelVersion(
                name="propensity", dataset="company", version="1", metrics=metrics, trained_at=clock.now(), **told
            )
        )


def test_no_better_than_chance_it_is_not_offered(session: Session) -> None:
    version({"roc_auc": 0.51, LEAST_AUC: 0.46})
    release([0.5, 0.4])
    with pytest.raises(ListByChance) as told:
        answering.week("en")
    assert "0.51" in told.value.message("en") and "sorteo" in told.value.message("es")
    assert tell_sellers(session, Dataset.COMPANY) == 0
    board = read_board()
    assert board is not None and figures(board)["by_chance"] is True
    assert answering.one("C1", 7, "en").probability == 0.5, "each one's chance is still told"


def test_better_than_chance_it_is(session: Session) -> None:
    version({"roc_auc": 0.74, LEAST_AUC: 0.7})
    release([0.5, 0.4])
    assert len(answering.week("en").customers) == 2
    board = read_board()
    assert board is not None and figures(board)["by_chance"] is False


def test_values_stand_beside_what_was_sold_in_the_year_before(session: Session) -> None:
    release([0.5, 0.4])
    board = read_board()
    assert board is not None and figures(board)["value_before"] == board.sold == 1400.0
