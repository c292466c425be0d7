"""What can go wrong when somebody asks for segments."""

from ml_insights.core.errors import InsufficientData, ProductError


class NoPurchases(InsufficientData):
    """No customer has bought anything yet, so there are no segments. Import orders that name their customers, or load
    the demo company; nothing was changed."""

    status, code = 409, "no-purchases"


class NoSegmentsYet(ProductError):
    """Segments have not been computed yet. Import orders or load the demo company, then press Recompute on the page of
    segments or run the job “segments”."""

    status, code = 409, "no-segments-yet"


class UnknownSegment(ProductError):
    """There is no segment “{segment}” now. There are: {segments}."""

    status, code = 404, "unknown-segment"


class NotSegmented(ProductError):
    """The customer “{customer}” has no segment: there is no such customer, or no purchase of theirs yet."""

    status, code = 404, "not-segmented"


class NobodyToSegment(ProductError):
    """None of the {rows} usable order lines is a sale to a named customer, so there is nobody to segment. Give orders
    with customer_id and a positive quantity."""

    status, code = 422, "nobody-to-segment"
