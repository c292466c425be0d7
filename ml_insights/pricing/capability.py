"""What the pricing slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, DatasetPart, ImportTarget, Job, ModelSpec, Page, Schedule
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="pricing",
    tables="ml_insights.pricing.tables:PriceRelease",
    pages=(
        Page(
            route="/ml-insights/prices",
            title=N_("Prices"),
            view="ml_insights.pricing.page:prices",
            area=Area.PRICING,
            on_load="ml_insights.pricing.state.opening:PricesPageState.load",
            tab_of="/ml-insights",
            tab_label=N_("Prices"),
        ),
    ),
    routers=("ml_insights.pricing.api:router",),
    imports=(
        ImportTarget(
            "prices",
            N_("Prices"),
            "ml_insights.pricing.imports:write_prices",
            "ml_insights.pricing.tables:PriceObservation",
            "ml_insights.pricing.imports:PRICES",
        ),
    ),
    commands=("ml_insights.pricing.cli:add_commands",),
    jobs=(
        Job(
            name="prices",
            title=N_("Prices"),
            run="ml_insights.pricing.jobs:compute",
            area=Area.RECOMPUTE,
            schedule=Schedule("30 5 * * 1"),
            per_dataset=True,
            minutes=60,
        ),
        Job(
            name="scheduled-prices",
            title=N_("Scheduled prices"),
            run="ml_insights.pricing.jobs:apply_scheduled",
            area=Area.RECOMPUTE,
            schedule=Schedule("5 0 * * *", grace_minutes=60),
            light=True,
            minutes=10,
        ),
    ),
    models=(
        ModelSpec(
            name="prices",
            title=N_("Prices"),
            job="prices",
            published="ml_insights.pricing.queries:published",
            trainer="ml_insights.pricing.service.trainer:PricesTrainer",
            outcomes="ml_insights.pricing.service.outcomes:outcomes",
        ),
    ),
    rows=DatasetPart(
        clear="ml_insights.pricing.removal:clear",
        count="ml_insights.pricing.removal:count",
        work="ml_insights.pricing.service.demo:work",
        repriced="ml_insights.pricing.service.demo:repriced",
    ),
)
