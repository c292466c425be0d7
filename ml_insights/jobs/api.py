"""The HTTP API of jobs."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel

from ml_insights.core.access import Area
from ml_insights.core.api import caller_for
from ml_insights.core.database import reading, transaction
from ml_insights.core.i18n import gettext
from ml_insights.core.identity import Caller
from ml_insights.core.paging import LARGEST, RowNumber
from ml_insights.core.problems import language_of
from ml_insights.jobs import queries, runner, service
from ml_insights.jobs.facts import JobFact, RunFact
from ml_insights.jobs.tables import JobStatus, Misfire

router = APIRouter(prefix="/jobs", tags=["jobs"])
Reader = Annotated[Caller, Depends(caller_for(Area.JOBS))]
Operator = Annotated[Caller, Depends(caller_for(Area.JOBS_MANAGE, "write"))]
JobName = Annotated[str, Path(description="A name of the list, e.g. `data-refresh`.", max_length=100)]


class RunAnswer(BaseModel):
    """A run as it stands. `share` is 0 to 1; `firing_at` is empty for runs by hand."""

    id: int
    job: str
    status: JobStatus
    share: float
    message: str
    error: str
    result: dict[str, Any] | None
    attempt: int
    actor: str
    dataset: str | None
    firing_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float | None
    worker: str | None


class ScheduleAnswer(BaseModel):
    """When a job runs by itself. `cron` counts in `zone`; `next_at` is in UTC."""

    cron: str
    zone: str
    misfire: Misfire
    enabled: bool
    next_at: datetime | None
    edited_by: str | None


class JobAnswer(BaseModel):
    """A job, its schedule and its newest run."""

    name: str
    title: str
    schedule: ScheduleAnswer | None
    last_run: RunAnswer | None


class LogLineAnswer(BaseModel):
    """One line of a run's log."""

    id: int
    attempt: int
    at: datetime
    level: str
    text: str


@router.get("", summary="Jobs, when they run by themselves, and how they went last")
async def list_jobs(request: Request, caller: Reader) -> list[JobAnswer]:
    """Scheduled jobs first, in the order of their next firing."""
    language = language_of(request)
    return [_job(fact, language) for fact in await asyncio.to_thread(_jobs)]


@router.post("/{name}/run", summary="Run a job now", status_code=202)
async def run_job(request: Request, name: JobName, caller: Operator) -> RunAnswer:
    """Starts it in the background; the run that is under way already is answered where there is one."""
    return _run(await asyncio.to_thread(_start, name, caller.actor), language_of(request))


@router.get("/runs/{run_id}", summary="How a run is doing")
async def show_run(request: Request, run_id: RowNumber, caller: Reader) -> RunAnswer:
    """Ask again until `status` is neither `queued` nor `running`."""
    return _run(await asyncio.to_thread(_fact, run_id), language_of(request))


@router.get("/runs/{run_id}/log", summary="What a run said")
async def show_log(
    run_id: RowNumber,
    caller: Reader,
    after: Annotated[int, Query(ge=0, le=LARGEST, description="Only lines whose id is above this.")] = 0,
) -> list[LogLineAnswer]:
    """Oldest first; to follow a run, ask again with the id of the last line."""
    return await asyncio.to_thread(_log, run_id, after)


def _jobs() -> list[JobFact]:
    with reading() as session:
        return queries.job_facts(session)


def _start(name: str, actor: str) -> RunFact:
    with transaction() as session:
        run_id = service.enqueue(session, name, actor).id or 0
    runner.start(run_id)
    return _fact(run_id)


def _fact(run_id: int) -> RunFact:
    with reading() as session:
        return queries.run_fact(session, run_id)


def _log(run_id: int, after: int) -> list[LogLineAnswer]:
    with reading() as session:
        queries.run_fact(session, run_id)
        return [LogLineAnswer(**vars(line)) for line in queries.log_lines(session, run_id, after)]


def _run(fact: RunFact, language: str) -> RunAnswer:
    said = {"message": fact.message_in(language), "error": fact.error_in(language)}
    return RunAnswer.model_validate(vars(fact) | said)


def _job(fact: JobFact, language: str) -> JobAnswer:
    return JobAnswer(
        name=fact.name,
        title=gettext(fact.title, language),
        schedule=ScheduleAnswer.model_validate(vars(fact.schedule)) if fact.schedule else None,
        last_run=_run(fact.last, language) if fact.last else None,
    )
