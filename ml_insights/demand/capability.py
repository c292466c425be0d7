"""What the demand slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, Card, DatasetPart, Job, ModelSpec, Page
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="demand",
    tables="ml_insights.demand.tables:ForecastRelease",
    pages=(
        Page(
            route="/ml-insights",
            title=N_("ML Insights"),
            view="ml_insights.demand.page:demand",
            area=Area.DEMAND,
            on_load="ml_insights.demand.state.opening:DemandPageState.load",
            first="ml_insights.demand.state.first:first_sight",
            group=N_("Machine Learning"),
            icon="chart-spline",
            badge="AI",
            tab_label=N_("Demand"),
        ),
    ),
    cards=(
        Card(
            view="ml_insights.demand.page.overview_card:demand_card",
            area=Area.DEMAND,
            on_load="ml_insights.demand.state.card:DemandCardState.load",
        ),
    ),
    routers=("ml_insights.demand.api:router",),
    commands=("ml_insights.demand.cli:add_commands",),
    jobs=(
        Job(
            name="demand-forecast",
            title=N_("Demand forecast"),
            run="ml_insights.demand.jobs:forecast",
            area=Area.DEMAND_RECOMPUTE,
            per_dataset=True,
            minutes=120,
        ),
    ),
    models=(
        ModelSpec(
            name="demand",
            title=N_("Demand forecast"),
            job="demand-forecast",
            published="ml_insights.demand.queries:published",
            trainer="ml_insights.demand.service.trainer:DemandTrainer",
            outcomes="ml_insights.demand.service.predictions:outcomes",
            slow=True,
        ),
    ),
    rows=DatasetPart(clear="ml_insights.demand.removal:clear", count="ml_insights.demand.removal:count"),
)
