"""What the doctor asks of churn."""

from ml_insights.churn import queries
from ml_insights.commerce.queries import active_dataset, counts, data_version
from ml_insights.core.database import reading
from ml_insights.core.doctor import Finding, Status

COMPUTE = "Run the job “churn-alerts” on the page Jobs, or: python -m ml_insights jobs run churn-alerts"


def scores() -> Finding:
    """Do the scores that people see stand on the orders that there are?"""
    with reading() as session:
        dataset = active_dataset(session)
        release = queries.current_release(session, dataset)
        version, lines = data_version(session, dataset), counts(session, dataset).order_lines
    if release is None:
        return Finding(Status.WARNING, "Nobody scored yet.", COMPUTE) if lines else Finding(Status.OK, "No orders yet.")
    message = f"{release.customers} customers scored on {release.computed_at:%Y-%m-%d}, as of {release.as_of}"
    if release.data_version != version:
        return Finding(Status.OK, f"{message}; newer orders count from the next run on.")
    return Finding(Status.OK, f"{message}.")
