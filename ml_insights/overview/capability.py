"""What the overview slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, Page
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="overview",
    pages=(
        Page(
            route="/",
            title=N_("Overview"),
            view="ml_insights.overview.page:overview",
            area=Area.OVERVIEW,
            on_load="ml_insights.overview.state:OverviewState.load",
            group=N_("Home"),
            icon="layout-dashboard",
        ),
    ),
)
