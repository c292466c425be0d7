"""Who hears of the week's list: those who sell, and managers, once per list."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from ml_insights.accounts import queries as accounts
from ml_insights.accounts.facts import Person
from ml_insights.commerce.queries.reach import old_orders
from ml_insights.commerce.tables import Dataset
from ml_insights.core.access import Role
from ml_insights.core.formats import day, money
from ml_insights.core.i18n import LANGUAGES, N_
from ml_insights.notifications.service import tell_person
from ml_insights.propensity import queries
from ml_insights.propensity.facts import ListFact, PickFact
from ml_insights.registry.queries import ranking

ROUTE = "/ml-insights/propensity"
TITLE = N_("Likely buyers this week: {count}")
BODY = N_("{expected} of them are expected to order until {day}, for {amount}. First: {first}.")
TOLD = (Role.SALES, Role.MANAGER)


def tell_sellers(session: Session, dataset: Dataset) -> int:
    """Tell of the newest list; how many were told. Nobody is told twice of the same one, nor of a week long past,
    nor of one whose order is no better than chance."""
    present, release = queries.newest_list(session, dataset), queries.current_release(session, dataset)
    if present is None or release is None or not present.size or old_orders(session, dataset):
        return 0
    ranked = ranking(session, release.model_version, release.dataset)
    picks = queries.picks(session, release, present.id)
    if not picks or (ranked is not None and ranked.by_chance):
        return 0
    people = [person for person in accounts.people(session) if _concerned(person, dataset)]
    return sum(_tell(session, dataset, present, picks, person) for person in people)


def _concerned(person: Person, dataset: Dataset) -> bool:
    """Invented people hear of the invented company alone."""
    return person.active and person.role in TOLD and (dataset == Dataset.DEMO or not person.is_demo)


def _tell(session: Session, dataset: Dataset, present: ListFact, picks: list[PickFact], person: Person) -> int:
    until = present.as_of + timedelta(days=7)
    revenue = sum(pick.score.revenue_7 for pick in picks)
    return tell_person(
        session,
        person.user_id,
        TITLE,
        BODY,
        route=ROUTE,
        key=f"propensity/{present.as_of.isoformat()}",
        dataset=dataset.value,
        count=len(picks),
        expected=round(present.expected),
        amount={language: money(revenue, language) for language in LANGUAGES},
        first=picks[0].score.label,
        day={language: day(until, language) for language in LANGUAGES},
    )
