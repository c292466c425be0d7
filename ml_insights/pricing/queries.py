"""Reads of prices. Lists are filtered, sorted and paged by the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, SQLModel, col, select

from ml.pricing.types import STEP
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Published
from ml_insights.core.listing import Order, count, holding, window
from ml_insights.core.once import LastChange
from ml_insights.ledger.tables import LedgerOutcome
from ml_insights.pricing.facts import (
    DecisionFact,
    LimitsFact,
    PricePage,
    ProductDetail,
    ProductFact,
    ReleaseFact,
    Standing,
)
from ml_insights.pricing.tables import PriceDecision, PriceLimits, PriceProduct, PriceRelease, PriceRules, PriceState

PRODUCTS, DECISIONS, OUTCOMES = (
    SQLModel.metadata.tables[str(table.__tablename__)].c for table in (PriceProduct, PriceDecision, LedgerOutcome)
)
SORTABLE = ("label", "price", "elasticity", "suggested", "profit_change")
FILTERS = ("all", "worth", "unknown", "approved", "scheduled", "applied")
OWN = tuple(field.name for field in fields(ProductFact) if field.name in PriceProduct.model_fields)
CURRENT = (PriceState.APPROVED, PriceState.SCHEDULED, PriceState.APPLIED, PriceState.REJECTED)


@dataclass(frozen=True)
class Wanted:
    """Which products, in which order. `filter` is one of FILTERS, `sort` one of SORTABLE."""

    filter: str = "all"
    search: str = ""
    sort: str = "profit_change"
    descending: bool = True


def current_release(session: Session, dataset: Dataset) -> ReleaseFact | None:
    """The release that answers."""
    newest = select(PriceRelease).where(PriceRelease.dataset == dataset).order_by(col(PriceRelease.id).desc()).limit(1)
    row = session.exec(newest).first()
    return ReleaseFact(**{field.name: getattr(row, field.name) for field in fields(ReleaseFact)}) if row else None


def published(session: Session, dataset: Dataset) -> Published | None:
    """The state of the data that the prices that pages show were made from; None before the first."""
    release = current_release(session, dataset)
    return Published(release.data_version, release.as_of) if release else None


def products_page(session: Session, release: ReleaseFact, wanted: Wanted, limit: int, offset: int = 0) -> PricePage:
    """One page of products, and how many match."""
    listed = _listed(release, wanted)
    total = count(session, listed)
    column = PRODUCTS[wanted.sort if wanted.sort in SORTABLE else "profit_change"]
    parts = Order(column, PRODUCTS.product_id, wanted.descending).parts(listed)
    return PricePage(total, tuple(_product(dict(row._mapping)) for row in window(session, parts, limit, offset)))


def detail(session: Session, release: ReleaseFact, product_id: str) -> ProductDetail | None:
    """Everything about a product; None where the release does not know it."""
    statement = _joined(release).add_columns(PRODUCTS.weeks).where(PRODUCTS.product_id == product_id)
    row = session.execute(statement).mappings().first()
    if row is None:
        return None
    found = dict(row)
    weeks = tuple(found.pop("weeks"))
    known = limits_of(session, release.dataset, product_id)
    decided = tuple(decisions(session, release.dataset, product_id))
    return ProductDetail(_product(found), weeks, known, decided, standing(session, release.dataset, product_id))


def products_named(session: Session, release: ReleaseFact, product_ids: Sequence[str]) -> dict[str, ProductFact]:
    """The products of these ids that the release knows."""
    rows = session.execute(_joined(release).where(PRODUCTS.product_id.in_(product_ids))).mappings()
    return {row["product_id"]: _product(dict(row)) for row in rows}


def product_ids(session: Session, release: ReleaseFact) -> list[str]:
    """Every product of the release."""
    return list(session.scalars(sa_select(PRODUCTS.product_id).where(PRODUCTS.release_id == release.id)))


def limits_of(session: Session, dataset: Dataset, product_id: str) -> LimitsFact:
    """People's limits for a product."""
    row = session.get(PriceLimits, (dataset, product_id), populate_existing=True)
    if row is None:
        return LimitsFact()
    return LimitsFact(row.floor, row.ceiling, row.margin, LastChange(row.changed_by, row.changed_at))


def limits_of_all(session: Session, dataset: Dataset) -> dict[str, LimitsFact]:
    """People's limits by product."""
    rows = session.exec(select(PriceLimits).where(PriceLimits.dataset == dataset))
    return {row.product_id: LimitsFact(row.floor, row.ceiling, row.margin) for row in rows}


def step_of(session: Session, dataset: Dataset) -> float:
    """How far a suggestion may move a price, as a share."""
    rules = session.get(PriceRules, dataset)
    return rules.step if rules else STEP


def decisions(session: Session, dataset: Dataset, product_id: str, limit: int = 50) -> list[DecisionFact]:
    """What was decided about a product, the newest first, with what came of it."""
    return _decided(session, (DECISIONS.dataset == dataset, DECISIONS.product_id == product_id), limit)


def standing(session: Session, dataset: Dataset, product_id: str) -> Standing:
    """How far the decisions about a product are, and who made the last change."""
    of_product = (DECISIONS.dataset == dataset, DECISIONS.product_id == product_id)
    latest = sa_select(DECISIONS.changed_by, DECISIONS.changed_at).where(*of_product)
    last = session.execute(latest.order_by(DECISIONS.changed_at.desc(), DECISIONS.id.desc()).limit(1)).first()
    if last is None:
        return Standing()
    turn, version = session.execute(
        sa_select(func.max(DECISIONS.turn), func.sum(DECISIONS.version)).where(*of_product)
    ).one()
    return Standing(turn, version, LastChange(last.changed_by, last.changed_at))


def approved(session: Session, dataset: Dataset) -> list[DecisionFact]:
    """Approved prices that nobody applied yet, the oldest first."""
    found = _decided(session, (DECISIONS.dataset == dataset, DECISIONS.state == PriceState.APPROVED.value), None)
    return found[::-1]


def due(session: Session, dataset: Dataset, today: date) -> list[int]:
    """Scheduled prices whose day has come, the oldest first."""
    chosen = (DECISIONS.dataset == dataset, DECISIONS.state == PriceState.SCHEDULED.value)
    ready = sa_select(DECISIONS.id).where(*chosen, DECISIONS.effective_on <= today)
    return list(session.scalars(ready.order_by(DECISIONS.effective_on, DECISIONS.id)))


def counts(session: Session, release: ReleaseFact) -> dict[str, int]:
    """How many products each filter shows."""
    return {name: count(session, _listed(release, Wanted(filter=name))) for name in FILTERS}


def gain(session: Session, release: ReleaseFact) -> float:
    """Expected profit a week of what the filter "worth" shows."""
    shown = _listed(release, Wanted(filter="worth")).subquery()
    return session.scalar(sa_select(func.coalesce(func.sum(shown.c.profit_change), 0.0))) or 0.0


def _decided(session: Session, conditions: tuple[Any, ...], limit: int | None) -> list[DecisionFact]:
    names = [field.name for field in fields(DecisionFact) if field.name != "actual_quantity"]
    columns = [DECISIONS[name] for name in names]
    statement = (
        sa_select(*columns, OUTCOMES.actual.label("actual_quantity"))
        .select_from(
            _table(PriceDecision).outerjoin(_table(LedgerOutcome), OUTCOMES.prediction_id == DECISIONS.prediction_id)
        )
        .where(*conditions)
        .order_by(DECISIONS.id.desc())
        .limit(limit)
    )
    rows = session.execute(statement).mappings()
    return [DecisionFact(**{**row, "state": PriceState(row["state"])}) for row in rows]


def _table(model: type[SQLModel]) -> Any:
    return SQLModel.metadata.tables[str(model.__tablename__)]


def _joined(release: ReleaseFact) -> Select[*tuple[Any, ...]]:
    """Products with the newest decision that still says something about their price."""
    newest = (
        sa_select(DECISIONS.product_id, func.max(DECISIONS.id).label("id"))
        .where(DECISIONS.dataset == release.dataset, _speaks(release))
        .group_by(DECISIONS.product_id)
        .subquery()
    )
    decision = _table(PriceDecision).alias()
    source = (
        _table(PriceProduct)
        .outerjoin(newest, newest.c.product_id == PRODUCTS.product_id)
        .outerjoin(decision, decision.c.id == newest.c.id)
    )
    own = [PRODUCTS[name] for name in OWN]
    state = func.coalesce(decision.c.state, literal(PriceState.SUGGESTED.value)).label("state")
    decided = [decision.c.price.label("decided_price"), decision.c.effective_on.label("effective_on")]
    return sa_select(*own, state, *decided).select_from(source).where(PRODUCTS.release_id == release.id)


def _speaks(release: ReleaseFact) -> ColumnElement[bool]:
    """Pending prices speak as long as they wait; applied and rejected ones until a later release suggests anew."""
    settled = DECISIONS.state.in_([PriceState.APPLIED.value, PriceState.REJECTED.value])
    pending = DECISIONS.state.in_([PriceState.APPROVED.value, PriceState.SCHEDULED.value])
    since = case((DECISIONS.applied_at.is_not(None), DECISIONS.applied_at), else_=DECISIONS.decided_at)
    return or_(pending, and_(settled, since >= release.computed_at))


def _listed(release: ReleaseFact, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    statement = _joined(release).where(*holding(wanted.search, PRODUCTS.search_text))
    state = func.coalesce(statement.selected_columns["state"], "")
    conditions: dict[str, Any] = {
        "worth": and_(PRODUCTS.worth, state == PriceState.SUGGESTED.value),
        "unknown": PRODUCTS.refusal != "",
        "approved": state == PriceState.APPROVED.value,
        "scheduled": state == PriceState.SCHEDULED.value,
        "applied": state == PriceState.APPLIED.value,
    }
    return statement.where(conditions[wanted.filter]) if wanted.filter in conditions else statement


def _product(row: dict[str, Any]) -> ProductFact:
    return ProductFact(**{**row, "state": PriceState(row["state"])})
