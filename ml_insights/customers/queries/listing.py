"""The list of customers, a page at a time: those who have bought first, sorted as asked; then the others, by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlmodel import Session, SQLModel

from ml_insights.churn.queries import current_release as churn_release
from ml_insights.churn.tables import ChurnScore
from ml_insights.commerce.queries import CUSTOMERS
from ml_insights.commerce.tables import Dataset
from ml_insights.core.listing import Order, Query, every_row, holding, window
from ml_insights.customers.facts import ListRow, Risk
from ml_insights.customers.policy import RISK_FROM
from ml_insights.segments.queries import MEMBERS, current_release

SCORES = SQLModel.metadata.tables[str(ChurnScore.__tablename__)].c
NO_RELEASE = -1
COLUMNS = frozenset(field.name for field in fields(ListRow))
SORTABLE: dict[str, ColumnElement[Any]] = {
    "name": MEMBERS.label,
    "recency": MEMBERS.recency,
    "orders": MEMBERS.orders,
    "revenue": MEMBERS.revenue,
    "probability": SCORES.probability,
    "at_risk": SCORES.at_risk,
}
SCORED = ("probability", "at_risk")


@dataclass(frozen=True)
class Wanted:
    """Which customers, in which order; what is empty restricts nothing. with_risk: whether the reader may see it."""

    search: str = ""
    segment: str = ""
    region: str = ""
    risk: str = ""
    sort: str = "revenue"
    descending: bool = True
    with_risk: bool = True

    @property
    def only_buyers(self) -> bool:
        """Whether customers without a purchase are left out."""
        return bool(self.segment or self.risk) or self.by_risk

    @property
    def by_risk(self) -> bool:
        """Whether the order is that of a score: then only those who have one are listed."""
        return self.with_risk and self.sort in SCORED


@dataclass(frozen=True)
class _Source:
    dataset: Dataset
    segments: int
    churn: int


def customer_page(
    session: Session, dataset: Dataset, wanted: Wanted, limit: int, offset: int = 0
) -> tuple[list[ListRow], int]:
    """A page of customers, and how many match. Raises KeyError for a column that nothing is sorted by."""
    source = _source(session, dataset)
    total = session.execute(_count_buyers(source, wanted)).scalar_one()
    total += 0 if wanted.only_buyers else session.execute(_count_others(source, wanted)).scalar_one()
    parts = [part for query, order in _parts(source, wanted) for part in order.parts(query)]
    return [_row(row) for row in window(session, parts, limit, offset)], total


def every_customer(session: Session, dataset: Dataset, wanted: Wanted) -> Iterator[ListRow]:
    """All customers that match, some thousands in memory at once."""
    for query, order in _parts(_source(session, dataset), wanted):
        yield from (_row(row) for row in every_row(session, query, order))


def regions(session: Session, dataset: Dataset, most: int = 200) -> list[str]:
    """Regions that customers are in, by name."""
    query = select(CUSTOMERS.region).where(CUSTOMERS.dataset == dataset, CUSTOMERS.region.is_not(None)).distinct()
    return sorted(session.scalars(query.limit(most)))


def _source(session: Session, dataset: Dataset) -> _Source:
    segments, churn = current_release(session, dataset), churn_release(session, dataset)
    return _Source(dataset, segments.id if segments else NO_RELEASE, churn.id if churn else NO_RELEASE)


def _row(row: Row[Any]) -> ListRow:
    return ListRow(**{name: value for name, value in row._mapping.items() if name in COLUMNS})


def _parts(source: _Source, wanted: Wanted) -> list[tuple[Query, Order]]:
    """Those who have bought, as sorted, then the others, by name."""
    column = SORTABLE[wanted.sort if wanted.with_risk or wanted.sort not in SCORED else "revenue"]
    key = SCORES.customer_id if wanted.by_risk else MEMBERS.customer_id
    buyers = (_buyers(source, wanted), Order(column, key, wanted.descending))
    named = Order(func.lower(func.coalesce(CUSTOMERS.name, CUSTOMERS.customer_id)), CUSTOMERS.customer_id)
    return [buyers] if wanted.only_buyers else [buyers, (_others(source, wanted), named)]


def _joined(source: _Source, wanted: Wanted) -> Any:
    members, scores, customers = (one.customer_id.table for one in (MEMBERS, SCORES, CUSTOMERS))
    score = and_(SCORES.release_id == source.churn, SCORES.customer_id == MEMBERS.customer_id)
    customer = and_(CUSTOMERS.dataset == source.dataset, CUSTOMERS.customer_id == MEMBERS.customer_id)
    if wanted.by_risk or (wanted.risk and wanted.with_risk):
        return scores.join(members, score).outerjoin(customers, customer)
    joined = members.outerjoin(customers, customer)
    return joined.outerjoin(scores, score) if wanted.with_risk else joined


def _buyers(source: _Source, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    plain = (MEMBERS.customer_id, CUSTOMERS.name, CUSTOMERS.region, MEMBERS.segment)
    figures = (MEMBERS.recency, MEMBERS.last_day, MEMBERS.orders, MEMBERS.revenue)
    risks = (SCORES.probability, SCORES.at_risk) if wanted.with_risk else ()
    query = select(*plain, *figures, *risks).select_from(_joined(source, wanted))
    return query.where(*_conditions(source, wanted))


def _count_buyers(source: _Source, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    plain = not (wanted.search or wanted.region or wanted.risk or wanted.by_risk)
    table = MEMBERS.customer_id.table if plain else _joined(source, wanted)
    return select(func.count()).select_from(table).where(*_conditions(source, wanted))


def _conditions(source: _Source, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [MEMBERS.release_id == source.segments]
    found += [SCORES.release_id == source.churn] if wanted.by_risk else []
    found += [MEMBERS.segment == wanted.segment] if wanted.segment else []
    found += [CUSTOMERS.region == wanted.region] if wanted.region else []
    if wanted.risk and wanted.with_risk:
        low, high = RISK_FROM[Risk(wanted.risk)]
        found += [SCORES.probability >= low, SCORES.probability < high]
    return found + holding(wanted.search, CUSTOMERS.name, MEMBERS.customer_id)


def _others(source: _Source, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """Customers of the list who have not bought."""
    columns = (CUSTOMERS.customer_id, CUSTOMERS.name, CUSTOMERS.region)
    return select(*columns).where(*_without_purchase(source, wanted))


def _count_others(source: _Source, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    return select(func.count()).select_from(CUSTOMERS.customer_id.table).where(*_without_purchase(source, wanted))


def _without_purchase(source: _Source, wanted: Wanted) -> list[ColumnElement[bool]]:
    member = select(MEMBERS.customer_id).where(
        MEMBERS.release_id == source.segments, MEMBERS.customer_id == CUSTOMERS.customer_id
    )
    found = [CUSTOMERS.dataset == source.dataset, ~member.exists()]
    found += [CUSTOMERS.region == wanted.region] if wanted.region else []
    return found + holding(wanted.search, CUSTOMERS.name, CUSTOMERS.customer_id)
