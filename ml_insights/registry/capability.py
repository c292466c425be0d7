"""What the registry slice brings to the product."""

from ml_insights.core.capability import Capability, DemoPart

CAPABILITY = Capability(
    name="registry",
    tables="ml_insights.registry.tables:ModelVersion",
    demo=DemoPart(clear="ml_insights.registry.demo:clear", count="ml_insights.registry.demo:count"),
)
