"""What the company slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, Page
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="company",
    pages=(
        Page(
            route="/company",
            title=N_("Company"),
            view="ml_insights.company.page:company_page",
            area=Area.COMPANY,
            on_load="ml_insights.company.state:CompanyState.load",
            group=N_("Administration"),
            order=10,
            icon="building-2",
        ),
    ),
)
