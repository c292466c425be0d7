"""The demo company has lived: what its models said in a month of its past, with what they knew then."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from ml_insights.audit.service import audit
from ml_insights.churn.tables import AlertStatus, ChurnAlert
from ml_insights.commerce.tables import Customer, Dataset, OrderLine
from ml_insights.core import clock, demo
from ml_insights.core.database import reading, snapshot, transaction
from ml_insights.core.settings import settings
from ml_insights.jobs import runner, service
from ml_insights.ledger.service import verify
from ml_insights.ledger.tables import BlockKind, LedgerBlock, LedgerScore
from ml_insights.logistics.tables import Delivery
from ml_insights.pricing.tables import PriceDecision, PriceState
from ml_insights.registry.queries import champion
from ml_insights.retraining import past, pipeline, queries
from ml_insights.retraining.service.models import retrainable

MODELS = ("churn", "prices")
"""Two that take a second; every other one goes the same way."""
MONTHS = 1
Seen = list[Any]
"""(the clock, then the newest order, customer and trip) at each retraining."""


@pytest.fixture
def seen(sqlite_database: Engine, monkeypatch: pytest.MonkeyPatch) -> Seen:
    """The demo company after a month: at each retraining the clock, the newest order, customer and trip."""
    few = {name: spec for name, spec in retrainable().items() if name in MODELS}
    monkeypatch.setenv("DEMO_MONTHS", str(MONTHS))
    settings.cache_clear()
    found: Seen = []

    def watched(*arguments: object, **named: object) -> dict[str, object]:
        with reading() as session:
            newest = [
                session.exec(select(func.max(moment))).one()
                for moment in (col(OrderLine.ordered_at), col(Customer.created_at), col(Delivery.departed_at))
            ]
        found.append((clock.now(), *newest))
        return pipeline.retrain(*arguments, **named)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(past, "retrain", watched)
    for module in (past, pipeline):
        monkeypatch.setattr(module, "retrainable", lambda: few)
    demo.make("test")
    return found


def test_a_month_of_predictions_decisions_and_outcomes_stands_there_and_goes_with_the_demo(seen: Seen) -> None:
    with reading() as session:
        _the_month_stands_there(session, seen)
    _the_present_closes_the_loop()
    with snapshot() as session:
        assert audit(session).differences == ()
    with transaction() as session:
        demo.clear(session, "test")
    with reading() as session:
        assert demo.count(session) == {}


def _the_month_stands_there(session: Session, seen: Seen) -> None:
    assert len(seen) == MONTHS
    for now, *newest in seen:
        assert now < clock.now() - timedelta(days=30)
        assert all(one < now for one in newest), "what is still to come is in no table"
    said = select(LedgerBlock).where(LedgerBlock.kind == BlockKind.PREDICTIONS, LedgerBlock.purpose == "live")
    blocks = session.exec(said).all()
    assert {block.model_name for block in blocks} == set(MODELS)
    for block in blocks:
        version = champion(session, block.model_name or "", Dataset.DEMO.value)
        assert version and datetime.fromisoformat(version.training_end).date() < block.made_at.date()
        assert block.first_target and block.first_target > block.made_at
    assert verify(session, Dataset.DEMO).breach is None
    scored = session.exec(select(func.sum(LedgerScore.outcomes)).select_from(LedgerScore)).one()
    assert scored > 1000
    reports, total = queries.reports(session, "demo")
    assert total == MONTHS and reports[0].created_at == seen[0][0]

    alerts = session.exec(select(ChurnAlert)).all()
    assert {AlertStatus.OPEN, AlertStatus.CONTACTED} <= {alert.status for alert in alerts}
    assert all(alert.created_at < clock.now() - timedelta(days=25) for alert in alerts)
    applied = session.exec(select(PriceDecision).where(PriceDecision.state == PriceState.APPLIED)).all()
    assert len(applied) == 2 and {one.decided_by for one in applied} == {"manager@trescoihues.example"}
    paid = select(func.count()).where(
        OrderLine.product_id == applied[0].product_id,
        col(OrderLine.ordered_at) >= applied[0].applied_at,
        OrderLine.unit_price == applied[0].price,
    )
    assert session.exec(paid).one() > 0, "buyers pay what was decided"


def _the_present_closes_the_loop() -> None:
    for job in ("churn-alerts", "prices"):
        with transaction() as session:
            run_id = service.enqueue(session, job, "test", dataset=Dataset.DEMO.value).id or 0
        assert runner.run_now(run_id).error is None
    demo.act()
    with reading() as session:
        today = select(func.count()).where(col(ChurnAlert.created_at) > datetime.now(UTC) - timedelta(hours=1))
        assert session.exec(today).one() > 0, "there is work for a newcomer"
        kept = session.exec(select(func.count()).where(ChurnAlert.status == AlertStatus.RETAINED)).one()
        assert kept > 0, "who bought after a contact was kept"
        assert not demo.unfinished(session)


def test_stretches_make_the_same_trade_as_the_whole_and_are_begun_anew_until_the_last(sqlite_database: Engine) -> None:
    whole = demo.whole()
    middle = whole.until - timedelta(days=45)
    with transaction() as session:
        rows = demo.fill(session, "test")
    with transaction() as session:
        first = demo.fill(session, "test", stretch=demo.Stretch(whole.end, middle))
        assert demo.unfinished(session)
        second = demo.fill(session, "test", stretch=demo.Stretch(whole.end, whole.until, middle))
        assert not demo.unfinished(session)
    assert {table: first[table] + second[table] for table in rows} == rows
