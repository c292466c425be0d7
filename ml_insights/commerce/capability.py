"""What the commerce slice brings to the product."""

from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, Check, DatasetPart, ImportTarget, Page
from ml_insights.core.i18n import N_

TABLES = "ml_insights.commerce.tables"

CAPABILITY = Capability(
    name="commerce",
    tables="ml_insights.commerce.tables:OrderLine",
    pages=(
        Page(
            route="/demo",
            title=N_("Demo company"),
            view="ml_insights.commerce.page:demo_page",
            area=Area.DEMO,
            on_load="ml_insights.commerce.state:DemoState.load",
            group=N_("Data"),
            icon="factory",
        ),
        Page(
            route="/services",
            title=N_("Services"),
            view="ml_insights.commerce.page:services_page",
            area=Area.IMPORT,
            on_load="ml_insights.commerce.state:ServicesState.load",
            group=N_("Data"),
            icon="truck",
        ),
    ),
    routers=("ml_insights.commerce.api:router",),
    commands=("ml_insights.commerce.cli:add_commands",),
    imports=(
        ImportTarget(
            "orders",
            N_("Orders"),
            "ml_insights.commerce.imports:write_orders",
            f"{TABLES}:OrderLine",
            "ml_insights.commerce.imports:ORDERS",
        ),
        ImportTarget(
            "customers",
            N_("Customers"),
            "ml_insights.commerce.imports:write_customers",
            f"{TABLES}:Customer",
            "ml_insights.commerce.imports:CUSTOMERS",
        ),
        ImportTarget(
            "products",
            N_("Products"),
            "ml_insights.commerce.imports:write_products",
            f"{TABLES}:Product",
            "ml_insights.commerce.imports:PRODUCTS",
        ),
    ),
    rows=DatasetPart(
        fill="ml_insights.commerce.demo.load:fill",
        clear="ml_insights.commerce.removal:clear",
        count="ml_insights.commerce.removal:count",
    ),
    checks=(Check("Orders", "ml_insights.commerce.checks:orders"),),
    notices=(
        "ml_insights.commerce.notices:demo_shown",
        "ml_insights.commerce.notices:orders_missing",
        "ml_insights.commerce.notices:services_waiting",
    ),
)
