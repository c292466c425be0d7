"""What the logistics slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, DatasetPart, ImportTarget, Job, ModelSpec, Page, Schedule
from ml_insights.core.i18n import N_

TABLES = "ml_insights.logistics.tables"

CAPABILITY = Capability(
    name="logistics",
    tables="ml_insights.logistics.tables:Delivery",
    pages=(
        Page(
            route="/ml-insights/routes",
            title=N_("Route costs"),
            view="ml_insights.logistics.page:routes",
            area=Area.LOGISTICS,
            on_load="ml_insights.logistics.state.opening:RoutesPageState.load",
            tab_of="/ml-insights",
            tab_label=N_("Routes"),
        ),
    ),
    routers=("ml_insights.logistics.api:router",),
    commands=("ml_insights.logistics.cli:add_commands",),
    jobs=(
        Job(
            name="route-cost",
            title=N_("Route costs"),
            run="ml_insights.logistics.jobs:refresh_routes",
            area=Area.RECOMPUTE,
            schedule=Schedule("15 5 * * 1"),
            per_dataset=True,
            minutes=60,
        ),
    ),
    models=(
        ModelSpec(
            name="route-cost",
            title=N_("Route costs"),
            job="route-cost",
            published="ml_insights.logistics.queries:published",
            trainer="ml_insights.logistics.service.trainer:RouteCostTrainer",
            outcomes="ml_insights.logistics.service.outcomes:outcomes",
        ),
    ),
    imports=(
        ImportTarget(
            "deliveries",
            N_("Deliveries"),
            "ml_insights.logistics.imports:write_deliveries",
            f"{TABLES}:Delivery",
            "ml_insights.logistics.imports:DELIVERIES",
        ),
        ImportTarget(
            "stops",
            N_("Stops of routes"),
            "ml_insights.logistics.imports:write_stops",
            f"{TABLES}:RouteStop",
            "ml_insights.logistics.imports:STOPS",
        ),
    ),
    rows=DatasetPart(
        fill="ml_insights.logistics.demo.load:fill",
        clear="ml_insights.logistics.removal:clear",
        count="ml_insights.logistics.removal:count",
    ),
)
