"""What is sold and is no product: services that somebody confirmed, and those that look like one."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlmodel import Session, SQLModel

from ml_insights.commerce.facts import ServiceFact
from ml_insights.commerce.queries import LINES, PRODUCTS, _scan
from ml_insights.commerce.suspicion import suspicion
from ml_insights.commerce.tables import Dataset, ProductKind, Sort

KINDS = SQLModel.metadata.tables[str(ProductKind.__tablename__)].c


def services_of(session: Session, dataset: Dataset) -> frozenset[str]:
    """Products that are left out of likely products, prices and reorder: confirmed services, and suspected ones.

    What looks like a service counts as one until somebody says that it is a product. Revenue keeps them all.
    """
    decided = _decided(session, dataset)
    suspected = {key for key, name in _known(session, dataset).items() if key not in decided and suspicion(key, name)}
    return frozenset(suspected | {key for key, sort in decided.items() if sort == Sort.SERVICE})


def service_list(session: Session, dataset: Dataset) -> list[ServiceFact]:
    """Everything that is, or looks like, a service, or was said to be none; undecided ones first, then by money."""
    known, decided = _known(session, dataset), _decided(session, dataset)
    why = {key: suspicion(key, name) or "" for key, name in known.items()}
    chosen = [key for key in known if why[key] or key in decided]
    sums = select(LINES.product_id, func.count(), func.sum(LINES.quantity * LINES.unit_price))
    found = session.execute(
        sums.where(_scan(session, dataset), LINES.product_id.in_(chosen)).group_by(LINES.product_id)
    )
    figures = {row[0]: (int(row[1]), float(row[2] or 0.0)) for row in found}
    facts = [
        ServiceFact(key, known[key] or "", *figures.get(key, (0, 0.0)), why[key], str(decided.get(key, "")))
        for key in chosen
    ]
    return sorted(facts, key=lambda fact: (fact.decided != "", -abs(fact.revenue), fact.product_id))


def _known(session: Session, dataset: Dataset) -> dict[str, str | None]:
    """Names of all products, also of those that only order lines tell of."""
    sold = session.scalars(select(LINES.product_id).where(_scan(session, dataset)).distinct())
    described = session.execute(select(PRODUCTS.product_id, PRODUCTS.name).where(PRODUCTS.dataset == dataset))
    return {**dict.fromkeys(sold), **dict(tuple(row) for row in described)}


def _decided(session: Session, dataset: Dataset) -> dict[str, Sort]:
    rows = session.execute(select(KINDS.product_id, KINDS.kind).where(KINDS.dataset == dataset))
    return {key: Sort(kind) for key, kind in rows}
