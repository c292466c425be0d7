"""What can go wrong when somebody asks for a customer."""

from ml_insights.core.errors import ProductError


class UnknownCustomer(ProductError):
    """There is no customer “{customer}” in the data. Check the number, or look for the name in the list of
    customers."""

    status, code = 404, "unknown-customer"
