"""What the sources slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, Check, Job, Page, Schedule
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="sources",
    tables="ml_insights.sources.tables:ImportBatch",
    pages=(
        Page(
            route="/import",
            title=N_("Import"),
            view="ml_insights.sources.page:import_page",
            area=Area.IMPORT,
            on_load="ml_insights.sources.state:ImportState.load",
            group=N_("Data"),
            icon="upload",
        ),
        Page(
            route="/sources",
            title=N_("Sources"),
            view="ml_insights.sources.page.sources:sources_page",
            area=Area.SOURCES,
            on_load="ml_insights.sources.state.connection:ConnectionState.load",
            group=N_("Data"),
            icon="cable",
        ),
    ),
    routers=("ml_insights.sources.api:router",),
    commands=("ml_insights.sources.cli:add_commands", "ml_insights.sources.supabase.cli:add_commands"),
    command_names=("import", "refresh", "sources", "undo-import"),
    jobs=(
        Job(
            name="data-refresh",
            title=N_("Data refresh"),
            run="ml_insights.sources.jobs:refresh_sources",
            area=Area.IMPORT,
            schedule=Schedule("5 * * * *", misfire="skip"),
            minutes=120,
        ),
    ),
    checks=(Check("Supabase data", "ml_insights.sources.checks:supabase"),),
    notices=("ml_insights.sources.notices:stale_source",),
    metrics=("ml_insights.sources.metrics:import_rows",),
)
