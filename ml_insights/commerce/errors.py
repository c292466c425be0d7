"""What can be wrong with what is asked of the commerce tables."""

from ml_insights.core.errors import InsufficientData, ProductError


class NoOrders(InsufficientData):
    """There are no orders of a whole day among your data yet, and this is made from orders. Nothing was changed; import
    your orders."""

    status, code = 409, "no-orders"


class NoCustomersNamed(InsufficientData):
    """None of your orders names its customer, and this is made from what each customer bought. Nothing was changed;
    import orders with a column that names the customer."""

    status, code = 409, "no-customers-named"


class NobodyLeft(ProductError):
    """Only the demo company's admin can sign in, and would go with it. Nothing was removed. Make yourself admin first:
    open the one-time link that the start printed, or run python -m ml_insights users setup-link."""

    status, code = 409, "nobody-left"


class DataUndone(ProductError):
    """An import was undone while this was being computed from its rows. Nothing was published; compute it again, from
    the rows that there are now."""

    status, code = 409, "data-undone"
