"""What the API of prices answers."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core.errors import InvalidInput, ProductError
from ml_insights.core.i18n import N_, gettext
from ml_insights.pricing import policy, queries
from ml_insights.pricing.errors import NoPricesYet
from ml_insights.pricing.facts import ProductFact, ReleaseFact
from ml_insights.pricing.queries import Wanted
from ml_insights.pricing.service import deciding
from ml_insights.pricing.tables import PriceDecision, RejectReason

FEW = N_("Another price in {moved} of {weeks} weeks; {needed} are needed, and sales that vary less.")
SHORT = N_("Sold in {weeks, plural, one {# week} other {# weeks}} only; {needed} are needed.")
VAGUE = N_(
    "Another price in {moved} of {weeks} weeks, yet what the price did cannot be told from what came with it: "
    "promotions, or sales that vary as much by themselves."
)


def predict(session: Session, dataset: Dataset, product: str, price: float | None, language: str) -> dict[str, Any]:
    """What a price would bring. Raises NoPricesYet, UnknownProduct, PriceOutOfRange."""
    from ml.pricing.suggest import outcome

    opened = deciding.open_product(session, dataset, product)
    fact, case = opened.detail.product, policy.case_of(opened.detail.product)
    if case is None:
        return _refused(fact, opened.release, language) | {"version": opened.detail.standing.version}
    asked = price if price is not None else fact.suggested or fact.price
    policy.check_known(fact, asked)
    found = outcome(case, asked)
    told = {name: _interval(found, name) for name in ("quantity", "revenue", "profit")}
    return {
        "status": "answered",
        "product": fact.product_id,
        "label": fact.label,
        "price": asked,
        "present_price": fact.price,
        **told,
        "profit_change": _change(found),
        "elasticity": _elasticity(fact),
        "suggestion": _suggestion(fact),
        "seen_from": fact.lowest,
        "seen_to": fact.highest,
        **_made(opened.release),
        "version": opened.detail.standing.version,
    }


def predict_many(session: Session, dataset: Dataset, asked: list[tuple[str, float | None]], language: str) -> list[Any]:
    """Each question answered, or why it is not. Raises NoPricesYet."""
    answers: list[Any] = []
    for product, price in asked:
        try:
            answers.append(predict(session, dataset, product, price, language))
        except NoPricesYet:
            raise
        except ProductError as error:
            answers.append(
                {"status": "failed", "product": product, "code": error.code, "detail": error.message(language)}
            )
    return answers


def listed(session: Session, dataset: Dataset, wanted: Wanted, limit: int, offset: int) -> dict[str, Any]:
    """One page of products. Raises NoPricesYet."""
    release = queries.current_release(session, dataset)
    if release is None:
        raise NoPricesYet
    page = queries.products_page(session, release, wanted, limit, offset)
    return {
        "total": page.total,
        "computed_at": release.computed_at,
        "demo": dataset == Dataset.DEMO,
        "products": [_listed(one) for one in page.products],
        **_made(release),
    }


def decide(session: Session, dataset: Dataset, asked: dict[str, Any], by: str) -> dict[str, Any]:
    """Do what is asked, as the page does it. Raises the errors of `service.deciding`, and InvalidInput."""
    product, price, note, seen = asked["product"], asked["price"], asked["note"], asked["version"]
    action = asked["action"]
    if action in ("approve", "schedule") and price is None:
        raise InvalidInput(field="price", value="–", reason="a price is needed to approve or schedule it")
    if action == "approve":
        number = deciding.approve(session, dataset, product, price, by, note, seen=seen)
    elif action == "schedule":
        if asked["day"] is None:
            raise InvalidInput(field="day", value="–", reason="a day is needed to schedule a price")
        number = deciding.schedule(session, dataset, product, price, asked["day"], by, note, seen=seen)
    elif action == "reject":
        number = deciding.reject(session, dataset, product, RejectReason(asked["reason"]), by, note, seen=seen)
    else:
        act = {"withdraw": deciding.withdraw, "apply": deciding.apply_price}[action]
        number = act(session, dataset, product, by, seen=seen)
    row = session.get_one(PriceDecision, number, populate_existing=True)
    known = {"prediction_id": row.prediction_id, "ledger_id": row.ledger_id}
    known["version"] = queries.standing(session, dataset, product).version
    return {"id": number, "product": product, "state": row.state, "price": row.price, **known}


def _refused(fact: ProductFact, release: ReleaseFact, language: str) -> dict[str, Any]:
    from ml.pricing.types import PricingSettings, Refusal

    needed = PricingSettings()
    weeks = needed.least_periods if fact.refusal == Refusal.TOO_FEW_PERIODS else needed.least_moves
    said = {Refusal.TOO_FEW_PERIODS.value: SHORT, Refusal.TOO_VAGUE.value: VAGUE}.get(fact.refusal, FEW)
    return {
        "status": "not_enough_variation",
        "product": fact.product_id,
        "label": fact.label,
        "reason": fact.refusal,
        "detail": gettext(said, language, moved=fact.moved, weeks=fact.periods, needed=weeks),
        "weeks": fact.periods,
        "weeks_with_another_price": fact.moved,
        "weeks_needed": weeks,
        "present_price": fact.price,
        "quantity": {"expected": fact.quantity, "lo_80": fact.quantity_low, "hi_80": fact.quantity_high},
        **_made(release),
    }


def _made(release: ReleaseFact) -> dict[str, Any]:
    return {"model_version": release.model_version, "as_of": release.as_of}


def _interval(found: Any, name: str) -> dict[str, float] | None:
    expected = getattr(found, name)
    if expected is None:
        return None
    return {"expected": expected, "lo_80": getattr(found, f"{name}_low"), "hi_80": getattr(found, f"{name}_high")}


def _change(found: Any) -> dict[str, float] | None:
    if found.profit_change is None:
        return None
    ends = {"lo_95": found.profit_change_low, "hi_95": found.profit_change_high}
    return {"expected": found.profit_change, **ends}


def _elasticity(fact: ProductFact) -> dict[str, float | None] | None:
    if fact.elasticity is None:
        return None
    return {"value": fact.elasticity, "lo_95": fact.elasticity_low, "hi_95": fact.elasticity_high}


def _suggestion(fact: ProductFact) -> dict[str, Any]:
    return {
        "price": fact.suggested,
        "bound": fact.bound,
        "withheld": fact.withheld,
        "worth_doing": fact.worth,
        "profit_change": _change(fact) if fact.suggested is not None else None,
    }


def _listed(fact: ProductFact) -> dict[str, Any]:
    return {
        "product": fact.product_id,
        "label": fact.label,
        "category": fact.category,
        "price": fact.price,
        "elasticity": _elasticity(fact),
        "reason": fact.refusal,
        "suggestion": _suggestion(fact),
        "state": fact.state,
    }
