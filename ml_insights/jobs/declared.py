"""The jobs that capabilities declare."""

from ml_insights.capabilities import capabilities
from ml_insights.core.capability import Job
from ml_insights.core.errors import NotFound


def declared() -> dict[str, Job]:
    """Every job by name, lowest capability first."""
    return {job.name: job for capability in capabilities() for job in capability.jobs}


def find_job(name: str) -> Job:
    """The job that a capability declares under this name. Raises NotFound."""
    job = declared().get(name)
    if job is None:
        raise NotFound(kind="job", name=name)
    return job
