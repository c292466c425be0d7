"""What the segments slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, DemoPart, Job, ModelSpec, Schedule
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="segments",
    tables="ml_insights.segments.tables:SegmentRelease",
    jobs=(
        Job(
            name="segments",
            title=N_("Customer segments"),
            run="ml_insights.segments.jobs:segment",
            area=Area.RECOMPUTE,
            schedule=Schedule("30 4 1 * *"),
        ),
    ),
    models=(
        ModelSpec(
            name="segments",
            title=N_("Customer segments"),
            job="segments",
            exists="ml_insights.segments.jobs:has_champion",
            trainer="ml_insights.segments.service.trainer:SegmentsTrainer",
            outcomes="ml_insights.segments.service.outcomes:outcomes",
        ),
    ),
    demo=DemoPart(clear="ml_insights.segments.demo:clear", count="ml_insights.segments.demo:count"),
)
