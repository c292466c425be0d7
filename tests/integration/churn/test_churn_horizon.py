"""A horizon from its setting to its outcomes: retrained with, judged with, published, said and looked back on."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ml_insights.churn import queries
from ml_insights.churn.facts import Horizon, ReleaseFact
from ml_insights.churn.service.ruling import change_rules
from ml_insights.churn.state.rows import headline_row
from ml_insights.churn.tables import HorizonFrom
from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Dataset, OrderLine
from ml_insights.core import clock
from ml_insights.core.database import transaction
from ml_insights.ledger.jobs import mature_outcomes
from ml_insights.ledger.queries import story
from ml_insights.registry import queries as registry
from ml_insights.registry.facts import VersionFact
from ml_insights.retraining import queries as retraining
from ml_insights.retraining.pipeline import retrain
from ml_insights.retraining.refreshing import refresh
from ml_insights.retraining.service.report import compose
from ml_insights.retraining.tables import RunKind, StepName
from tests.integration.churn.shop import trade

COMPANY = Dataset.COMPANY


def silent(share: float, message: str, **values: object) -> None:
    """Nobody looks on."""


@pytest.fixture
def last(database: Engine) -> datetime:
    """The last order of a shop whose customers have been coming back for nearly a year, two days ago."""
    last = clock.now() - timedelta(days=2)
    trade(last)
    return last


def run(kind: RunKind = RunKind.RETRAIN) -> dict[str, Any]:
    """A run of the model alone: nothing is backed up or fetched."""
    return retrain(silent, kind, ["churn"], dataset="company", past=True)


def ask(days: int | None) -> None:
    with transaction() as session:
        change_rules(session, COMPANY, {"horizon_days": days}, "ana@x.cl")


def seen(session: Session) -> ReleaseFact:
    session.expire_all()
    found = queries.current_release(session, COMPANY)
    assert found is not None
    return found


def champion(session: Session) -> VersionFact:
    session.expire_all()
    found = registry.champion(session, "churn", "company")
    assert found is not None
    return found


def told(session: Session) -> str:
    found = queries.headline(session, COMPANY)
    assert found is not None
    return headline_row(found, "en")["horizon_why"]


def test_without_a_setting_it_follows_the_purchases(last: datetime, session: Session) -> None:
    run()
    release = seen(session)
    assert release.asked is not None and release.asked.origin == HorizonFrom.PURCHASES
    assert release.horizon_days == release.asked.days == champion(session).horizon
    assert f"within {release.asked.within} days" in told(session)


def test_a_setting_takes_effect_at_the_next_retraining(last: datetime, session: Session) -> None:
    run()
    before = seen(session).horizon_days
    ask(21)
    refresh(silent, "churn", "tester", "company", force=True)
    assert seen(session).horizon_days == before
    assert seen(session).asked == Horizon(21, HorizonFrom.SET, seen(session).asked.within)  # pyright: ignore
    assert told(session).startswith("From the next retraining on it is 21 days")
    run()
    now, release = champion(session), seen(session)
    assert (now.version, now.horizon, release.horizon_days) == ("2", 21, 21)
    assert told(session) == "So many days were set by hand."
    latest = retraining.latest_run(session, "company")
    assert latest is not None
    steps = latest.of_model("churn")
    assert steps[StepName.TRAIN].result["horizon"] == 21
    assert steps[StepName.EVALUATE].result["decisions"][-1]["question"] == "new-horizon"
    report = compose(retraining.report(session, latest.id), "en")
    assert "It foretells who will not buy within 21 days. So many days were set by hand." in report
    assert "judged on the same 21 days" in report and "looks ahead by other days: it was not compared" in report


def test_taken_back_it_follows_the_purchases_again_with_continuous_learning(last: datetime, session: Session) -> None:
    ask(21)
    run()
    ask(None)
    assert "follow the rhythm of purchases again" in told(session)
    run(RunKind.CONTINUOUS)
    assert champion(session).version == "2" and champion(session).horizon == seen(session).horizon_days != 21


def test_nothing_new_is_nothing_new(last: datetime, session: Session) -> None:
    ask(21)
    run()
    run()
    assert champion(session).version == "1"


def test_each_prediction_is_looked_back_on_by_its_own_horizon(last: datetime, session: Session) -> None:
    run()
    long = seen(session).horizon_days
    ask(21)
    run()
    soon, later, too_late = [one.customer_id for one in queries.score_page(session, seen(session), limit=3)[0]]
    with transaction() as writing:
        for customer, days in ((soon, 10), (later, 30), (too_late, long + 5)):
            writing.add(
                OrderLine(
                    dataset=COMPANY, order_id=f"late-{days}", product_id="product-1", quantity=1.0, unit_price=9.0,
                    ordered_at=last + timedelta(days=days), customer_id=customer,
                )
            )  # fmt: skip
        mark_changed(writing, COMPANY)
    with clock.frozen(last + timedelta(days=long + 10)):
        mature_outcomes(silent)
    session.expire_all()
    assert came_true(session, soon) == {"churn/1": 0, "churn/2": 0}
    assert came_true(session, later) == {"churn/1": 0, "churn/2": 1}
    assert came_true(session, too_late) == {"churn/1": 1, "churn/2": 1}


def came_true(session: Session, customer: str) -> dict[str, float | None]:
    """What came of the live predictions about a customer, by the version that made them."""
    found = story(session, COMPANY, f"customer/{customer}").predictions
    return {one.model: one.outcome.actual for one in found if one.purpose == "live" and one.outcome}
