"""What the jobs slice brings to the product."""

from ml_insights.core.capability import Capability, DemoPart

CAPABILITY = Capability(
    name="jobs",
    tables="ml_insights.jobs.tables:JobRun",
    routers=("ml_insights.jobs.api:router",),
    commands=("ml_insights.jobs.cli:add_commands",),
    command_names=("jobs", "scheduler"),
    metrics=("ml_insights.jobs.metrics:job_figures",),
    lifespan=("ml_insights.jobs.scheduler:beside_the_site",),
    demo=DemoPart(clear="ml_insights.jobs.demo:clear", count="ml_insights.jobs.demo:count"),
)
