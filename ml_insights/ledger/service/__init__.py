"""What enters the ledger. Nothing leaves it: there is no verb that changes or deletes a row."""

from ml_insights.ledger.queries import due
from ml_insights.ledger.service.matured import record_outcomes
from ml_insights.ledger.service.record import record_decision, record_predictions
from ml_insights.ledger.service.verify import verify

__all__ = ["due", "record_decision", "record_outcomes", "record_predictions", "verify"]
