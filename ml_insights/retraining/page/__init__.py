"""Machine Learning → Models: what is in production, how right it has been, and what retraining did."""

from ml_insights.retraining.page.models import models
from ml_insights.retraining.page.monitor import monitor
from ml_insights.retraining.page.reports import reports

__all__ = ["models", "monitor", "reports"]
