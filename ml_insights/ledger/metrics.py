"""The ledger's figures for Prometheus."""

from collections.abc import Iterable
from datetime import timedelta

from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.company import company
from ml_insights.core.metrics import Metric
from ml_insights.ledger import queries

WEEKS = 4
SCORES = ("mase", "wape", "coverage_80", "coverage_95", "brier", "auc")


def metrics(session: Session) -> Iterable[Metric]:
    """How much is predicted, and how right it was."""
    hourly = queries.predictions_last_hour(session)
    yield Metric(
        "ai_predictions_per_hour",
        "Live predictions written in the last hour.",
        "gauge",
        [({"dataset": dataset, "model": model}, count) for (dataset, model), count in hourly.items()],
    )
    since = clock.now().astimezone(company().zone).date() - timedelta(weeks=WEEKS)
    samples = []
    for dataset, model in hourly:
        found = queries.accuracy_since(session, Dataset(dataset), model, since, purpose="live")
        scores = {name: getattr(found, name) for name in SCORES} if found else {}
        samples += [
            ({"dataset": dataset, "model": model, "score": name}, value)
            for name, value in scores.items()
            if value is not None
        ]
    yield Metric("ai_model_accuracy", f"Scores of what matured in the last {WEEKS} weeks.", "gauge", samples)
