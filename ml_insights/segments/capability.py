"""What the segments slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, Card, DatasetPart, Job, ModelSpec, Page, Schedule
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="segments",
    tables="ml_insights.segments.tables:SegmentRelease",
    pages=(
        Page(
            route="/ml-insights/segments",
            title=N_("Customer segments"),
            view="ml_insights.segments.page:segments",
            area=Area.SEGMENTS,
            on_load="ml_insights.segments.state.opening:SegmentsPageState.load",
            tab_of="/ml-insights",
            tab_label=N_("Segments"),
        ),
    ),
    cards=(
        Card(
            view="ml_insights.segments.page.overview_card:segments_card",
            area=Area.SEGMENTS,
            on_load="ml_insights.segments.state.card:SegmentsCardState.load",
        ),
    ),
    routers=("ml_insights.segments.api:router",),
    commands=("ml_insights.segments.cli:add_commands",),
    jobs=(
        Job(
            name="segments",
            title=N_("Customer segments"),
            run="ml_insights.segments.jobs:segment",
            area=Area.RECOMPUTE,
            schedule=Schedule("30 4 1 * *"),
            per_dataset=True,
            minutes=60,
        ),
    ),
    models=(
        ModelSpec(
            name="segments",
            title=N_("Customer segments"),
            job="segments",
            published="ml_insights.segments.queries:published",
            trainer="ml_insights.segments.service.trainer:SegmentsTrainer",
            outcomes="ml_insights.segments.service.outcomes:outcomes",
            describes=True,
        ),
    ),
    rows=DatasetPart(clear="ml_insights.segments.removal:clear", count="ml_insights.segments.removal:count"),
)
