"""What the demo company's manager does about suggested prices on a day of its past. Callers commit."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from ml_insights.commerce.tables import Dataset
from ml_insights.core.demo import Repriced
from ml_insights.core.demo_company import COMPANY
from ml_insights.pricing import queries
from ml_insights.pricing.queries import Wanted
from ml_insights.pricing.service import deciding
from ml_insights.pricing.tables import PriceDecision, RejectReason

MANAGER = f"manager@{COMPANY.domain}"
APPROVED, REJECTED = 2, 1
"""How many suggestions of a release find approval, and how many of the next best do not."""


def work(session: Session) -> None:
    """Let approved prices hold; where none waits, decide on the best suggestions of the newest release."""
    release, dataset = queries.current_release(session, Dataset.DEMO), Dataset.DEMO
    if release is None:
        return
    waiting = queries.approved(session, dataset)
    for decision in waiting:
        deciding.apply_price(session, dataset, decision.product_id, MANAGER)
    decided = select(PriceDecision.id).where(
        PriceDecision.dataset == dataset, PriceDecision.model_version == release.model_version
    )
    if waiting or session.exec(decided.limit(1)).first():
        return
    best = queries.products_page(session, release, Wanted(filter="worth"), APPROVED + REJECTED).products
    for place, product in enumerate(best):
        if place < APPROVED and product.suggested is not None:
            deciding.approve(session, dataset, product.product_id, product.suggested, MANAGER)
        else:
            deciding.reject(session, dataset, product.product_id, RejectReason.COMPETITION, MANAGER)


def repriced(session: Session) -> Sequence[Repriced]:
    """The prices that hold, oldest first; what came after one is relative to it."""
    applied = select(PriceDecision).where(
        PriceDecision.dataset == Dataset.DEMO, col(PriceDecision.applied_at).is_not(None)
    )
    rows = session.exec(applied.order_by(col(PriceDecision.applied_at), col(PriceDecision.id)))
    return [Repriced(row.product_id, row.applied_at, row.price / row.price_before) for row in rows if row.applied_at]
