"""What slices below this one may know and want of jobs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlmodel import Session

from ml_insights.core.database import transaction
from ml_insights.core.runs import JobGlance, RunBook
from ml_insights.jobs import queries, runner, service
from ml_insights.jobs.words import in_words


def look(session: Session, job: str, language: str) -> JobGlance:
    """How a job stands. Raises NotFound."""
    fact = queries.job_fact(session, job)
    plan, run = fact.schedule, fact.last
    glance = JobGlance(
        schedule=in_words(plan.cron, language) if plan else "",
        paused=plan is not None and not plan.enabled,
        next_at=plan.next_at if plan else None,
    )
    if run is None:
        return glance
    told = {"message": run.message_in(language), "error": run.error_in(language)}
    return replace(glance, run=run.id, active=run.active, share=run.share, **told)


def start(job: str, actor: str, arguments: dict[str, Any]) -> int:
    """Ask for a run and begin it; its number. Raises NotFound."""
    with transaction() as session:
        run_id = service.enqueue(session, job, actor, **arguments).id or 0
    runner.start(run_id)
    return run_id


BOOK = RunBook(look, start)
