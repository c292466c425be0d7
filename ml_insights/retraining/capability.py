"""What the retraining slice brings to the product."""

from ml_insights.core.capability import Capability, DemoPart

CAPABILITY = Capability(
    name="retraining",
    tables="ml_insights.retraining.tables:RetrainRun",
    demo=DemoPart(clear="ml_insights.retraining.demo:clear", count="ml_insights.retraining.demo:count"),
)
