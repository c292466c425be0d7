"""What the demo company's sales people do about churn alerts on a day of its past. Callers commit."""

from __future__ import annotations

from zlib import crc32

from sqlmodel import Session

from ml_insights.accounts import queries as accounts
from ml_insights.churn import policy, queries
from ml_insights.churn.facts import AlertFact
from ml_insights.churn.queries.alerts import raised_from, today
from ml_insights.churn.service import changing
from ml_insights.churn.service.raising import raise_alerts
from ml_insights.churn.service.telling import tell
from ml_insights.churn.tables import AlertStatus, DismissReason
from ml_insights.commerce.tables import Dataset
from ml_insights.core.company import company

DEMO = Dataset.DEMO
HABITS = 10
CONTACTED, DISMISSED = 6, 7
"""Of ten alerts six are worked within days and one is put aside; the rest waits."""


def work(session: Session) -> None:
    """Raise what the newest scores ask for, say what came of earlier contacts, and work what was raised before today.

    Whether a customer was kept or lost is what the orders show; nobody decides that here.
    """
    release = queries.current_release(session, DEMO)
    if release is None:
        return
    if not raised_from(session, DEMO, release.id):
        tell(session, DEMO, raise_alerts(session, DEMO))
    addresses = {person.user_id: person.email for person in accounts.people(session)}
    for alert in queries.active_customers(session, DEMO):
        person = addresses.get(alert.owner_id or 0)
        if person is not None and alert.created_at.astimezone(company().zone).date() < today():
            _see_to(session, alert, person)


def _see_to(session: Session, alert: AlertFact, person: str) -> None:
    came = policy.suggested(alert.status, alert.sign)
    habit = crc32(f"{alert.id}/{alert.customer_id}".encode()) % HABITS
    if came is not None:
        changing.move(session, DEMO, alert.id, came, person)
    elif alert.status == AlertStatus.OPEN and habit < CONTACTED:
        changing.move(session, DEMO, alert.id, AlertStatus.CONTACTED, person)
    elif alert.status == AlertStatus.OPEN and habit < DISMISSED:
        changing.move(session, DEMO, alert.id, AlertStatus.DISMISSED, person, reason=DismissReason.IN_TOUCH)
