"""The week's list: made with a release, settled when its week is over, marked by those who work it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Row, Update, delete, insert, select, update
from sqlmodel import Session, col

from ml_insights.commerce.queries.baskets import revenue_of
from ml_insights.commerce.queries.rfm import buyers_between
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.company import company
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import in_each
from ml_insights.core.once import LastChange, changed_once, hold_rows
from ml_insights.ledger import queries as ledger
from ml_insights.ledger import service
from ml_insights.propensity import policy, queries, wording
from ml_insights.propensity.errors import MarkedMeanwhile, NoChancesYet, NoteTooLong, NotListed
from ml_insights.propensity.queries import LISTS, PICKS
from ml_insights.propensity.service.predictions import subject_of
from ml_insights.propensity.tables import Mark, PropensityList, PropensityPick

WEEK_DAYS = 7
NOBODY = {"changed_by": "", "changed_at": None, "version": 1, "decision_id": None}
KEPT = timedelta(days=180)
"""How long lists are kept."""


def make_list(session: Session, dataset: Dataset, as_of: date, table: pd.DataFrame, version: str) -> int:
    """Write the list of the week after `as_of` in place of one of the same day; how many are on it.

    table: see `ml.propensity.types.Scored`. What was noted about somebody within the last week stays with them; who
    was not interested within the last month is left out.
    """
    ranked = table[table["revenue_7"] > 0].sort_values(["revenue_7", "chance_7"], ascending=False, kind="stable")
    chosen = policy.listed([str(name) for name in ranked.index], _left_out(session, dataset))
    _hold(session, dataset)
    noted, nothing = _noted(session, dataset), {"mark": Mark.OPEN, "note": "", **NOBODY}
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
            **noted.get(customer, nothing),
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


def mark(
    session: Session,
    dataset: Dataset,
    customer_id: str,
    wanted: Mark,
    note: str,
    by: str,
    *,
    seen: int | None = None,
) -> int:
    """Note what became of a customer of this week's list; the decision's number in the ledger.

    `seen` is the version that the person knows; any where it is None. Who notes the same twice decides once.
    Raises NoChancesYet, NotListed, NoteTooLong, or MarkedMeanwhile.
    """
    if len(note) > policy.LONGEST_NOTE:
        raise NoteTooLong(most=policy.LONGEST_NOTE)
    present = queries.newest_list(session, dataset)
    if present is None:
        raise NoChancesYet
    row = queries.picked(session, present.id, customer_id)
    if row is None:
        raise NotListed(customer=customer_id)
    if (row.mark, row.note, row.changed_by) == (wanted, note, by) and row.decision_id is not None:
        return row.decision_id
    if seen not in (None, row.version):
        raise _marked_meanwhile(row)
    change = _pick(present.id, customer_id).where(col(PropensityPick.version) == row.version)
    noted = {"mark": wanted, "note": note, "changed_by": by, "changed_at": clock.now(), "version": row.version + 1}
    changed_once(session, change.values(**noted), lambda: _overtaken(session, dataset, customer_id))
    subject, model = subject_of(WEEK_DAYS, customer_id), present.model_version
    prediction = ledger.first_prediction(session, dataset, model, subject)
    detail = {"note": note, "list": present.as_of.isoformat()}
    decision = service.record_decision(session, dataset, subject, policy.ACTIONS[wanted], by, prediction, model, detail)
    session.connection().execute(_pick(present.id, customer_id).values(decision_id=decision))
    return decision


def _pick(list_id: int, customer_id: str) -> Update:
    of_list = col(PropensityPick.list_id) == list_id
    return update(PropensityPick).where(of_list, col(PropensityPick.customer_id) == customer_id)


def _overtaken(session: Session, dataset: Dataset, customer_id: str) -> ProductError:
    """Somebody has noted something, or the list was made anew without the customer."""
    present = queries.newest_list(session, dataset)
    row = queries.picked(session, present.id, customer_id) if present else None
    return _marked_meanwhile(row) if row else NotListed(customer=customer_id)


def _marked_meanwhile(row: Row[Any]) -> MarkedMeanwhile:
    note = f" (“{row.note}”)" if row.note else ""
    said = in_each(wording.MARKS[Mark(row.mark)])
    return MarkedMeanwhile(LastChange(row.changed_by, row.changed_at), customer=row.customer_id, mark=said, note=note)


def _hold(session: Session, dataset: Dataset) -> None:
    """What is noted from now on waits for the list that is being made, so that no mark is lost."""
    of_dataset = select(LISTS.id).where(LISTS.dataset == dataset)
    hold_rows(session, PICKS.customer_id, PICKS.list_id.in_(of_dataset), PICKS.bought.is_(None))


def _left_out(session: Session, dataset: Dataset) -> set[str]:
    """Customers of whom somebody noted within the last month that they are not interested."""
    since = clock.now() - policy.RESPECTED
    joined = PICKS.list_id.table.join(LISTS.id.table, LISTS.id == PICKS.list_id)
    query = select(PICKS.customer_id).select_from(joined).where(LISTS.dataset == dataset, PICKS.changed_at > since)
    return set(session.execute(query.where(PICKS.mark == Mark.NOT_INTERESTED)).scalars()) - _fresh(session, dataset)


def _fresh(session: Session, dataset: Dataset) -> set[str]:
    """Who is on the newest list: a mark of this week does not make its customer vanish from it."""
    present = queries.newest_list(session, dataset)
    if present is None or clock.now() - present.made_at > policy.WEEK:
        return set()
    return set(session.execute(select(PICKS.customer_id).where(PICKS.list_id == present.id)).scalars())


def _noted(session: Session, dataset: Dataset) -> dict[str, dict[str, object]]:
    """What was noted within the last week, by customer."""
    names = ("mark", "note", "changed_by", "changed_at", "version", "decision_id")
    joined = PICKS.list_id.table.join(LISTS.id.table, LISTS.id == PICKS.list_id)
    query = select(PICKS.customer_id, *(PICKS[name] for name in names)).select_from(joined)
    recent = query.where(LISTS.dataset == dataset, PICKS.changed_at > clock.now() - policy.WEEK)
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in session.execute(recent.order_by(LISTS.as_of))}
