"""What the segments slice brings to the product."""

from ml_insights.core.capability import Capability

CAPABILITY = Capability(name="segments")
