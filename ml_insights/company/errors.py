"""What can be wrong with how a company is set up."""

from ml_insights.core.errors import ProductError


class UnknownCurrency(ProductError):
    """“{currency}” is no currency that is in use. Choose one from the list; nothing was changed."""

    status, code = 422, "unknown-currency"


class UnknownCountry(ProductError):
    """“{country}” is no country's code. Choose one from the list; nothing was changed."""

    status, code = 422, "unknown-country"


class UnknownCompanyZone(ProductError):
    """“{zone}” is no time zone. Choose one from the list; nothing was changed."""

    status, code = 422, "unknown-company-zone"


class UnnamedClosing(ProductError):
    """Closing days need a name of at most {most} characters, such as “Stocktaking”. Nothing was added."""

    status, code = 422, "unnamed-closing"


class BadClosingDays(ProductError):
    """From {first} to {last} is no span of closing days: they begin before they end and last at most {most} days.
    Nothing was added."""

    status, code = 422, "bad-closing-days"


class NeverOpen(ProductError):
    """A company that is closed on all seven days sells nothing. Leave one of them open; nothing was changed."""

    status, code = 422, "never-open"


class SetUpMeanwhile(ProductError):
    """Somebody else has changed the company meanwhile. What they chose is shown now; change it again if need be."""

    status, code = 409, "set-up-meanwhile"


class AmountsThere(ProductError):
    """The company has amounts in {before} already, which would be called {after} without being converted. Nothing was
    changed; say what {after} is worth, or change the currency under Administration → Company."""

    status, code = 409, "amounts-there"
