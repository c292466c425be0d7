"""Put prices where readers find them: one transaction, so that they see the old release or the new one."""

from __future__ import annotations

import math
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.training import Learning
from ml_insights.pricing import policy, queries
from ml_insights.pricing.facts import LimitsFact, ProductFact, ReleaseFact
from ml_insights.pricing.service.pricing import Priced
from ml_insights.pricing.tables import PriceProduct, PriceRelease

KEPT_RELEASES = 2


def publish(session: Session, learning: Learning, priced: list[Priced], version: str) -> dict[str, Any]:
    """Write a release of `priced` products within people's limits, in the caller's transaction; the report's facts."""
    dataset = Dataset(learning.dataset)
    limits, step = queries.limits_of_all(session, dataset), queries.step_of(session, dataset)
    rows = [_row(one, limits.get(one.product_id, LimitsFact()), step) for one in priced]
    release = PriceRelease(
        dataset=dataset,
        data_version=learning.data_version,
        model_version=version,
        computed_at=clock.now(),
        as_of=learning.last,
        products=len(rows),
        answered=sum(not row["refusal"] for row in rows),
        worth=sum(row["worth"] for row in rows),
        gain=sum(row["profit_change"] or 0.0 for row in rows if row["worth"]),
    )
    session.add(release)
    session.flush()
    if rows:
        session.connection().execute(insert(PriceProduct), [{**row, "release_id": release.id} for row in rows])
    _remove_old(session, dataset)
    return {
        "release": release.id,
        "products": release.products,
        "with_elasticity": release.answered,
        "worth_doing": release.worth,
        "profit_a_week": round(release.gain, 2),
    }


def suggested(fact: ProductFact, limits: LimitsFact, step: float) -> dict[str, Any]:
    """The columns of a product that follow from its guard rails."""
    allowed = policy.allowed_prices(fact, limits.floor, limits.ceiling, limits.margin, step)
    found = policy.suggestion_of(fact, allowed)
    best = found.outcome
    return {
        "suggested": best.price if best else None,
        "bound": found.bound,
        "withheld": str(found.withheld) if found.withheld else "",
        "worth": found.worth,
        "profit_change": best.profit_change if best else None,
        "profit_change_low": best.profit_change_low if best else None,
        "profit_change_high": best.profit_change_high if best else None,
    }


def suggest_anew(session: Session, release: ReleaseFact) -> None:
    """Suggest every product of a release again, by the rules and limits that hold now."""
    limits, step = queries.limits_of_all(session, release.dataset), queries.step_of(session, release.dataset)
    for row in session.exec(select(PriceProduct).where(PriceProduct.release_id == release.id)):
        fact = ProductFact(**{name: getattr(row, name) for name in queries.OWN})
        row.sqlmodel_update(suggested(fact, limits.get(row.product_id, LimitsFact()), step))
        session.add(row)
    session.flush()


def _row(one: Priced, limits: LimitsFact, step: float) -> dict[str, Any]:
    fact = ProductFact(
        product_id=one.product_id,
        label=one.label,
        category=one.category,
        price=one.price,
        last_price=one.last_price,
        cost=one.cost,
        quantity=one.quantity,
        quantity_low=one.quantity_low,
        quantity_high=one.quantity_high,
        elasticity=_known(one.elasticity.value),
        elasticity_low=_known(one.elasticity.low),
        elasticity_high=_known(one.elasticity.high),
        refusal=str(one.elasticity.refusal) if one.elasticity.refusal else "",
        periods=one.elasticity.variation.periods,
        moved=one.elasticity.variation.moved,
        spread=one.elasticity.variation.spread,
        lowest=one.lowest,
        highest=one.highest,
        tried_low=one.tried_low,
        tried_high=one.tried_high,
        sold_share=one.sold_share,
        promoted=one.promoted,
        suggested=None,
        bound="",
        withheld="",
        worth=False,
        profit_change=None,
        profit_change_low=None,
        profit_change_high=None,
    )
    told = {name: value for name, value in vars(fact).items() if name in PriceProduct.model_fields}
    search_text = f"{one.label} {one.product_id} {one.category}".lower()
    return {**told, **suggested(fact, limits, step), "search_text": search_text, "weeks": one.weeks}


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _remove_old(session: Session, dataset: Dataset) -> None:
    of_dataset = col(PriceRelease.dataset) == dataset
    newest = select(PriceRelease.id).where(of_dataset).order_by(col(PriceRelease.id).desc()).limit(KEPT_RELEASES)
    session.connection().execute(
        delete(PriceRelease).where(of_dataset, col(PriceRelease.id).not_in(list(session.exec(newest))))
    )
