"""What the propensity slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, DemoPart, Job, ModelSpec, Schedule
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="propensity",
    tables="ml_insights.propensity.tables:PropensityRelease",
    routers=("ml_insights.propensity.api:router",),
    commands=("ml_insights.propensity.cli:add_commands",),
    jobs=(
        Job(
            name="propensity",
            title=N_("Likely buyers"),
            run="ml_insights.propensity.jobs:propensity",
            area=Area.RECOMPUTE,
            schedule=Schedule("0 8 * * 1"),
        ),
    ),
    models=(
        ModelSpec(
            name="propensity",
            title=N_("Likely buyers and lifetime value"),
            job="propensity",
            exists="ml_insights.propensity.jobs:has_champion",
            trainer="ml_insights.propensity.service.trainer:PropensityTrainer",
            outcomes="ml_insights.propensity.service.predictions:outcomes",
        ),
    ),
    demo=DemoPart(clear="ml_insights.propensity.demo:clear", count="ml_insights.propensity.demo:count"),
)
"""Who is about to buy."""
