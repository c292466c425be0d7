"""What new orders mean for alerts: the untouched ones end by themselves, the others are marked for their owners."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, update
from sqlmodel import Session, col

from ml_insights.churn import policy, queries
from ml_insights.churn.facts import AlertFact
from ml_insights.churn.queries.alerts import ALERTS
from ml_insights.churn.service import changing
from ml_insights.churn.tables import AlertAct, AlertStatus, ChurnAlert, ChurnAlertEvent, Sign
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.once import hold_rows

ACTOR = "rule:orders"


def settle(session: Session, dataset: Dataset, release_id: int, seen_until: date) -> int:
    """Look at every active alert in the light of a release; how many ended by themselves.

    An open alert that nobody has worked ends when its customer buys again, or when its horizon is over. One that led to
    a contact is only marked: whether the contact kept the customer is for the person to say.
    """
    hold_rows(session, ALERTS.id, ALERTS.dataset == dataset, ALERTS.closed_at.is_(None))
    active = queries.active_customers(session, dataset)
    scores = queries.scores_of(session, release_id, [alert.customer_id for alert in active])
    ended = 0
    for alert in active:
        # Who is silent for long has no score any more.
        last_day = scores[alert.customer_id].last_day if alert.customer_id in scores else alert.as_of
        sign = policy.sign_of(alert.as_of, alert.horizon_days, last_day, seen_until)
        if sign is None or sign == alert.sign:
            continue
        marked = _mark(session, dataset, alert, sign, last_day if sign == Sign.BOUGHT else seen_until)
        reason = policy.by_itself(marked.status, sign)
        if reason is not None:
            changing.move(session, dataset, alert.id, AlertStatus.DISMISSED, ACTOR, reason=reason)
            ended += 1
    return ended


def _mark(session: Session, dataset: Dataset, alert: AlertFact, sign: Sign, day: date) -> AlertFact:
    values = {"sign": sign, "sign_day": day, "version": ChurnAlert.version + 1, "snoozed_until": None}
    values |= {"changed_by": ACTOR, "changed_at": clock.now()}
    session.connection().execute(update(ChurnAlert).where(col(ChurnAlert.id) == alert.id).values(**values))
    event = {"alert_id": alert.id, "at": clock.now(), "actor": ACTOR, "act": AlertAct.SIGN, "note": ""}
    detail = {"sign": sign.value, "day": day.isoformat(), "days": alert.horizon_days}
    session.connection().execute(insert(ChurnAlertEvent).values(**event, detail=detail))
    return queries.alert(session, dataset, alert.id)
