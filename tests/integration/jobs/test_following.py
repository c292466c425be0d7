"""Pages that follow runs, in front of Reflex's own event processor: forged events show nothing of others' runs."""

from typing import Any

import pytest

from ml_insights.backups.state import MakingState
from ml_insights.churn.state.running import ChurnRunState
from ml_insights.core.access import Role
from ml_insights.core.database import transaction
from ml_insights.core.errors import NotFound
from ml_insights.demand.state.recompute import RecomputeState
from ml_insights.jobs import service
from ml_insights.logistics.state.running import RoutesRunState
from ml_insights.pricing.state.running import PricesRunState
from ml_insights.propensity.state.running import PropensityRunState
from ml_insights.retraining.state.running import RetrainState
from ml_insights.segments.state.running import SegmentsRunState
from tests.fixtures.tabs import Browser, sign_in

SECRET = "The bucket of the company answers: denied"
FOLLOWING = (
    MakingState,
    ChurnRunState,
    RecomputeState,
    RoutesRunState,
    PricesRunState,
    PropensityRunState,
    RetrainState,
    SegmentsRunState,
)


def failed(job: str) -> int:
    """A run that ended with words which only those who may see it should read."""
    with transaction() as session:
        run = service.enqueue(session, job, "tester")
        service.claim(session, run.id or 0)
        service.finish(session, run.id or 0, run.attempt, service.JobStatus.FAILED, seconds=1.0, error=SECRET)
        return run.id or 0


@pytest.mark.parametrize("state", FOLLOWING, ids=lambda state: state.__name__)
async def test_a_page_says_nothing_of_another_pages_run(tab: Browser, state: Any) -> None:
    run_id = failed("data-refresh")
    tab.session = sign_in(Role.ADMIN)
    with pytest.raises(NotFound):
        await tab.send(state.watch, run_id=run_id)
    assert SECRET not in tab.deltas and (await tab.state(state)).error == ""


async def test_a_page_says_how_its_own_run_ended(tab: Browser) -> None:
    run_id = failed("backup")
    tab.session = sign_in(Role.ADMIN)
    await tab.send(MakingState.watch, run_id=run_id)
    assert SECRET in tab.deltas


async def test_a_role_that_may_not_see_the_page_is_not_answered(tab: Browser) -> None:
    run_id = failed("backup")
    tab.session = sign_in(Role.SALES)
    await tab.send(MakingState.watch, run_id=run_id)
    assert SECRET not in tab.deltas and "role does not allow" in tab.answers
