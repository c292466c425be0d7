"""What the doctor asks of the schedule."""

from ml_insights.core.database import reading
from ml_insights.core.doctor import Finding, Status
from ml_insights.jobs import queries
from ml_insights.jobs.scheduler import LEASE
from ml_insights.jobs.tables import JobStatus

START = "Start the site with SCHEDULER=true, or run: python -m ml_insights scheduler"


def schedule() -> Finding:
    """Does anybody see to it that jobs run, and did those that run by themselves go well the last time?"""
    with reading() as session:
        leader = queries.leader(session, LEASE)
        jobs = [fact for fact in queries.job_facts(session) if fact.schedule]
    failed = [fact.name for fact in jobs if fact.last and fact.last.status == JobStatus.FAILED]
    if failed:
        return Finding(
            Status.WARNING, f"The last run failed: {', '.join(failed)}.", f"See: jobs history {failed[0]}; jobs log RUN"
        )
    if leader is None:
        return Finding(Status.NOTE, "No scheduler is running, so nothing starts by itself.", START)
    return Finding(Status.OK, f"Jobs by schedule: {len(jobs)}. {leader.holder} sees to them.")
