"""What the customers slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.addresses import CUSTOMER_ROUTE
from ml_insights.core.capability import Capability, Page
from ml_insights.core.i18n import N_

CAPABILITY = Capability(
    name="customers",
    pages=(
        Page(
            route="/ml-insights/customers",
            title=N_("Customers"),
            view="ml_insights.customers.page.listing:customers",
            area=Area.CUSTOMERS,
            on_load="ml_insights.customers.state.listing:CustomersState.load",
            tab_of="/ml-insights",
            tab_label=N_("Customers"),
        ),
        Page(
            route=CUSTOMER_ROUTE,
            title=N_("Customer"),
            view="ml_insights.customers.page.customer:customer",
            area=Area.CUSTOMERS,
            on_load="ml_insights.customers.state.customer:CustomerState.load",
        ),
    ),
    routers=("ml_insights.customers.api:router",),
)
