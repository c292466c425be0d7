"""Two people at one route: the second changes nothing, and is told who was faster."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core.database import transaction
from ml_insights.ledger import queries as ledger
from ml_insights.ledger.service import verify
from ml_insights.logistics.errors import RouteAccepted, RouteSaved
from ml_insights.logistics.facts import EstimateFact, RouteAsked
from ml_insights.logistics.queries import estimate_of
from ml_insights.logistics.service import planning
from tests.at_once import at_once, told

COMPANY, ANA, BETO = Dataset.COMPANY, "ana@x.cl", "beto@x.cl"
ASKED = RouteAsked(datetime(2026, 5, 4, 9, tzinfo=UTC), 150.0, 600.0, 4, "Van")
ESTIMATE = EstimateFact(ASKED, 100.0, 80.0, 120.0, 70.0, 140.0, 110.0, 100.0, (), ())
OTHER = replace(ESTIMATE, route=replace(ASKED, vehicle_type="Truck"), expected=130.0)


def save(by: str, estimate: EstimateFact = ESTIMATE) -> int | None:
    with transaction() as session:
        return planning.save(session, COMPANY, estimate, "route-cost/1", by, "T-1").prediction_id


def accept(by: str) -> Any:
    with transaction() as session:
        return planning.accept(session, COMPANY, "T-1", by).accepted_at


def story(session: Session) -> Any:
    return ledger.story(session, COMPANY, "route/T-1")


@pytest.mark.parametrize("before", [False, True])
def test_of_two_who_save_a_route_at_once_one_is_told(database: Engine, session: Session, before: bool) -> None:
    if before:
        save("chief@x.cl")
    ends = at_once(database, lambda: save(ANA, OTHER), lambda: save(BETO, OTHER))
    error = told(ends, RouteSaved)
    row = estimate_of(session, COMPANY, "T-1")
    assert row is not None and row.made_by in (ANA, BETO)
    assert error.problem("es")["changed_by"] == row.made_by  # pyright: ignore[reportAttributeAccessIssue]
    assert story(session).total_predictions == 1 + before
    assert row.prediction_id == story(session).predictions[0].id
    assert verify(session, COMPANY).breach is None


def test_of_two_who_accept_a_route_at_once_one_is_told(database: Engine, session: Session) -> None:
    save(ANA)
    error = told(at_once(database, lambda: accept(ANA), lambda: accept(BETO)), RouteAccepted)
    (decision,) = story(session).decisions
    problem = error.problem("en")  # pyright: ignore[reportAttributeAccessIssue]
    assert (problem["status"], problem["changed_by"]) == (409, decision.by) and "with Van" in problem["detail"]


def test_what_is_accepted_is_what_was_seen(database: Engine, session: Session) -> None:
    save(ANA)
    saved, accepted = at_once(database, lambda: save(BETO, OTHER), lambda: accept(ANA))
    row = estimate_of(session, COMPANY, "T-1")
    assert row is not None
    if isinstance(accepted, RouteSaved):
        assert (row.vehicle_type, row.accepted_at, story(session).decisions) == ("Truck", None, ())
    else:
        assert isinstance(saved, RouteSaved | int) and len(story(session).decisions) == 1


@pytest.mark.parametrize("act", [save, accept])
def test_who_presses_twice_writes_once(database: Engine, session: Session, act: Callable[[str], Any]) -> None:
    save(ANA)
    assert act(ANA) == act(ANA)
    assert story(session).total_predictions == 1
    assert len(story(session).decisions) == int(act is accept)
