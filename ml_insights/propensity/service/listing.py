"""The week's list: made with a release, settled when its week is over, marked by those who work it."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, col

from ml_insights.commerce.queries.baskets import revenue_of
from ml_insights.commerce.queries.rfm import buyers_between
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.company import company
from ml_insights.ledger import queries as ledger
from ml_insights.ledger import service
from ml_insights.propensity import policy, queries
from ml_insights.propensity.errors import NoChancesYet, NoteTooLong, NotListed
from ml_insights.propensity.queries import LISTS, PICKS
from ml_insights.propensity.service.predictions import subject_of
from ml_insights.propensity.tables import Mark, PropensityList, PropensityPick

WEEK_DAYS = 7
KEPT = timedelta(days=180)
"""How long lists are kept."""


def make_list(session: Session, dataset: Dataset, as_of: date, table: pd.DataFrame, version: str) -> int:
    """Write the list of the week after `as_of` in place of one of the same day; how many are on it.

    table: see `ml.propensity.types.Scored`. What was noted about somebody within the last week stays with them; who
    was not interested within the last month is left out.
    """
    ranked = table[table["revenue_7"] > 0].sort_values(["revenue_7", "chance_7"], ascending=False, kind="stable")
    chosen = policy.listed([str(name) for name in ranked.index], _left_out(session, dataset))
    noted = _noted(session, dataset)
    session.connection().execute(
        delete(PropensityList).where(col(PropensityList.dataset) == dataset, col(PropensityList.as_of) == as_of)
    )
    session.connection().execute(
        delete(PropensityList).where(col(PropensityList.dataset) == dataset, col(PropensityList.as_of) < as_of - KEPT)
    )
    made = PropensityList(
        dataset=dataset,
        as_of=as_of,
        model_version=version,
        made_at=clock.now(),
        customers=len(table),
        expected=float(ranked.loc[chosen, "chance_7"].sum()) if chosen else 0.0,
    )
    session.add(made)
    session.flush()
    figures = ranked.loc[chosen, ["chance_7", "revenue_7"]].to_dict("records")
    rows = [
        {
            "list_id": made.id,
            "customer_id": customer,
            "rank": rank,
            **{str(name): value for name, value in figures[rank - 1].items()},
            **noted.get(
                customer, {"mark": Mark.OPEN, "note": "", "marked_by": "", "marked_at": None, "decision_id": None}
            ),
        }
        for rank, customer in enumerate(chosen, start=1)
    ]
    if rows:
        session.connection().execute(insert(PropensityPick), rows)
    return len(rows)


def settle(session: Session, dataset: Dataset, as_of: date) -> int:
    """Note what came of lists whose week is over by the end of `as_of`; how many they were."""
    zone, found = company().zone, queries.unsettled_lists(session, dataset, as_of)
    for one in found:
        until = one.as_of + timedelta(days=WEEK_DAYS)
        bought = buyers_between(session, dataset, zone, one.as_of, until)
        chosen = set(session.execute(select(PICKS.customer_id).where(PICKS.list_id == one.id)).scalars())
        hits = sorted(chosen & bought)
        of_list = col(PropensityPick.list_id) == one.id
        is_hit = col(PropensityPick.customer_id).in_(hits)
        session.connection().execute(update(PropensityPick).where(of_list).values(bought=False))
        session.connection().execute(update(PropensityPick).where(of_list, is_hit).values(bought=True))
        revenue = revenue_of(session, dataset, zone, hits, one.as_of, until)
        told = update(PropensityList).where(col(PropensityList.id) == one.id)
        session.connection().execute(told.values(hits=len(hits), buyers=len(bought), revenue=revenue))
    return len(found)


def mark(session: Session, dataset: Dataset, customer_id: str, wanted: Mark, note: str, by: str) -> int:
    """Note what became of a customer of this week's list; the decision's number in the ledger.

    Raises NoChancesYet, NotListed or NoteTooLong.
    """
    if len(note) > policy.LONGEST_NOTE:
        raise NoteTooLong(most=policy.LONGEST_NOTE)
    present = queries.newest_list(session, dataset)
    if present is None:
        raise NoChancesYet
    if queries.picked(session, present.id, customer_id) is None:
        raise NotListed(customer=customer_id)
    subject, model = subject_of(WEEK_DAYS, customer_id), present.model_version
    prediction = ledger.first_prediction(session, dataset, model, subject)
    detail = {"note": note, "list": present.as_of.isoformat()}
    decision = service.record_decision(session, dataset, subject, policy.ACTIONS[wanted], by, prediction, model, detail)
    session.connection().execute(
        update(PropensityPick)
        .where(col(PropensityPick.list_id) == present.id, col(PropensityPick.customer_id) == customer_id)
        .values(mark=wanted, note=note, marked_by=by, marked_at=clock.now(), decision_id=decision)
    )
    return decision


def _left_out(session: Session, dataset: Dataset) -> set[str]:
    """Customers of whom somebody noted within the last month that they are not interested."""
    since = clock.now() - policy.RESPECTED
    joined = PICKS.list_id.table.join(LISTS.id.table, LISTS.id == PICKS.list_id)
    query = select(PICKS.customer_id).select_from(joined).where(LISTS.dataset == dataset, PICKS.marked_at > since)
    return set(session.execute(query.where(PICKS.mark == Mark.NOT_INTERESTED)).scalars()) - _fresh(session, dataset)


def _fresh(session: Session, dataset: Dataset) -> set[str]:
    """Who is on the newest list: a mark of this week does not make its customer vanish from it."""
    present = queries.newest_list(session, dataset)
    if present is None or clock.now() - present.made_at > policy.WEEK:
        return set()
    return set(session.execute(select(PICKS.customer_id).where(PICKS.list_id == present.id)).scalars())


def _noted(session: Session, dataset: Dataset) -> dict[str, dict[str, object]]:
    """What was noted within the last week, by customer."""
    names = ("mark", "note", "marked_by", "marked_at", "decision_id")
    joined = PICKS.list_id.table.join(LISTS.id.table, LISTS.id == PICKS.list_id)
    query = select(PICKS.customer_id, *(PICKS[name] for name in names)).select_from(joined)
    recent = query.where(LISTS.dataset == dataset, PICKS.marked_at > clock.now() - policy.WEEK)
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in session.execute(recent.order_by(LISTS.as_of))}
