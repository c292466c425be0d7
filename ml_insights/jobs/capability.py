"""What the jobs slice brings to the product."""

from ml_insights.core.capability import Capability, DemoPart

CAPABILITY = Capability(
    name="jobs",
    tables="ml_insights.jobs.tables:JobRun",
    demo=DemoPart(clear="ml_insights.jobs.demo:clear", count="ml_insights.jobs.demo:count"),
)
