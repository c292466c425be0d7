"""What people do with prices: approve, schedule, reject, withdraw, apply, allow. Callers commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from sqlmodel import Session, col, select

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.audit import record
from ml_insights.core.company import company
from ml_insights.core.errors import NotFound
from ml_insights.ledger import service as ledger
from ml_insights.pricing import policy, queries
from ml_insights.pricing.errors import NoPricesYet, UnknownProduct
from ml_insights.pricing.facts import LimitsFact, ProductDetail, ReleaseFact
from ml_insights.pricing.service.publishing import suggested
from ml_insights.pricing.service.weeks import ends_of, monday_after, subject_of
from ml_insights.pricing.tables import PriceDecision, PriceLimits, PriceProduct, PriceState, RejectReason

RULE = "rule:scheduled-price"


@dataclass(frozen=True)
class Opened:
    """A product of the release that answers."""

    release: ReleaseFact
    detail: ProductDetail


def open_product(session: Session, dataset: Dataset, product_id: str) -> Opened:
    """The product as it is priced now. Raises NoPricesYet, UnknownProduct."""
    release = queries.current_release(session, dataset)
    if release is None:
        raise NoPricesYet
    found = queries.detail(session, release, product_id)
    if found is None:
        raise UnknownProduct(product=product_id, suggestions=_closest(session, release, product_id))
    return Opened(release, found)


def _closest(session: Session, release: ReleaseFact, product_id: str) -> str:
    from difflib import get_close_matches

    return ", ".join(get_close_matches(product_id, queries.product_ids(session, release), 3, 0.4)) or "–"


def approve(session: Session, dataset: Dataset, product_id: str, price: float, by: str, note: str = "") -> int:
    """Approve a price for the till; the decision's id. Raises what `_decide` raises."""
    return _decide(session, dataset, product_id, price, by, PriceState.APPROVED, note=note)


def schedule(
    session: Session, dataset: Dataset, product_id: str, price: float, day: date, by: str, note: str = ""
) -> int:
    """Let a price begin on `day`. Raises BadDay, and what `_decide` raises."""
    policy.check_day(day, clock.now().astimezone(company().zone).date())
    return _decide(session, dataset, product_id, price, by, PriceState.SCHEDULED, day=day, note=note)


def reject(session: Session, dataset: Dataset, product_id: str, reason: RejectReason, by: str, note: str = "") -> int:
    """Refuse the suggested price; the ledger keeps why. Raises NoPricesYet, UnknownProduct, NoSuchMove."""
    opened = open_product(session, dataset, product_id)
    price = opened.detail.product.suggested or opened.detail.product.price
    row = _row(opened, dataset, price, by, PriceState.REJECTED, note=note)
    row.reason = reason.value
    return _written(session, opened, row, "price rejected", by)


def _decide(
    session: Session,
    dataset: Dataset,
    product_id: str,
    price: float,
    by: str,
    state: PriceState,
    day: date | None = None,
    note: str = "",
) -> int:
    """Raises NoPricesYet, UnknownProduct, NoSuchMove, PriceOutOfRange, PriceNotAllowed."""
    opened = open_product(session, dataset, product_id)
    limits = opened.detail.limits
    allowed = policy.allowed_prices(opened.detail.product, limits.floor, limits.ceiling, limits.margin)
    policy.check_price(opened.detail.product, allowed, price)
    row = _row(opened, dataset, price, by, state, note=note)
    row.effective_on = day
    return _written(session, opened, row, f"price {state.value}", by)


def _row(opened: Opened, dataset: Dataset, price: float, by: str, state: PriceState, note: str) -> PriceDecision:
    product = opened.detail.product
    waiting = product.state in policy.PENDING
    policy.check_move(product.product_id, product.state if waiting else PriceState.SUGGESTED, state)
    return PriceDecision(
        dataset=dataset,
        product_id=product.product_id,
        state=state,
        price_before=product.price,
        price=price,
        suggested=product.suggested,
        note=note[:500],
        decided_at=clock.now(),
        decided_by=by,
        closed_at=clock.now() if state == PriceState.REJECTED else None,
        model_version=opened.release.model_version,
        **_expected(opened, price),
    )


def _expected(opened: Opened, price: float) -> dict[str, Any]:
    """What the model expects of `price`; where it knows no elasticity, what is sold today."""
    from ml.pricing.suggest import outcome

    product, case = opened.detail.product, policy.case_of(opened.detail.product)
    if case is None:
        return {"expected_quantity": product.quantity, "expected_revenue": product.quantity * price}
    found = outcome(case, price)
    return {
        "expected_quantity": found.quantity,
        "expected_revenue": found.revenue,
        "expected_profit": found.profit,
        "profit_change": found.profit_change,
        "profit_change_low": found.profit_change_low,
        "profit_change_high": found.profit_change_high,
    }


def _written(session: Session, opened: Opened, row: PriceDecision, action: str, by: str) -> int:
    session.add(row)
    session.flush()
    detail = _told(row)
    record(session, by, action, row.product_id, **detail)
    if row.state == PriceState.REJECTED:
        known = ledger_prediction(session, row.dataset, opened.release.model_version, row.product_id)
        subject = subject_of(row.product_id)
        row.ledger_id = ledger.record_decision(
            session, row.dataset, subject, action, by, known, row.model_version, detail
        )
    session.flush()
    return row.id or 0


def ledger_prediction(session: Session, dataset: Dataset, model: str, product_id: str) -> int | None:
    """The prediction of the coming weeks at today's price that a release wrote down."""
    from ml_insights.ledger.queries import first_prediction

    return first_prediction(session, dataset, model, subject_of(product_id))


def withdraw(session: Session, dataset: Dataset, product_id: str, by: str) -> int:
    """Take back a price that waits; the decision's id. Raises NotFound, NoSuchMove."""
    row = _pending(session, dataset, product_id)
    policy.check_move(product_id, row.state, PriceState.WITHDRAWN)
    row.state, row.closed_at = PriceState.WITHDRAWN, clock.now()
    session.add(row)
    session.flush()
    record(session, by, "price withdrawn", product_id, price=row.price)
    return row.id or 0


def apply_price(session: Session, dataset: Dataset, product_id: str, by: str) -> int:
    """Say that a waiting price holds from now on; the decision's id. Raises NotFound, NoSuchMove, NoPricesYet.

    The ledger gets what is expected of the first whole week at the new price, and the decision that rests on it.
    """
    return _apply(session, _pending(session, dataset, product_id), by)


def apply_due(session: Session, dataset: Dataset, today: date) -> int:
    """Apply every scheduled price whose day has come; how many."""
    ready = queries.due(session, dataset, today)
    for number in ready:
        row = session.get(PriceDecision, number)
        if row is not None:
            _apply(session, row, RULE)
    return len(ready)


def _apply(session: Session, row: PriceDecision, by: str) -> int:
    policy.check_move(row.product_id, row.state, PriceState.APPLIED)
    moment = clock.now()
    for earlier in session.exec(_of_product(row.dataset, row.product_id, PriceState.APPLIED)):
        earlier.state, earlier.closed_at = PriceState.SUPERSEDED, moment
        session.add(earlier)
    row.state, row.applied_at, row.applied_by = PriceState.APPLIED, moment, by
    row.prediction_id = _predicted(session, row, moment)
    detail = _told(row)
    row.ledger_id = ledger.record_decision(
        session,
        row.dataset,
        subject_of(row.product_id),
        "price applied",
        by,
        row.prediction_id,
        row.model_version,
        detail,
    )
    session.add(row)
    session.flush()
    record(session, by, "price applied", row.product_id, **detail)
    return row.id or 0


def _predicted(session: Session, row: PriceDecision, moment: datetime) -> int:
    """Write down what the first whole week at the new price is expected to sell; the prediction's id."""
    monday = monday_after(moment.astimezone(company().zone).date() + timedelta(days=1))
    release = queries.current_release(session, row.dataset)
    known = queries.detail(session, release, row.product_id) if release else None
    expected: dict[str, Any] = {"value": row.expected_quantity}
    case = policy.case_of(known.product) if known else None
    if known and case:
        from ml.pricing.suggest import outcome

        found = outcome(case, row.price)
        expected = {"value": found.quantity, "lo_80": found.quantity_low, "hi_80": found.quantity_high}
    baseline = known.product.quantity if known else np.nan
    rows = pd.DataFrame(
        [
            {
                "subject": subject_of(row.product_id),
                "target_at": ends_of(pd.Series([pd.Timestamp(monday)]))[0],
                **expected,
                "baseline": baseline,
                "reasons": {
                    "price": row.price,
                    "before": row.price_before,
                    "elasticity": case.elasticity if case else None,
                },
            }
        ]
    )
    return ledger.record_predictions(session, row.dataset, row.model_version, rows, moment)[0]


def _told(row: PriceDecision) -> dict[str, Any]:
    told = {
        "price": row.price,
        "price_before": row.price_before,
        "suggested": row.suggested,
        "expected_quantity": round(row.expected_quantity, 2),
        "profit_change": None if row.profit_change is None else round(row.profit_change, 2),
        "effective_on": row.effective_on.isoformat() if row.effective_on else None,
        "reason": row.reason or None,
        "note": row.note or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _pending(session: Session, dataset: Dataset, product_id: str) -> PriceDecision:
    found = session.exec(_of_product(dataset, product_id, *policy.PENDING)).first()
    if found is None:
        raise NotFound(kind="approved or scheduled price", name=product_id)
    return found


def _of_product(dataset: Dataset, product_id: str, *states: PriceState) -> Any:
    chosen = (PriceDecision.dataset == dataset, PriceDecision.product_id == product_id)
    return select(PriceDecision).where(*chosen, col(PriceDecision.state).in_(states)).with_for_update()


def allow_prices(session: Session, dataset: Dataset, product_id: str, limits: LimitsFact, by: str) -> None:
    """Set people's limits of a product; its suggestion follows. Raises BadLimits, UnknownProduct, NoPricesYet."""
    policy.check_limits(limits.floor, limits.ceiling, limits.margin)
    opened = open_product(session, dataset, product_id)
    values = {"floor": limits.floor, "ceiling": limits.ceiling, "margin": limits.margin}
    row = session.get(PriceLimits, (dataset, product_id)) or PriceLimits(
        dataset=dataset, product_id=product_id, changed_at=clock.now(), changed_by=by
    )
    row.sqlmodel_update({**values, "changed_at": clock.now(), "changed_by": by})
    session.add(row)
    known = select(PriceProduct).where(
        PriceProduct.release_id == opened.release.id, PriceProduct.product_id == product_id
    )
    product = session.exec(known).one()
    product.sqlmodel_update(suggested(opened.detail.product, limits, queries.step_of(session, dataset)))
    session.add(product)
    session.flush()
    record(session, by, "price limits set", product_id, **{name: value for name, value in values.items() if value})
