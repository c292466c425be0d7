"""What is sold and is no product: services that somebody confirmed, and those that look like one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import case, func, select
from sqlmodel import Session, SQLModel

from ml_insights.commerce.facts import ServiceFact
from ml_insights.commerce.queries import LINES, PRODUCTS, _scan, data_version
from ml_insights.commerce.suspicion import Sold, behaviour, suspicion
from ml_insights.commerce.tables import Dataset, ProductKind, Sort

KINDS = SQLModel.metadata.tables[str(ProductKind.__tablename__)].c


class _Seen(NamedTuple):
    """Everything that is sold in one state of the data, as it looks while nobody has said a word; and the suspects."""

    state: tuple[str, str]
    facts: tuple[ServiceFact, ...]
    suspects: frozenset[str]


_seen: dict[Dataset, _Seen] = {}


def services_of(session: Session, dataset: Dataset) -> frozenset[str]:
    """Products that are left out of likely products, prices and reorder: confirmed services, and those whose name or
    code says that they are one.

    Such a one counts as a service until somebody says that it is a product; what only is sold like one counts as a
    product until somebody says that it is a service. Revenue keeps them all.
    """
    decided = _decided(session, dataset)
    suspected = {key for key, name in _known(session, dataset).items() if key not in decided and suspicion(key, name)}
    return frozenset(suspected | {key for key, sort in decided.items() if sort == Sort.SERVICE})


def service_list(session: Session, dataset: Dataset, search: str = "") -> list[ServiceFact]:
    """Everything that is, or looks like, a service, or was said to be none; undecided ones first, then by money.

    With `search` everything that is sold whose code or name holds it, whatever it looks like.
    """
    wanted, decided = search.casefold().strip(), _decided(session, dataset)
    facts = [
        replace(fact, decided=str(decided[fact.product_id]), kind=str(decided[fact.product_id]))
        if fact.product_id in decided
        else fact
        for fact in _look(session, dataset).facts
        if not wanted or wanted in fact.product_id.casefold() or wanted in fact.name.casefold()
    ]
    listed = facts if wanted else [fact for fact in facts if fact.reason or fact.decided]
    return sorted(listed, key=lambda fact: (fact.decided != "", not fact.reason, -abs(fact.revenue), fact.product_id))


def waiting(session: Session, dataset: Dataset) -> int:
    """How many look like a service while nobody has said what they are."""
    suspects = _look(session, dataset).suspects
    return len(suspects - _decided(session, dataset).keys()) if suspects else 0


def _look(session: Session, dataset: Dataset) -> _Seen:
    """Order lines are gone through once for each state of the data, then it is remembered."""
    state = (str(session.get_bind().engine.url), data_version(session, dataset))
    seen = _seen.get(dataset)
    if seen is None or seen.state != state:
        sold = _count(session, dataset)
        facts = tuple(_fact(key, name, sold.get(key)) for key, name in _known(session, dataset).items())
        suspects = frozenset(fact.product_id for fact in facts if fact.reason)
        seen = _seen[dataset] = _Seen(state, facts, suspects)
    return seen


def _fact(key: str, name: str | None, figures: tuple[Sold, float] | None) -> ServiceFact:
    said = suspicion(key, name)
    kind = str(Sort.SERVICE if said else Sort.PRODUCT)
    if figures is None:
        return ServiceFact(key, name or "", 0, 0.0, said or "", "", 0.0, kind)
    sold, revenue = figures
    return ServiceFact(key, name or "", sold.lines, revenue, said or behaviour(sold) or "", "", sold.share, kind)


def _count(session: Session, dataset: Dataset) -> dict[str, tuple[Sold, float]]:
    mine = _scan(session, dataset)
    orders = session.scalar(select(func.count(func.distinct(LINES.order_id))).where(mine)) or 0
    figures: list[Any] = [
        func.count(),
        func.sum(case((LINES.quantity == 1, 1), else_=0)),
        func.sum(case((LINES.unit_price == 0, 1), else_=0)),
        func.avg(LINES.unit_price),
        func.avg(LINES.unit_price * LINES.unit_price),
        func.sum(LINES.quantity * LINES.unit_price),
    ]
    rows = session.execute(select(LINES.product_id, *figures).where(mine).group_by(LINES.product_id))
    return {
        key: (Sold(int(lines), int(single), int(free), orders, float(price), float(square)), float(money))
        for key, lines, single, free, price, square, money in rows
    }


def _known(session: Session, dataset: Dataset) -> dict[str, str | None]:
    """Names of all products, also of those that only order lines tell of."""
    sold = session.scalars(select(LINES.product_id).where(_scan(session, dataset)).distinct())
    described = session.execute(select(PRODUCTS.product_id, PRODUCTS.name).where(PRODUCTS.dataset == dataset))
    return {**dict.fromkeys(sold), **dict(tuple(row) for row in described)}


def _decided(session: Session, dataset: Dataset) -> dict[str, Sort]:
    rows = session.execute(select(KINDS.product_id, KINDS.kind).where(KINDS.dataset == dataset))
    return {key: Sort(kind) for key, kind in rows}
