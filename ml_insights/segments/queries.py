"""Reads of segments, their members and movements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlmodel import Session, SQLModel

from ml_insights.commerce.queries import CUSTOMERS
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Published
from ml_insights.core.listing import Order, every_row, holding, window
from ml_insights.segments.facts import EvidenceFact, GroupFact, MemberFact, MemberStory, MoveFact, ReleaseFact
from ml_insights.segments.tables import SegmentGroup, SegmentMember, SegmentMove, SegmentRelease

RELEASES, GROUPS, MOVES, MEMBERS = (
    SQLModel.metadata.tables[str(table.__tablename__)].c
    for table in (SegmentRelease, SegmentGroup, SegmentMove, SegmentMember)
)
ANY, MOVED, FIRST = "any", "moved", "first"
"""Where members come from: anywhere, another segment, or not a customer yet; else a segment's key."""
NAMES = frozenset(field.name for field in fields(MemberFact))
SORTABLE: dict[str, ColumnElement[Any]] = {
    "customer_id": MEMBERS.customer_id,
    "name": MEMBERS.label,
    "recency": MEMBERS.recency,
    "orders": MEMBERS.orders,
    "revenue": MEMBERS.revenue,
    "average_order": MEMBERS.average_order,
}


@dataclass(frozen=True)
class Wanted:
    """Which members, in which order. came_from: ANY, MOVED, FIRST or a segment's key."""

    segment: str = ""
    came_from: str = ANY
    search: str = ""
    sort: str = "revenue"
    descending: bool = True


def current_release(session: Session, dataset: Dataset) -> ReleaseFact | None:
    """The segments that pages show; None before the first."""
    names = [field.name for field in fields(ReleaseFact)]
    query = select(*(RELEASES[name] for name in names)).where(RELEASES.dataset == dataset)
    row = session.execute(query.order_by(RELEASES.id.desc()).limit(1)).mappings().first()
    if row is None:
        return None
    evidence = tuple(EvidenceFact(**one) for one in row["evidence"])
    months = tuple(date.fromisoformat(month) for month in row["months"])
    return ReleaseFact(**{**row, "evidence": evidence, "months": months})


def published(session: Session, dataset: Dataset) -> Published | None:
    """The state of the data that the present segments were made from; None before the first."""
    columns = (RELEASES.data_version, RELEASES.as_of)
    newest = select(*columns).where(RELEASES.dataset == dataset).order_by(RELEASES.id.desc()).limit(1)
    row = session.execute(newest).first()
    return Published(row.data_version, row.as_of) if row else None


def previous_model(session: Session, dataset: Dataset) -> dict[str, Any] | None:
    """The model that made the present segments, as JSON."""
    query = select(RELEASES.model).where(RELEASES.dataset == dataset)
    return session.scalar(query.order_by(RELEASES.id.desc()).limit(1))


def scatter(session: Session, release_id: int) -> list[list[Any]]:
    """The sample of members that is drawn; see `SegmentRelease.scatter`."""
    return session.scalar(select(RELEASES.scatter).where(RELEASES.id == release_id)) or []


def groups(session: Session, release_id: int) -> list[GroupFact]:
    """The segments, the best first."""
    names = [field.name for field in fields(GroupFact)]
    query = select(*(GROUPS[name] for name in names)).where(GROUPS.release_id == release_id)
    return [GroupFact(**row) for row in session.execute(query.order_by(GROUPS.place)).mappings()]


def months(session: Session, release_id: int) -> list[date]:
    """Months with movements, the newest first."""
    query = select(MOVES.month).where(MOVES.release_id == release_id).distinct()
    return sorted(session.scalars(query), reverse=True)


def moves(session: Session, release_id: int, month: date) -> list[MoveFact]:
    """Who went where in the month that ended on `month`; those who stayed too."""
    query = select(MOVES.came_from, MOVES.went_to, MOVES.customers)
    query = query.where(MOVES.release_id == release_id, MOVES.month == month)
    return [MoveFact(*row) for row in session.execute(query)]


def members(
    session: Session, dataset: Dataset, release_id: int, wanted: Wanted, limit: int, offset: int = 0
) -> tuple[list[MemberFact], int]:
    """A page of members and how many there are. Raises KeyError for a column that nothing is sorted by."""
    where = _conditions(dataset, release_id, wanted)
    count = select(func.count()).select_from(_joined(dataset) if wanted.search else MEMBERS.customer_id.table)
    total = session.execute(count.where(*where)).scalar_one()
    parts = _order(wanted).parts(_selected(dataset).where(*where))
    return [_member(row) for row in window(session, parts, limit, offset)], total


def every_member(session: Session, dataset: Dataset, release_id: int, wanted: Wanted) -> Iterator[MemberFact]:
    """All members that are wanted, some thousands in memory at once."""
    statement = _selected(dataset).where(*_conditions(dataset, release_id, wanted))
    return (_member(row) for row in every_row(session, statement, _order(wanted)))


def of_customer(session: Session, dataset: Dataset, customer_id: str) -> MemberStory | None:
    """A customer's segment and its history; None where they have none."""
    release = current_release(session, dataset)
    if release is None:
        return None
    query = _selected(dataset, MEMBERS.history).where(
        MEMBERS.release_id == release.id, MEMBERS.customer_id == customer_id
    )
    row = session.execute(query).mappings().first()
    if row is None:
        return None
    known = groups(session, release.id)
    names = {chr(ord("a") + group.place): group.segment for group in known}
    chances = {group.segment: group.chance for group in known}
    past = tuple(zip(release.months, (names.get(letter, "") for letter in row["history"]), strict=True))
    member = MemberFact(**{name: value for name, value in row.items() if name != "history"})
    return MemberStory(member, chances[member.segment], release.as_of, release.model_version, past)


def _joined(dataset: Dataset) -> Any:
    known = and_(CUSTOMERS.dataset == dataset, CUSTOMERS.customer_id == MEMBERS.customer_id)
    return MEMBERS.customer_id.table.outerjoin(CUSTOMERS.customer_id.table, known)


def _selected(dataset: Dataset, *more: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    own = [MEMBERS[field.name] for field in fields(MemberFact) if field.name not in ("name", "region")]
    return select(*own, CUSTOMERS.name, CUSTOMERS.region, *more).select_from(_joined(dataset))


def _order(wanted: Wanted) -> Order:
    return Order(SORTABLE[wanted.sort], MEMBERS.customer_id, wanted.descending)


def _member(row: Row[Any]) -> MemberFact:
    return MemberFact(**{name: value for name, value in row._mapping.items() if name in NAMES})


def _conditions(dataset: Dataset, release_id: int, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [MEMBERS.release_id == release_id]
    found += [MEMBERS.segment == wanted.segment] if wanted.segment else []
    if wanted.came_from == MOVED:
        found.append(MEMBERS.came_from != MEMBERS.segment)
    elif wanted.came_from != ANY:
        found.append(MEMBERS.came_from == ("" if wanted.came_from == FIRST else wanted.came_from))
    return found + holding(wanted.search, CUSTOMERS.name, MEMBERS.customer_id)


def members_named(session: Session, dataset: Dataset, release_id: int, ids: Sequence[str]) -> list[MemberFact]:
    """Members of these ids, in the order of their ids."""
    query = _selected(dataset).where(MEMBERS.release_id == release_id, MEMBERS.customer_id.in_(ids))
    return [MemberFact(**row) for row in session.execute(query.order_by(MEMBERS.customer_id)).mappings()]
