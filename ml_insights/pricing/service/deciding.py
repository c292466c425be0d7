"""What people do with prices: approve, schedule, reject, withdraw, apply, allow. Callers commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Update, update
from sqlmodel import Session, col, select

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.audit import record
from ml_insights.core.company import company
from ml_insights.core.errors import NotFound
from ml_insights.core.once import INSERT, added_once, changed_once, hold_rows
from ml_insights.ledger import service as ledger
from ml_insights.pricing import policy, queries
from ml_insights.pricing.errors import LimitsChanged, NoPricesYet, NoSuchMove, UnknownProduct
from ml_insights.pricing.facts import DecisionFact, LimitsFact, ProductDetail, ReleaseFact
from ml_insights.pricing.queries import DECISIONS
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


def approve(
    session: Session,
    dataset: Dataset,
    product_id: str,
    price: float,
    by: str,
    note: str = "",
    *,
    seen: int | None = None,
) -> int:
    """Approve a price for the till; the decision's id. Raises what `_decide` raises."""
    return _decide(session, dataset, product_id, price, by, PriceState.APPROVED, note=note, seen=seen)


def schedule(
    session: Session,
    dataset: Dataset,
    product_id: str,
    price: float,
    day: date,
    by: str,
    note: str = "",
    *,
    seen: int | None = None,
) -> int:
    """Let a price begin on `day`. Raises BadDay, and what `_decide` raises."""
    policy.check_day(day, clock.now().astimezone(company().zone).date())
    return _decide(session, dataset, product_id, price, by, PriceState.SCHEDULED, day=day, note=note, seen=seen)


def reject(
    session: Session,
    dataset: Dataset,
    product_id: str,
    reason: RejectReason,
    by: str,
    note: str = "",
    *,
    seen: int | None = None,
) -> int:
    """Refuse the suggested price; the ledger keeps why. Raises NoPricesYet, UnknownProduct, NoSuchMove."""
    opened = open_product(session, dataset, product_id)
    if opened.detail.product.state == PriceState.REJECTED:
        written = policy.repeated(opened.detail.decisions, by, PriceState.REJECTED, reason=reason.value)
        if written:
            return written
    price = opened.detail.product.suggested or opened.detail.product.price
    row = _row(opened, dataset, price, by, PriceState.REJECTED, note, seen)
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
    seen: int | None = None,
) -> int:
    """`seen` is the version of the product's decisions that the person knows; any where it is None.

    Raises NoPricesYet, UnknownProduct, NoSuchMove, PriceOutOfRange, PriceNotAllowed.
    """
    opened = open_product(session, dataset, product_id)
    written = policy.repeated(opened.detail.decisions, by, state, price=price, effective_on=day)
    if written:
        return written
    limits = opened.detail.limits
    allowed = policy.allowed_prices(opened.detail.product, limits.floor, limits.ceiling, limits.margin)
    policy.check_price(opened.detail.product, allowed, price)
    row = _row(opened, dataset, price, by, state, note, seen)
    row.effective_on = day
    return _written(session, opened, row, f"price {state.value}", by)


def _row(
    opened: Opened, dataset: Dataset, price: float, by: str, state: PriceState, note: str, seen: int | None
) -> PriceDecision:
    product, standing, now = opened.detail.product, opened.detail.standing, clock.now()
    waiting = product.state in policy.PENDING
    policy.check_seen(product.product_id, standing, seen)
    policy.check_move(product.product_id, product.state if waiting else PriceState.SUGGESTED, state, standing)
    return PriceDecision(
        dataset=dataset,
        product_id=product.product_id,
        turn=standing.turn + 1,
        state=state,
        price_before=product.price,
        price=price,
        suggested=product.suggested,
        note=note[:500],
        decided_at=now,
        decided_by=by,
        changed_at=now,
        changed_by=by,
        closed_at=now if state == PriceState.REJECTED else None,
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
    """Add the decision unless somebody took this turn of the product since it was opened. Raises NoSuchMove."""
    detail, known = _told(row), row.model_dump(exclude={"id"})
    number = added_once(session, PriceDecision, known, lambda: _overtaken(session, row.dataset, row.product_id))
    record(session, by, action, row.product_id, **detail)
    if row.state == PriceState.REJECTED:
        prediction = ledger_prediction(session, row.dataset, opened.release.model_version, row.product_id)
        subject = subject_of(row.product_id)
        decided = ledger.record_decision(
            session, row.dataset, subject, action, by, prediction, row.model_version, detail
        )
        _note(session, number, ledger_id=decided)
    return number


def _note(session: Session, number: int, **values: Any) -> None:
    """What the ledger calls a decision that this transaction has made or changed."""
    session.connection().execute(update(PriceDecision).where(DECISIONS.id == number).values(**values))


def _overtaken(session: Session, dataset: Dataset, product_id: str) -> NoSuchMove:
    return NoSuchMove(queries.standing(session, dataset, product_id).last, product=product_id)


def ledger_prediction(session: Session, dataset: Dataset, model: str, product_id: str) -> int | None:
    """The prediction of the coming weeks at today's price that a release wrote down."""
    from ml_insights.ledger.queries import first_prediction

    return first_prediction(session, dataset, model, subject_of(product_id))


def withdraw(session: Session, dataset: Dataset, product_id: str, by: str, *, seen: int | None = None) -> int:
    """Take back a price that waits; the decision's id. Raises NotFound, NoSuchMove."""
    waiting = _waiting(session, dataset, product_id, by, PriceState.WITHDRAWN, seen)
    if waiting.state == PriceState.WITHDRAWN:
        return waiting.id
    now = clock.now()
    values = {"state": PriceState.WITHDRAWN, "closed_at": now, "changed_by": by, "changed_at": now}
    change = _still_waits(waiting.id).values(**values, version=PriceDecision.version + 1)
    changed_once(session, change, lambda: _overtaken(session, dataset, product_id))
    record(session, by, "price withdrawn", product_id, price=waiting.price)
    return waiting.id


def apply_price(session: Session, dataset: Dataset, product_id: str, by: str, *, seen: int | None = None) -> int:
    """Say that a waiting price holds from now on; the decision's id. Raises NotFound, NoSuchMove, NoPricesYet.

    The ledger gets what is expected of the first whole week at the new price, and the decision that rests on it.
    """
    waiting = _waiting(session, dataset, product_id, by, PriceState.APPLIED, seen)
    if waiting.state != PriceState.APPLIED and not _apply(session, dataset, [waiting.id], by):
        raise _overtaken(session, dataset, product_id)
    return waiting.id


def apply_approved(session: Session, dataset: Dataset, by: str) -> int:
    """Say that every approved price holds from now on; how many."""
    return _apply(session, dataset, [one.id for one in queries.approved(session, dataset)], by)


def apply_due(session: Session, dataset: Dataset, today: date) -> int:
    """Apply every scheduled price whose day has come, but those that somebody else applies or withdraws; how many."""
    return _apply(session, dataset, queries.due(session, dataset, today), RULE)


def _waiting(
    session: Session, dataset: Dataset, product_id: str, by: str, wanted: PriceState, seen: int | None
) -> DecisionFact:
    """The decision that waits, or the one that the same person has taken to the `wanted` state already."""
    decided, standing = (
        queries.decisions(session, dataset, product_id),
        queries.standing(session, dataset, product_id),
    )
    if not decided:
        raise NotFound(kind="approved or scheduled price", name=product_id)
    if policy.repeated(decided, by, wanted):
        return decided[0]
    policy.check_seen(product_id, standing, seen)
    policy.check_move(product_id, decided[0].state, wanted, standing)
    return decided[0]


def _still_waits(*numbers: int) -> Update:
    return update(PriceDecision).where(DECISIONS.id.in_(numbers), DECISIONS.state.in_(policy.PENDING))


def _apply(session: Session, dataset: Dataset, numbers: Sequence[int], by: str) -> int:
    """Let those of the decisions hold that still wait; how many. Whoever else applies or withdraws one waits."""
    products = select(PriceDecision.product_id).where(col(PriceDecision.id).in_(numbers))
    of_products = (DECISIONS.dataset == dataset, DECISIONS.product_id.in_(products))
    hold_rows(session, DECISIONS.id, *of_products, DECISIONS.state.in_((*policy.PENDING, PriceState.APPLIED)))
    moment = clock.now()
    changed = {"changed_by": by, "changed_at": moment, "version": PriceDecision.version + 1}
    applied = {"state": PriceState.APPLIED, "applied_at": moment, "applied_by": by}
    claimed = _still_waits(*numbers).values(**applied, **changed).returning(DECISIONS.id)
    mine = list(session.connection().execute(claimed).scalars())
    before = (DECISIONS.state == PriceState.APPLIED, DECISIONS.id.not_in(mine))
    replaced = select(PriceDecision.product_id).where(col(PriceDecision.id).in_(mine))
    session.connection().execute(
        update(PriceDecision)
        .where(DECISIONS.dataset == dataset, DECISIONS.product_id.in_(replaced), *before)
        .values(state=PriceState.SUPERSEDED, closed_at=moment, **changed)
    )
    rows = select(PriceDecision).where(col(PriceDecision.id).in_(mine)).order_by(col(PriceDecision.id))
    for row in session.exec(rows.execution_options(populate_existing=True)).all():
        _tell_ledger(session, row, by, moment)
    return len(mine)


def _tell_ledger(session: Session, row: PriceDecision, by: str, moment: datetime) -> None:
    prediction, detail = _predicted(session, row, moment), _told(row)
    subject = subject_of(row.product_id)
    decided = ledger.record_decision(
        session, row.dataset, subject, "price applied", by, prediction, row.model_version, detail
    )
    _note(session, row.id or 0, prediction_id=prediction, ledger_id=decided)
    record(session, by, "price applied", row.product_id, **detail)


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


def allow_prices(
    session: Session, dataset: Dataset, product_id: str, limits: LimitsFact, by: str, *, seen: datetime | None
) -> None:
    """Set people's limits of a product; its suggestion follows. `seen` is when those were set that the person knows.

    Raises BadLimits, UnknownProduct, NoPricesYet, and LimitsChanged where somebody else has set them since.
    """
    policy.check_limits(limits.floor, limits.ceiling, limits.margin)
    opened = open_product(session, dataset, product_id)
    values = {"floor": limits.floor, "ceiling": limits.ceiling, "margin": limits.margin}
    present = opened.detail.limits
    if present == limits and present.last and present.last.by == by:  # pressed twice
        return
    _set_limits(session, {"dataset": dataset, "product_id": product_id}, values, by, seen)
    known = select(PriceProduct).where(
        PriceProduct.release_id == opened.release.id, PriceProduct.product_id == product_id
    )
    product = session.exec(known).one()
    product.sqlmodel_update(suggested(opened.detail.product, limits, queries.step_of(session, dataset)))
    session.add(product)
    session.flush()
    record(session, by, "price limits set", product_id, **{name: value for name, value in values.items() if value})


def _set_limits(
    session: Session, identity: dict[str, Any], values: dict[str, Any], by: str, seen: datetime | None
) -> None:
    def faster() -> LimitsChanged:
        now = queries.limits_of(session, **identity)
        shown = {name: "–" if value is None else f"{value:g}" for name, value in vars(now).items() if name in values}
        return LimitsChanged(now.last, product=identity["product_id"], **shown)

    told = {**values, "changed_at": clock.now(), "changed_by": by}
    if seen is None:
        first = INSERT[session.get_bind().dialect.name](PriceLimits).values(**identity, **told)
        changed_once(session, first.on_conflict_do_nothing(), faster)
        return
    known = [col(getattr(PriceLimits, name)) == value for name, value in {**identity, "changed_at": seen}.items()]
    changed_once(session, update(PriceLimits).where(*known).values(**told), faster)
