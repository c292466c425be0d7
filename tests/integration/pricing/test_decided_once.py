"""Two people at one price: the second changes nothing, and is told who was faster."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.audit import AuditEvent
from ml_insights.core.company import company
from ml_insights.core.database import transaction
from ml_insights.ledger import queries as ledger
from ml_insights.ledger.service import verify
from ml_insights.pricing import queries
from ml_insights.pricing.errors import LimitsChanged, NoSuchMove
from ml_insights.pricing.facts import LimitsFact
from ml_insights.pricing.service import deciding
from ml_insights.pricing.tables import PriceDecision, PriceState, RejectReason
from tests.at_once import at_once, told
from tests.integration.pricing.conftest import calling

COMPANY, ANA, BETO = Dataset.COMPANY, "ana@x.cl", "beto@x.cl"
Act = Callable[[str], Any]


def today() -> Any:
    return clock.now().astimezone(company().zone).date()


def acting(verb: Callable[..., Any], *arguments: Any, **named: Any) -> Act:
    """One person's act in a transaction of its own."""

    def act(by: str) -> Any:
        with transaction() as session:
            return verb(session, COMPANY, *arguments, by, **named)

    return act


def schedule(session: Session, dataset: Dataset, product: str, by: str) -> int:
    return deciding.schedule(session, dataset, product, 11.0, today() + timedelta(days=1), by)


def due(_: str) -> int:
    """The job, on the day after tomorrow."""
    with transaction() as session:
        return deciding.apply_due(session, COMPANY, today() + timedelta(days=2))


APPROVE = acting(deciding.approve, "bread", 11.0)
SCHEDULE = acting(schedule, "bread")
REJECT = acting(deciding.reject, "bread", RejectReason.DOUBT)
WITHDRAW, APPLY = acting(deciding.withdraw, "bread"), acting(deciding.apply_price, "bread")


def rows(session: Session) -> list[PriceDecision]:
    return list(session.exec(select(PriceDecision).order_by(col(PriceDecision.id))))


def acts(session: Session) -> list[str]:
    written = select(AuditEvent.action).where(col(AuditEvent.action).startswith("price"))
    return list(session.exec(written.order_by(col(AuditEvent.id))))


@pytest.mark.parametrize(
    ("before", "first", "second"),
    [
        (None, APPROVE, APPROVE),
        (None, APPROVE, SCHEDULE),
        (None, APPROVE, REJECT),
        (None, REJECT, REJECT),
        (APPROVE, APPLY, WITHDRAW),
        (APPROVE, APPLY, APPLY),
        (SCHEDULE, WITHDRAW, WITHDRAW),
    ],
)
def test_of_two_one_decides_and_the_other_is_told_who(
    shelf: Engine, session: Session, before: Act | None, first: Act, second: Act
) -> None:
    if before:
        before("chief@x.cl")
    written = len(acts(session))
    session.rollback()
    ends = at_once(shelf, lambda: first(ANA), lambda: second(BETO))
    error = told(ends, NoSuchMove)
    faster = BETO if ends[0] is error else ANA
    problem = error.problem("en")  # pyright: ignore[reportAttributeAccessIssue]
    assert (problem["status"], problem["changed_by"], problem["person"]) == (409, faster, faster)
    assert "changed_at" in problem and f"{faster} has decided" in problem["detail"]
    (row,) = rows(session)
    assert row.changed_by == faster and row.version == (2 if before else 1)
    assert len(acts(session)) == written + 1, "who was told left no trace"
    told_ledger = row.state in (PriceState.APPLIED, PriceState.REJECTED)
    assert len(ledger.story(session, COMPANY, "product/bread").decisions) == int(told_ledger)
    assert verify(session, COMPANY).breach is None


@pytest.mark.parametrize("act", [APPLY, WITHDRAW])
def test_the_job_and_a_person_at_once_write_once(shelf: Engine, session: Session, act: Act) -> None:
    SCHEDULE(ANA)
    applied, by_hand = at_once(shelf, lambda: due(""), lambda: act(BETO))
    (row,) = rows(session)
    if applied:
        assert isinstance(by_hand, NoSuchMove) and "by a rule" in by_hand.message("en")
        assert (row.state, row.applied_by) == (PriceState.APPLIED, "rule:scheduled-price")
    else:
        assert by_hand == row.id and row.changed_by == BETO
    decided = ledger.story(session, COMPANY, "product/bread").decisions
    assert len(decided) == int(row.state == PriceState.APPLIED)
    assert due("") == 0


def test_two_jobs_at_once_apply_each_price_once(shelf: Engine, session: Session) -> None:
    for product in ("milk", "bread"):
        with transaction() as opened:
            schedule(opened, COMPANY, product, ANA)
    assert sorted(at_once(shelf, lambda: due(""), lambda: due(""))) == [0, 2]
    for product in ("milk", "bread"):
        (decided,) = ledger.story(session, COMPANY, f"product/{product}").decisions
        assert decided.action == "price applied"
    assert {row.state for row in rows(session)} == {PriceState.APPLIED}
    assert verify(session, COMPANY).breach is None


def test_a_price_that_holds_gives_way_once(shelf: Engine, session: Session) -> None:
    APPROVE(ANA)
    APPLY(ANA)
    acting(deciding.approve, "bread", 10.5)(ANA)
    APPLY(ANA)
    first, second = rows(session)
    assert (first.state, first.version, second.state) == (PriceState.SUPERSEDED, 3, PriceState.APPLIED)
    assert (first.turn, second.turn, second.ledger_id is not None) == (1, 2, True)


@pytest.mark.parametrize("act", [APPROVE, SCHEDULE, REJECT])
def test_who_presses_twice_decides_once(shelf: Engine, session: Session, act: Act) -> None:
    assert act(ANA) == act(ANA)
    assert len(rows(session)) == len(acts(session)) == 1


@pytest.mark.parametrize("act", [APPLY, WITHDRAW])
def test_what_waits_ends_once_however_often_it_is_asked(shelf: Engine, session: Session, act: Act) -> None:
    APPROVE(ANA)
    assert act(ANA) == act(ANA)
    assert len(rows(session)) == 1 and len(acts(session)) == 2
    assert len(ledger.story(session, COMPANY, "product/bread").decisions) == int(act is APPLY)


async def test_a_program_says_what_it_has_seen_and_is_told_who_was_faster(shelf: Engine) -> None:
    async with calling() as client:
        answer = (await client.post("/predict/price", json={"product": "bread"})).json()
        seen = answer["version"]
        REJECT(BETO)
        decision = {"product": "bread", "action": "approve", "price": 11, "version": seen}
        refused = await client.post("/prices/decisions", json=decision)
        problem = refused.json()
        assert (refused.status_code, problem["type"], problem["changed_by"]) == (409, "/errors/no-such-move", BETO)
        done = await client.post("/prices/decisions", json={**decision, "version": seen + 1})
        again = await client.post("/prices/decisions", json={**decision, "version": seen + 1})
    assert (done.status_code, done.json()["version"]) == (201, seen + 2)
    assert again.json() == done.json(), "a request that is sent again is answered as the first"


@pytest.mark.parametrize("before", [False, True])
def test_of_two_who_set_limits_at_once_one_is_told(shelf: Engine, session: Session, before: bool) -> None:
    seen = None
    if before:
        acting(deciding.allow_prices, "bread", LimitsFact(floor=8.5), seen=None)("chief@x.cl")
        last = queries.limits_of(session, COMPANY, "bread").last
        seen = last.at if last else None
    session.rollback()
    lower = acting(deciding.allow_prices, "bread", LimitsFact(floor=9.0), seen=seen)
    higher = acting(deciding.allow_prices, "bread", LimitsFact(floor=9.5), seen=seen)
    ends = at_once(shelf, lambda: lower(ANA), lambda: higher(BETO))
    error = told(ends, LimitsChanged)
    kept = queries.limits_of(session, COMPANY, "bread")
    assert kept.last and (kept.floor, kept.last.by) in [(9.0, ANA), (9.5, BETO)]
    problem = error.problem("es")  # pyright: ignore[reportAttributeAccessIssue]
    assert problem["changed_by"] == kept.last.by and f"de {kept.floor:g} a –" in problem["detail"]
    assert acts(session).count("price limits set") == 1 + before
    (lower if kept.last.by == ANA else higher)(kept.last.by)
    assert acts(session).count("price limits set") == 1 + before, "who presses twice sets them once"
