"""What can go wrong with the ledger."""

from ml_insights.core.errors import ProductError


class UnknownPrediction(ProductError):
    """The ledger of this data set has no prediction {prediction}. Nothing was recorded; the ledger is as it was."""

    status, code = 422, "unknown-prediction"


class NothingKnown(ProductError):
    """The ledger holds nothing about “{subject}”. Check the spelling: subjects look like “units/product/85123A”."""

    status, code = 404, "nothing-known"
