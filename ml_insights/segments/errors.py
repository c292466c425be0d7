"""What can go wrong when somebody asks for segments."""

from ml_insights.core.errors import InsufficientData, ProductError


class NoPurchases(InsufficientData):
    """The customers whom your orders name have only given things back, so there are no segments. Nothing was changed;
    import orders with what they bought."""

    status, code = 409, "no-purchases"


class NoSegmentsYet(ProductError):
    """Segments have not been computed yet. They are computed by themselves once orders that name their customers are
    in; the page of segments says how far that is. Without a running site, the command “compute” does it."""

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
