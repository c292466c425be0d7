"""What the doctor asks of the demand forecast."""

from ml_insights.commerce.queries import active_dataset, counts, data_version
from ml_insights.core.database import reading
from ml_insights.core.doctor import Finding, Status
from ml_insights.demand.queries import current_release

COMPUTE = "Run: python -m ml_insights forecast --recompute"


def forecast() -> Finding:
    """Does the forecast that people see stand on the orders that there are?"""
    with reading() as session:
        dataset = active_dataset(session)
        release = current_release(session, dataset)
        version, lines = data_version(session, dataset), counts(session, dataset).order_lines
    if release is None:
        return Finding(Status.WARNING, "Not computed yet.", COMPUTE) if lines else Finding(Status.OK, "No orders yet.")
    message = f"Computed on {release.computed_at:%Y-%m-%d}, from orders up to {release.data_until}"
    if release.data_version != version:
        return Finding(Status.WARNING, f"{message}; the orders have changed since.", COMPUTE)
    return Finding(Status.OK, f"{message}.")
