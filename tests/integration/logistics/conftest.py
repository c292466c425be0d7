"""A company with trips, and a model of what they cost."""

import pytest
from sqlalchemy import Engine

from ml.route_cost import intervals, members
from ml_insights.core.database import transaction
from ml_insights.jobs import runner, service
from ml_insights.jobs.facts import RunFact
from tests.integration.logistics.sample import drive, visit

SQUARE = [(-33.0, -70.0), (-33.2, -70.2), (-33.0, -70.2), (-33.2, -70.0)]


def compute(force: bool = False) -> RunFact:
    """Run the job in this process."""
    with transaction() as session:
        run_id = service.enqueue(session, "route-cost", "tester", dataset="company", force=force).id or 0
    return runner.run_now(run_id)


@pytest.fixture(autouse=True)
def quick_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few trees; how good they are is not what these tests are about."""
    monkeypatch.setattr(members, "ROUNDS", 60)
    monkeypatch.setitem(members.FOREST, "num_parallel_tree", 20)
    monkeypatch.setitem(members.FOREST, "max_depth", 6)
    monkeypatch.setattr(intervals, "ROUNDS", 10)


@pytest.fixture
def company(database: Engine) -> Engine:
    """Trips of 120 days, and the stops of one of them."""
    drive()
    visit("Van-119", SQUARE)
    return database


@pytest.fixture
def trained(company: Engine) -> Engine:
    """The same, with a model."""
    run = compute()
    assert run.error_in("en") == "", run.error_in("en")
    return company
