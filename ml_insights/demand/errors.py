"""What can go wrong when somebody asks for a forecast."""

from ml_insights.core.errors import InsufficientData, ProductError
from ml_insights.core.once import ChangedMeanwhile


class HorizonOutOfRange(ProductError):
    """A forecast reaches from {lowest} to {highest} days ahead, not {days}. Ask for a number of days within that."""

    status, code = 422, "horizon-out-of-range"


class MonthsOutOfRange(ProductError):
    """A forecast reaches from {lowest} to {highest} calendar months ahead, not {months}. Ask for as many as that or
    fewer."""

    status, code = 422, "months-out-of-range"


class UnknownSeries(ProductError):
    """There is no series “{series}”. Closest names: {suggestions}. Search for part of its name to find it."""

    status, code = 404, "unknown-series"


class NoForecastYet(ProductError):
    """No forecast has been computed yet. It is computed by itself once orders are in; the page of the forecast says how
    far that is. Without a running site, the command "compute" does it."""

    status, code = 409, "no-forecast-yet"


class NothingOnThatDay(ProductError):
    """The history of the series “{series}” does not hold {day}, so nothing changed. Choose one of its past days."""

    status, code = 422, "nothing-on-that-day"


class NotEnoughOrders(InsufficientData):
    """None of the {series} series can be forecast yet: they are too short or empty, or no more was sold than came back.
    The forecast that was there before is unchanged; import a longer history of orders."""

    status, code = 422, "not-enough-orders"


class NothingToEvaluate(ProductError):
    """None of the {series} series can be forecast when its last {horizon} steps are held out. {file} says why for each;
    hold out fewer steps, or give longer series."""

    status, code = 422, "nothing-to-evaluate"


class OrderedMeanwhile(ChangedMeanwhile):
    """{person} has ordered {quantity} of “{product}” in the meantime{moment}. Nothing was written: order again if that
    is not enough."""

    code = "ordered-meanwhile"
