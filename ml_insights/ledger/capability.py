"""What the ledger slice brings to the product."""

from ml_insights.core.capability import Capability

CAPABILITY = Capability(name="ledger", tables="ml_insights.ledger.tables:LedgerBlock")
