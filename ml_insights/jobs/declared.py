"""The jobs that capabilities declare."""

from datetime import timedelta

from ml_insights.capabilities import capabilities
from ml_insights.core.capability import Job
from ml_insights.core.errors import NotFound
from ml_insights.core.settings import settings


def declared() -> dict[str, Job]:
    """Every job by name, lowest capability first."""
    return {job.name: job for capability in capabilities() for job in capability.jobs}


def find_job(name: str) -> Job:
    """The job that a capability declares under this name. Raises NotFound."""
    job = declared().get(name)
    if job is None:
        raise NotFound(kind="job", name=name)
    return job


def is_light(name: str) -> bool:
    """Whether runs of this job are done in the process that starts them."""
    job = declared().get(name)
    return job is not None and job.light


def limit_of(name: str) -> timedelta:
    """After how long a run of this job is ended: what the settings say, else what the job declares."""
    job = declared().get(name)
    declares = job.minutes if job else Job.minutes
    return timedelta(minutes=max(settings().job_minutes.get(name, declares), 1))
