"""What can go wrong with chances of purchase, as a person reads it."""

from ml_insights.core.errors import InsufficientData, ProductError
from ml_insights.core.once import ChangedMeanwhile


class NoChancesYet(ProductError):
    """Nobody's chances have been computed yet. That happens by itself once orders that name their customers are in; the
    page of likely buyers says how far it is. Without a running site, the command “compute” does it."""

    status, code = 409, "no-chances"


class TooLittleHistory(InsufficientData):
    """The orders of {days, plural, one {# day} other {# days}} by {customers, plural, one {# customer} other
    {# customers}} are too few to learn who buys again: {least} days are needed, and some dozens of customers. What
    was there before is unchanged; import a longer history."""

    status, code = 422, "too-little-history"


class NothingBought(InsufficientData):
    """The customers whom your orders name have only given things back, so nobody's next purchase can be told. Nothing
    was changed; import orders with what they bought."""

    status, code = 409, "nothing-bought"


class ListByChance(ProductError):
    """Whom to call this week cannot be told: on customers' purchases that it had not seen, the order of the list was no
    better than drawing lots (AUC {auc}, of which {least} is certain; 0.50 is chance). Nothing was changed; it is tried
    again with newer orders. Each customer's chance is still told."""

    status, code = 409, "list-no-better-than-chance"


class MarkedMeanwhile(ChangedMeanwhile):
    """{person} has noted what became of {customer} in the meantime{moment}: {mark}{note}. Nothing was overwritten: look
    at it as it is now, and decide again."""

    code = "marked-meanwhile"


class NotListed(ProductError):
    """{customer} is not on this week's list. Nothing was changed; load the page again to see the present list."""

    status, code = 404, "not-listed"


class NoteTooLong(ProductError):
    """The note has more than {most} characters. Nothing was changed; shorten it and save again."""

    status, code = 422, "note-too-long"


class NothingToEvaluate(ProductError):
    """{days} days from {cutoff} cannot be tested: {reason}. Choose another cutoff or horizon, or give more orders."""

    status, code = 422, "nothing-to-evaluate"
