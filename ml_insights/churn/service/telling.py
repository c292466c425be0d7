"""Who hears of new alerts: their owners, and the managers."""

from __future__ import annotations

from collections import defaultdict

from sqlmodel import Session

from ml_insights.accounts import queries as accounts
from ml_insights.churn.facts import AlertFact
from ml_insights.churn.service.raising import Raised
from ml_insights.commerce.tables import Dataset
from ml_insights.core.access import Role
from ml_insights.core.formats import day, money
from ml_insights.core.i18n import LANGUAGES, N_
from ml_insights.notifications.service import tell_person
from ml_insights.notifications.tables import Kind

ROUTE = "/ml-insights/churn"
OWNED = N_("Customers to call: {count}")
OWNED_BODY = N_("{amount} of their revenue is at risk. First: {first}. Due on {day}.")
SUMMARY = N_("New churn alerts: {count}")
SUMMARY_BODY = N_(
    "{amount} of revenue is at risk, shared among {owners, plural, one {# person} other {# people}}; "
    "{unowned, plural, one {# has} other {# have}} no owner yet."
)


def tell(session: Session, dataset: Dataset, raised: Raised) -> int:
    """Tell each owner of their new alerts, and managers of all of them, once; how many were told."""
    if not raised.alerts:
        return 0
    owned: dict[int, list[AlertFact]] = defaultdict(list)
    for alert in raised.alerts:
        if alert.owner_id is not None:
            owned[alert.owner_id].append(alert)
    told = sum(_tell_owner(session, dataset, raised.release.id, owner, alerts) for owner, alerts in owned.items())
    managers = [
        person.user_id
        for person in accounts.people(session)
        if person.active and person.role == Role.MANAGER and (dataset == Dataset.DEMO or not person.is_demo)
    ]
    return told + sum(_tell_manager(session, dataset, raised, person, len(owned)) for person in managers)


def _tell_owner(session: Session, dataset: Dataset, release: int, owner: int, alerts: list[AlertFact]) -> int:
    due = min((alert.due_on for alert in alerts if alert.due_on), default=None)
    return tell_person(
        session,
        owner,
        OWNED,
        OWNED_BODY,
        route=f"{ROUTE}?owner=me",
        kind=Kind.WARNING,
        key=f"churn-alerts/{release}",
        dataset=dataset.value,
        count=len(alerts),
        amount=_amounts(alerts),
        first=alerts[0].label,
        day={language: day(due, language) if due else "–" for language in LANGUAGES},
    )


def _tell_manager(session: Session, dataset: Dataset, raised: Raised, person: int, owners: int) -> int:
    return tell_person(
        session,
        person,
        SUMMARY,
        SUMMARY_BODY,
        route=ROUTE,
        key=f"churn-summary/{raised.release.id}",
        dataset=dataset.value,
        count=len(raised.alerts),
        amount=_amounts(raised.alerts),
        owners=owners,
        unowned=sum(alert.owner_id is None for alert in raised.alerts),
    )


def _amounts(alerts: list[AlertFact] | tuple[AlertFact, ...]) -> dict[str, str]:
    total = sum(alert.at_risk for alert in alerts)
    return {language: money(total, language) for language in LANGUAGES}
