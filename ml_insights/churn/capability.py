"""What the churn slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, Card, DatasetPart, Job, ModelSpec, Page, Schedule
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="churn",
    tables="ml_insights.churn.tables:ChurnRelease",
    pages=(
        Page(
            route="/ml-insights/churn",
            title=N_("Churn alerts"),
            view="ml_insights.churn.page:churn",
            area=Area.CHURN,
            on_load="ml_insights.churn.state.opening:ChurnPageState.load",
            tab_of="/ml-insights",
            tab_label=N_("Churn"),
        ),
    ),
    cards=(
        Card(
            view="ml_insights.churn.page.overview_card:churn_card",
            area=Area.CHURN,
            on_load="ml_insights.churn.state.card:ChurnCardState.load",
        ),
    ),
    routers=("ml_insights.churn.api:router",),
    jobs=(
        Job(
            name="churn-alerts",
            title=N_("Churn alerts"),
            run="ml_insights.churn.jobs:churn_alerts",
            area=Area.RECOMPUTE,
            schedule=Schedule("0 7 1,15 * *"),
            per_dataset=True,
            minutes=60,
        ),
    ),
    commands=("ml_insights.churn.cli:add_commands",),
    models=(
        ModelSpec(
            name="churn",
            title=N_("Churn"),
            job="churn-alerts",
            published="ml_insights.churn.queries:published",
            trainer="ml_insights.churn.service.trainer:ChurnTrainer",
            outcomes="ml_insights.churn.service.outcomes:outcomes",
        ),
    ),
    rows=DatasetPart(
        clear="ml_insights.churn.removal:clear",
        count="ml_insights.churn.removal:count",
        work="ml_insights.churn.service.demo:work",
    ),
)
