"""Facts as rows of the page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ml_insights.core.i18n import gettext
from ml_insights.pricing import policy
from ml_insights.pricing.facts import DecisionFact, ProductDetail, ProductFact, ReleaseFact
from ml_insights.pricing.tables import RejectReason


def product_row(fact: ProductFact) -> dict[str, Any]:
    """A product in the list: how buyers answer in words' numbers, and where its price is."""
    return {
        "product_id": fact.product_id,
        "label": fact.label,
        "category": fact.category,
        "price": fact.price,
        "refusal": fact.refusal,
        "withheld": fact.withheld,
        "moved": fact.moved,
        "periods": fact.periods,
        "suggested": fact.suggested,
        "share": fact.suggested / fact.price - 1 if fact.suggested else 0.0,
        "same": fact.suggested is not None and abs(fact.suggested / fact.price - 1) < 1e-9,
        "bound": fact.bound,
        "worth": fact.worth,
        "profit_change": fact.profit_change,
        "profit_change_low": fact.profit_change_low,
        "profit_change_high": fact.profit_change_high,
        "state": fact.state.value,
        "decided_price": fact.decided_price,
        "effective_on": fact.effective_on.isoformat() if fact.effective_on else "",
        **response(fact),
    }


def response(fact: ProductFact) -> dict[str, Any]:
    """By how many per cent less is sold at a price one per cent higher, with the interval; `rises` where it is more."""
    if fact.elasticity is None or fact.elasticity_low is None or fact.elasticity_high is None:
        return {"less": None, "less_low": None, "less_high": None, "rises": False}
    sign = -1.0 if fact.elasticity <= 0 else 1.0
    ends = sorted((sign * fact.elasticity_low, sign * fact.elasticity_high))
    return {"less": abs(fact.elasticity), "less_low": ends[0], "less_high": ends[1], "rises": sign > 0}


def what_if(detail: ProductDetail, chosen: float | None = None) -> dict[str, Any]:
    """What the slider needs: the case, and the marks on its scale. Empty without an elasticity."""
    from ml.pricing.suggest import tag_step

    fact = detail.product
    if policy.case_of(fact) is None:
        return {}
    allowed = allowed_of(detail)
    return {
        **{name: value for name, value in asdict(fact).items() if name in CASE},
        "least": fact.cost / (1 - allowed.margin) if fact.cost else None,
        "floor": allowed.floor,
        "ceiling": allowed.ceiling,
        "step": tag_step(fact.price),
        "chosen": chosen,
    }


CASE = (
    "product_id",
    "price",
    "cost",
    "quantity",
    "quantity_low",
    "quantity_high",
    "elasticity",
    "elasticity_low",
    "elasticity_high",
    "lowest",
    "highest",
    "suggested",
)


def allowed_of(detail: ProductDetail) -> policy.Allowed:
    """The guard rails of an open product."""
    limits = detail.limits
    return policy.allowed_prices(detail.product, limits.floor, limits.ceiling, limits.margin)


def decision_row(fact: DecisionFact, language: str) -> dict[str, Any]:
    """One line of a product's history."""
    known = RejectReason(fact.reason) if fact.reason in list(RejectReason) else None
    return {
        "state": fact.state.value,
        "price": fact.price,
        "price_before": fact.price_before,
        "effective_on": fact.effective_on.isoformat() if fact.effective_on else "",
        "reason": gettext(policy.REASONS[known], language) if known else "",
        "note": fact.note,
        "by": fact.applied_by.partition("@")[0] if fact.applied_at else fact.decided_by.partition("@")[0],
        "at": (fact.applied_at or fact.decided_at).isoformat(),
        "expected": fact.expected_quantity,
        "actual": fact.actual_quantity,
    }


def figures(release: ReleaseFact, counts: dict[str, int], gain: float) -> dict[str, Any]:
    """The headline, and where it comes from."""
    return {
        "products": release.products,
        "answered": release.answered,
        "worth": counts["worth"],
        "gain": gain,
        "approved": counts["approved"],
        "scheduled": counts["scheduled"],
        "applied": counts["applied"],
        "unknown": counts["unknown"],
        "all": counts["all"],
        "as_of": release.as_of.isoformat(),
        "computed_at": release.computed_at.isoformat(),
        "model": release.model_version,
    }
