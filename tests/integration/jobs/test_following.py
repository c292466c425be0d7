"""Pages that follow runs, in front of Reflex's own event processor: forged events show nothing of others' runs."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from ml_insights.backups.state import MakingState
from ml_insights.churn.state.running import ChurnRunState
from ml_insights.core.access import Role
from ml_insights.core.database import reading, transaction
from ml_insights.demand.state.running import DemandRunState
from ml_insights.jobs import following, queries, runner, service
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.tables import JobStatus
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
    DemandRunState,
    RoutesRunState,
    PricesRunState,
    PropensityRunState,
    RetrainState,
    SegmentsRunState,
)
every_page = pytest.mark.parametrize("state", FOLLOWING, ids=lambda state: state.__name__)


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs that a worker would do; the test does them."""
    found: list[int] = []
    monkeypatch.setattr(runner, "start", found.append)
    return found


def begun(job: str) -> int:
    """A run that says what only those should read who may see it."""
    with transaction() as session:
        run = service.claim(session, service.enqueue(session, job, "tester").id or 0)
        service.beat(session, run.id or 0, run.attempt, share=0.5, message=SECRET)
        return run.id or 0


def end(run_id: int, status: JobStatus, **values: Any) -> None:
    with transaction() as session:
        service.finish(session, run_id, 1, status, seconds=1.0, **values)


def fact(run_id: int) -> RunFact:
    with reading() as session:
        return queries.run_fact(session, run_id)


@every_page
async def test_a_page_says_nothing_of_another_pages_run(tab: Browser, state: Any) -> None:
    begun("data-refresh")
    tab.session = sign_in(Role.ADMIN)
    await tab.send(state.resume)
    assert SECRET not in tab.deltas and not (await tab.state(state)).active


@every_page
async def test_no_page_takes_the_number_of_a_run(tab: Browser, state: Any) -> None:
    run_id = begun("data-refresh")
    tab.session = sign_in(Role.ADMIN)
    for handler in (state.resume, state.watch, state.start, state.cancel):
        with pytest.raises(TypeError, match="run_id"):
            await tab.send(handler, run_id=run_id)
    assert SECRET not in tab.deltas and not fact(run_id).error


@every_page
async def test_a_page_stops_the_run_of_its_own_job_and_no_other(tab: Browser, state: Any) -> None:
    own, other = begun(state._follows.jobs[0]), begun("data-refresh")
    tab.session = sign_in(Role.ADMIN)
    await tab.send(state.cancel)
    with reading() as session:
        stopped = {run: service.stop_of(session, run) is not None for run in (own, other)}
    assert stopped == {own: True, other: False}


async def test_a_page_shows_the_run_that_the_schedule_has_started_and_how_it_ends(tab: Browser) -> None:
    run_id = begun("backup")
    tab.session = sign_in(Role.ADMIN)
    watching = asyncio.ensure_future(tab.send(MakingState.resume))
    while not (await tab.state(MakingState)).active:
        await asyncio.sleep(0)
    assert SECRET in tab.deltas
    end(run_id, JobStatus.FAILED, error="It went wrong.")
    await watching
    page = await tab.state(MakingState)
    assert (page.active, page.status, page.error) == (False, "failed", "It went wrong.")


async def test_who_may_see_the_page_only_starts_and_stops_nothing(tab: Browser, started: list[int]) -> None:
    run_id = begun("segments")
    tab.session = sign_in(Role.SALES)
    await tab.send(SegmentsRunState.cancel)
    await tab.send(SegmentsRunState.start)
    with reading() as session:
        assert service.stop_of(session, run_id) is None
    assert started == [] and "role does not allow" in tab.answers


async def test_a_role_that_may_not_see_the_page_is_not_answered(tab: Browser) -> None:
    begun("backup")
    tab.session = sign_in(Role.SALES)
    await tab.send(MakingState.resume)
    assert SECRET not in tab.deltas and "role does not allow" in tab.answers


async def test_who_signs_in_after_another_in_the_same_tab_does_not_see_what_that_one_watched(tab: Browser) -> None:
    run_id = begun("backup")
    tab.session = sign_in(Role.ADMIN)
    watching = asyncio.ensure_future(tab.send(MakingState.resume))
    while not (await tab.state(MakingState)).active:
        await asyncio.sleep(0)
    tab.session = sign_in(Role.SALES, "bo@empresa.cl")
    await tab.send(SegmentsRunState.resume)
    tab.updates.clear()
    end(run_id, JobStatus.FAILED, error="It went wrong.")
    await watching
    assert "It went wrong." not in tab.deltas and (await tab.state(MakingState)).status == ""


async def test_a_run_is_started_watched_and_told_in_the_readers_language(tab: Browser, started: list[int]) -> None:
    tab.session, tab.language = sign_in(Role.ADMIN), "es"
    pressed = asyncio.ensure_future(tab.send(MakingState.start))
    while not started:
        await asyncio.sleep(0)
    with transaction() as session:
        service.claim(session, started[0])
    end(started[0], JobStatus.FAILED, **service.reason(service.WorkerDidNotStart(exit_code=3)))
    await pressed
    assert "El proceso" in (await tab.state(MakingState)).error


async def test_a_watch_that_the_database_broke_off_is_taken_up_again(
    tab: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = begun("backup")
    tab.session = sign_in(Role.ADMIN)

    def away(*_: Any) -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    with monkeypatch.context() as patch:
        patch.setattr(following, "present", away)
        await tab.send(MakingState.resume)
    again = asyncio.ensure_future(tab.send(MakingState.resume))
    while not (await tab.state(MakingState))._watching:
        await asyncio.sleep(0)
    end(run_id, JobStatus.DONE)
    await again
    assert (await tab.state(MakingState)).status == "done"
