"""What the churn slice brings to the product."""

from ml_insights.core.capability import Capability

CAPABILITY = Capability(name="churn", tables="ml_insights.churn.tables:ChurnRelease")
