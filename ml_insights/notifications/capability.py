"""What the notifications slice brings to the product."""

from ml_insights.core.capability import Capability, DemoPart

CAPABILITY = Capability(
    name="notifications",
    tables="ml_insights.notifications.tables:Notification",
    demo=DemoPart(
        clear="ml_insights.notifications.demo:clear",
        count="ml_insights.notifications.demo:count",
    ),
)
