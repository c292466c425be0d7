"""What the doctor asks of route costs."""

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.database import reading
from ml_insights.core.doctor import Finding, Status
from ml_insights.logistics.queries import count_deliveries, current_release

COMPUTE = "Run: python -m ml_insights jobs run route-cost"


def route_costs() -> Finding:
    """Has a model been trained on the deliveries that there are?"""
    with reading() as session:
        dataset = active_dataset(session)
        release, rows = current_release(session, dataset), count_deliveries(session, dataset)
    if release is None:
        return Finding(Status.WARNING, "No model yet.", COMPUTE) if rows else Finding(Status.OK, "No deliveries yet.")
    return Finding(Status.OK, f"{release.model_version}, from {rows} deliveries up to {release.as_of}.")
