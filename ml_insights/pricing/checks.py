"""What the doctor asks of prices."""

from ml_insights.commerce.queries import active_dataset, counts, data_version
from ml_insights.core.database import reading
from ml_insights.core.doctor import Finding, Status
from ml_insights.pricing.queries import current_release

COMPUTE = "Run: python -m ml_insights jobs run prices"


def prices() -> Finding:
    """Do the prices that people see stand on the sales that there are?"""
    with reading() as session:
        dataset = active_dataset(session)
        release = current_release(session, dataset)
        version, lines = data_version(session, dataset), counts(session, dataset).order_lines
    if release is None:
        return Finding(Status.WARNING, "Not computed yet.", COMPUTE) if lines else Finding(Status.OK, "No orders yet.")
    message = f"{release.answered} of {release.products} products have an elasticity, from weeks up to {release.as_of}"
    if release.data_version != version:
        return Finding(Status.WARNING, f"{message}; the orders have changed since.", COMPUTE)
    return Finding(Status.OK, f"{message}.")
