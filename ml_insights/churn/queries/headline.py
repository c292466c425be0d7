"""The figures at the top of the page, and of the overview's card."""

from __future__ import annotations

from sqlalchemy import case, func, select
from sqlmodel import Session

from ml_insights.churn.facts import Headline
from ml_insights.churn.queries.alerts import ALERTS, today
from ml_insights.churn.queries.rules import rules
from ml_insights.churn.queries.scores import at_risk, releases
from ml_insights.churn.tables import AlertStatus
from ml_insights.commerce.tables import Dataset
from ml_insights.registry.queries import ranking


def headline(session: Session, dataset: Dataset) -> Headline | None:
    """Everything that the page says at its top; None before the first scores."""
    newest = releases(session, dataset, 2)
    if not newest:
        return None
    release, before = newest[0], newest[1] if len(newest) > 1 else None
    if before is not None and before.horizon_days != release.horizon_days:
        before = None  # who may leave within a month is no fewer of those who may within a season
    present = rules(session, dataset, release.order_value)
    least = present.economics.least_at_risk
    active, asleep = ALERTS.closed_at.is_(None), func.coalesce(ALERTS.snoozed_until > today(), False)
    overdue = active & ~asleep & (ALERTS.due_on < today())
    todo = active & ~asleep
    saved = ALERTS.status == AlertStatus.RETAINED
    contacted = ALERTS.contacted_at.is_not(None)
    sums = [_sum(one) for one in (todo, overdue, active & asleep, contacted, saved)]
    kept, waiting = (func.coalesce(func.sum(case((one, ALERTS.at_risk), else_=0.0)), 0.0) for one in (saved, todo))
    waits, late, sleeping, called, retained, revenue, risk = session.execute(
        select(*sums, kept, waiting).where(ALERTS.dataset == dataset)
    ).one()
    return Headline(
        release=release,
        now=at_risk(session, release.id, least),
        before=at_risk(session, before.id, least) if before else None,
        before_as_of=before.as_of if before else None,
        todo=int(waits),
        overdue=int(late),
        snoozed=int(sleeping),
        contacted=int(called),
        saved=int(retained),
        saved_revenue=float(revenue),
        rules=present,
        todo_at_risk=float(risk),
        ranking=ranking(session, release.model_version, release.dataset),
    )


def _sum(condition: object):
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)  # pyright: ignore[reportArgumentType]
