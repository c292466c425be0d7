"""What the site says above every page while a champion is worse than it promised."""

from __future__ import annotations

from sqlmodel import Session

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.capability import Notice
from ml_insights.core.i18n import N_, in_each
from ml_insights.registry import queries as registered
from ml_insights.retraining import queries
from ml_insights.retraining.policy import MONITOR_ROUTE
from ml_insights.retraining.service.models import retrainable


def decayed(session: Session) -> Notice | None:
    """The first champion whose live error is above the promised one beyond noise."""
    dataset = active_dataset(session).value
    for name, spec in retrainable().items():
        champion, watch = registered.champion(session, name, dataset), queries.latest_watch(session, name, dataset)
        if champion and watch and watch.decayed and watch.version == champion.version:
            return Notice(
                "warning",
                N_("{model} has become less accurate than it promised."),
                {"model": in_each(spec.title)},
                route=f"{MONITOR_ROUTE}?model={name}",
                action=N_("Look at it"),
            )
    return None
