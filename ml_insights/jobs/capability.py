"""What the jobs slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Ageing, Capability, Check, DatasetPart, Job, Page, Schedule
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="jobs",
    tables="ml_insights.jobs.tables:JobRun",
    pages=(
        Page(
            route="/jobs",
            title=N_("Jobs"),
            view="ml_insights.jobs.page:jobs",
            area=Area.JOBS,
            on_load="ml_insights.jobs.state.table:JobsState.load",
            group=N_("Administration"),
            icon="calendar-clock",
        ),
    ),
    routers=("ml_insights.jobs.api:router",),
    commands=("ml_insights.jobs.cli:add_commands",),
    command_names=("compute", "jobs", "scheduler"),
    jobs=(
        Job(
            name="compute-everything",
            title=N_("Everything from new data"),
            run="ml_insights.jobs.everything:compute_everything",
            area=Area.RECOMPUTE,
            resumes=True,
            per_dataset=True,
            minutes=240,
        ),
        Job(
            name="remove-old",
            title=N_("Removal of what is old"),
            run="ml_insights.jobs.ageing:remove_old",
            area=Area.JOBS_MANAGE,
            schedule=Schedule("40 2 * * *"),
            light=True,
        ),
    ),
    ageing=(
        Ageing("run-logs", N_("logs of runs"), 30, "ml_insights.jobs.ageing:remove_log_lines"),
        Ageing("runs", N_("runs of jobs"), 180, "ml_insights.jobs.ageing:remove_runs"),
    ),
    computer="ml_insights.jobs.everything:COMPUTER",
    checks=(
        Check("Schedule", "ml_insights.jobs.checks:schedule"),
        Check("Results", "ml_insights.jobs.checks:results"),
    ),
    metrics=("ml_insights.jobs.metrics:job_figures",),
    runs="ml_insights.jobs.book:BOOK",
    lifespan=("ml_insights.jobs.scheduler:beside_the_site",),
    rows=DatasetPart(clear="ml_insights.jobs.removal:clear", count="ml_insights.jobs.removal:count"),
)
