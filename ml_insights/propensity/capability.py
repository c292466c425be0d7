"""What the propensity slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, Card, DatasetPart, Job, ModelSpec, Page, Schedule
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="propensity",
    tables="ml_insights.propensity.tables:PropensityRelease",
    pages=(
        Page(
            route="/ml-insights/propensity",
            title=N_("Likely buyers"),
            view="ml_insights.propensity.page:propensity",
            area=Area.PROPENSITY,
            on_load="ml_insights.propensity.state.opening:PropensityPageState.load",
            tab_of="/ml-insights",
            tab_label=N_("Likely buyers"),
        ),
    ),
    cards=(
        Card(
            view="ml_insights.propensity.page.overview_card:propensity_card",
            area=Area.PROPENSITY,
            on_load="ml_insights.propensity.state.card:PropensityCardState.load",
        ),
    ),
    routers=("ml_insights.propensity.api:router",),
    commands=("ml_insights.propensity.cli:add_commands",),
    jobs=(
        Job(
            name="propensity",
            title=N_("Likely buyers"),
            run="ml_insights.propensity.jobs:propensity",
            area=Area.RECOMPUTE,
            schedule=Schedule("0 8 * * 1"),
            per_dataset=True,
            minutes=60,
        ),
    ),
    models=(
        ModelSpec(
            name="propensity",
            title=N_("Likely buyers and lifetime value"),
            job="propensity",
            published="ml_insights.propensity.queries:published",
            trainer="ml_insights.propensity.service.trainer:PropensityTrainer",
            outcomes="ml_insights.propensity.service.predictions:outcomes",
        ),
    ),
    rows=DatasetPart(
        clear="ml_insights.propensity.removal:clear",
        count="ml_insights.propensity.removal:count",
        work="ml_insights.propensity.service.demo:work",
    ),
)
"""Who is about to buy."""
