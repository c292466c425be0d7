"""What the doctor asks of the schedule, and of what is computed."""

from ml_insights.core.computing import ModelStand, Stand
from ml_insights.core.database import reading
from ml_insights.core.doctor import Finding, Status
from ml_insights.core.i18n import gettext
from ml_insights.core.settings import settings
from ml_insights.jobs import queries, standing
from ml_insights.jobs.scheduler import LEASE
from ml_insights.jobs.tables import JobStatus

COMPUTE = "Run: python -m ml_insights compute"
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


def results() -> Finding:
    """Do the results that people see stand on the data that there are?"""
    with reading() as session:
        found = standing.look(session)
    models = found.models.values()
    if not found.dataset:
        return Finding(Status.NOTE, "There are no data to compute anything from.", "Import yours.")
    if found.run:
        return Finding(Status.NOTE, f"Being computed: {found.share:.0%} done.", "Nothing: it goes on by itself.")
    missing = {
        "Older than the data": [one for one in models if one.outdated],
        "Not computed": [one for one in models if one.stand == Stand.NOT_COMPUTED],
        "Failed": [one for one in models if one.stand == Stand.FAILED],
    }
    said = [f"{what}: {', '.join(_named(one) for one in which)}." for what, which in missing.items() if which]
    if said:
        return Finding(Status.WARNING, " ".join(said), COMPUTE)
    ready = [one.until for one in models if one.until]
    unused = [_named(one) for one in models if one.stand == Stand.NOT_USED]
    message = f"{len(ready)} of {len(models)} models, from data until {max(ready)}." if ready else "No model."
    return Finding(Status.OK, message + (f" Too few data for: {', '.join(unused)}." if unused else ""))


def _named(model: ModelStand) -> str:
    why = gettext(model.why, settings().language, **model.values) if model.why else ""
    return f"{model.title} ({why})" if why else model.title
