"""What the doctor asks of commerce."""

from ml_insights.commerce import queries
from ml_insights.commerce.queries.reach import old_orders
from ml_insights.commerce.tables import Dataset
from ml_insights.core.database import reading
from ml_insights.core.doctor import Finding, Status


def orders() -> Finding:
    """Is there anything to forecast, and whose is it?"""
    with reading() as session:
        dataset = queries.active_dataset(session)
        found, old = queries.counts(session, dataset), old_orders(session, dataset)
    if found.last is None:
        return Finding(Status.NOTE, "There are no orders.", "Import yours, or run: python -m ml_insights demo load")
    message = f"{found.order_lines:,} order lines, the last of {found.last:%Y-%m-%d}"
    if dataset == Dataset.DEMO:
        return Finding(Status.NOTE, f"{message}, all of the demo company.", "Import your own orders to replace it.")
    if old:
        return Finding(
            Status.WARNING, f"{message}: newer ones are missing, so no alerts are raised.", "Import newer orders."
        )
    return Finding(Status.OK, f"{message}.")
