"""What can be wrong about prices, in words for who asked."""

from ml_insights.core.errors import InsufficientData, ProductError
from ml_insights.core.once import ChangedMeanwhile


class NoPrices(InsufficientData):
    """There is no whole week with sales to learn prices from yet. Nothing was changed; import orders, or observed
    prices with the quantities that were sold."""

    status, code = 409, "no-prices"


class NoPricesYet(ProductError):
    """No prices have been computed yet. They are computed by themselves once orders or observed prices are in; the page
    of prices says how far that is. Without a running site, the command “compute” does it."""

    status, code = 409, "no-prices-yet"


class UnknownProduct(ProductError):
    """There is no product “{product}” with recent sales. Did you mean: {suggestions}?"""

    status, code = 404, "unknown-product"


class PriceOutOfRange(ProductError):
    """{price} cannot be judged: prices of this product were seen from {lowest} to {highest}. Choose one in between."""

    status, code = 422, "price-out-of-range"


class PriceNotAllowed(ProductError):
    """{price} is outside of what is allowed for this product, {floor} to {ceiling}. Nothing was changed."""

    status, code = 422, "price-not-allowed"


class NoSuchMove(ChangedMeanwhile):
    """{person} has decided on the price of “{product}” already{moment}. Nothing was overwritten: look at it as it is
    now, and decide again."""

    code = "no-such-move"


class BadDay(ProductError):
    """{day} cannot be the day of a new price: choose one from tomorrow on, at most a year ahead."""

    status, code = 422, "bad-day"


class BadStep(ProductError):
    """A suggestion moves a price by {lowest} to {highest} %. Nothing was changed; choose a share in between."""

    status, code = 422, "bad-step"


class LimitsChanged(ChangedMeanwhile):
    """{person} has set the limits of “{product}” in the meantime{moment}: from {floor} to {ceiling}, margin {margin}.
    Nothing was overwritten: save again if yours are to hold."""

    code = "limits-changed"


class BadLimits(ProductError):
    """These limits cannot be kept: the floor must be above 0 and below the ceiling, the margin from 0 to 95 %."""

    status, code = 422, "bad-limits"
