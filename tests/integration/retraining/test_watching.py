"""The daily look at champions: shifted inputs, a worse error than promised, too old data, each told once."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from sqlmodel import Session, select

from ml_insights.accounts import service as accounts
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.access import Role
from ml_insights.core.database import transaction
from ml_insights.jobs.tables import JobStatus
from ml_insights.ledger import service as ledger
from ml_insights.notifications.tables import Notification
from ml_insights.registry import queries as registry
from ml_insights.retraining import notices, queries
from tests.integration.retraining.conftest import Retrain
from tests.integration.retraining.sample import DAYS, FIRST, sell

SOON = FIRST + timedelta(days=DAYS + 1)


@pytest.fixture(autouse=True)
def admin(database: object) -> None:
    with transaction() as session:
        accounts.invite(session, "ana@example.com", "Ana", Role.ADMIN, "tester")


def titles(session: Session) -> list[str]:
    return [row.title for row in session.exec(select(Notification))]


def test_a_steady_model_is_left_in_peace(retrain: Retrain, session: Session) -> None:
    with clock.frozen(SOON):
        retrain()
        seen = retrain("watch-models")
    assert seen.status == JobStatus.DONE
    watch = queries.latest_watch(session, "sample", "company")
    assert watch is not None and not watch.decayed
    assert watch.inputs["quantity"] < 0.1
    assert not [title for title in titles(session) if title.startswith("{model}") or title.startswith("The data of")]


def test_sales_that_doubled_are_a_shift(retrain: Retrain, session: Session) -> None:
    with clock.frozen(SOON):
        retrain()
        sell(DAYS, 28, factor=3.0)
    with clock.frozen(SOON + timedelta(days=28)):
        retrain("watch-models")
    watch = queries.latest_watch(session, "sample", "company")
    assert watch is not None and watch.inputs["quantity"] > 0.25
    assert "The data of {model} have shifted" in titles(session)


def test_live_errors_above_the_promise_are_told_once_with_a_banner(retrain: Retrain, session: Session) -> None:
    with clock.frozen(SOON):
        retrain()
    champion = registry.champion(session, "sample", "company")
    assert champion is not None
    _live_errors(champion.key, promised=champion.metrics["mae"], times=3.0)
    with clock.frozen(SOON + timedelta(days=28)):
        retrain("watch-models")
        retrain("watch-models")
    watch = queries.latest_watch(session, "sample", "company")
    assert watch is not None and watch.decayed and watch.error["ratio"] == pytest.approx(3.0, rel=0.01)
    assert titles(session).count("{model} has become less accurate") == 1
    notice = notices.decayed(session)
    assert notice is not None and notice.route == "/models/monitor?model=sample"


def test_live_errors_as_promised_are_none(retrain: Retrain, session: Session) -> None:
    with clock.frozen(SOON):
        retrain()
    champion = registry.champion(session, "sample", "company")
    assert champion is not None
    _live_errors(champion.key, promised=champion.metrics["mae"], times=1.0)
    with clock.frozen(SOON + timedelta(days=28)):
        retrain("watch-models")
    watch = queries.latest_watch(session, "sample", "company")
    assert watch is not None and not watch.decayed and watch.error["recent"] > 0
    assert notices.decayed(session) is None


def test_a_model_on_old_data_is_told(retrain: Retrain, session: Session) -> None:
    with clock.frozen(SOON):
        retrain()
    with clock.frozen(SOON + timedelta(days=80)):
        retrain("watch-models")
    assert "{model} is out of date" in titles(session)


def test_without_a_champion_there_is_nothing_to_see(retrain: Retrain, session: Session) -> None:
    assert retrain("watch-models").result == {"models": {}}
    assert queries.latest_watch(session, "sample", "company") is None


def _live_errors(model: str, promised: float, times: float) -> None:
    """Four weeks of live predictions of 30 subjects, each off by `times` the promised error."""
    days = pd.date_range(datetime(2025, 5, 12, tzinfo=UTC), periods=28)
    subjects = [f"product-{number}" for number in range(30)]
    rows = pd.DataFrame(
        [{"subject": subject, "target_at": day, "value": 100.0} for subject in subjects for day in days]
    )
    with transaction() as session:
        ids = ledger.record_predictions(session, Dataset.COMPANY, model, rows, SOON)
        actual = pd.DataFrame({"prediction_id": list(ids), "actual": 100.0 + times * promised})
        ledger.record_outcomes(session, Dataset.COMPANY, actual, SOON + timedelta(days=28))
