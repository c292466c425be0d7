"""What can go wrong when somebody asks what a route costs."""

from ml_insights.core.errors import InsufficientData, ProductError
from ml_insights.core.once import ChangedMeanwhile


class NoDeliveries(InsufficientData):
    """There are no deliveries among your data to learn from. Nothing was changed; import a file of deliveries with what
    each one cost."""

    status, code = 409, "no-deliveries"


class NotEnoughDeliveries(InsufficientData):
    """There {rows, plural, one {is # delivery} other {are # deliveries}} with a cost above zero, and at least {least}
    are needed. Nothing was changed; import more deliveries."""

    status, code = 422, "not-enough-deliveries"


class NoModelYet(ProductError):
    """No model of route costs has been trained yet. That happens by itself once deliveries are in; the page of routes
    says how far it is. Without a running site, the command “compute” does it."""

    status, code = 409, "no-route-model"


class UnknownVehicle(ProductError):
    """No delivery was made with a vehicle of type “{vehicle}”. The known types are: {choices}."""

    status, code = 422, "unknown-vehicle"


class BadRoute(ProductError):
    """{field} cannot be {value}. Give a number of zero or more."""

    status, code = 422, "bad-route"


class UnknownRoute(ProductError):
    """There is no route “{route}” with stops. Check its number, or import its stops."""

    status, code = 404, "unknown-route"


class UnknownEstimate(ProductError):
    """There is no saved estimate of route “{route}”. Save one first."""

    status, code = 404, "unknown-estimate"


class RouteTaken(ProductError):
    """Route “{route}” has been driven already, so an estimate of it would come too late. Choose another number."""

    status, code = 409, "route-taken"


class RouteSaved(ChangedMeanwhile):
    """{person} has saved another estimate of route “{route}” in the meantime{moment}. Nothing was overwritten: look
    at it as it is now, and decide again."""

    code = "route-saved"


class RouteAccepted(ChangedMeanwhile):
    """{person} has decided already how route “{route}” is driven{moment}: with {vehicle}. Nothing was overwritten; save
    another estimate of it to change that."""

    code = "route-accepted"


class ImpossibleStops(ProductError):
    """The stops cannot be put in order: {reason}. Nothing was changed; mend them and try again."""

    status, code = 422, "impossible-stops"
