"""Reads of the alerts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlmodel import Session, SQLModel

from ml_insights.accounts.tables import User
from ml_insights.churn.facts import AlertFact, AlertFilter, EventFact
from ml_insights.churn.tables import AlertAct, AlertStatus, DismissReason, Sign
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.company import company
from ml_insights.core.errors import NotFound
from ml_insights.core.listing import Order, holding, window
from ml_insights.core.paging import LARGEST

ALERTS, EVENTS = (SQLModel.metadata.tables[f"churn_{name}"].c for name in ("alerts", "alert_events"))
USERS = SQLModel.metadata.tables[str(User.__tablename__)].c
SORTABLE = ("label", "probability", "at_risk", "due_on", "status", "created_at", "owner")
KINDS = {"status": AlertStatus, "dismiss_reason": DismissReason, "sign": Sign}


def today() -> date:
    """The business day."""
    return clock.now().astimezone(company().zone).date()


def alert(session: Session, dataset: Dataset, alert_id: int) -> AlertFact:
    """The alert with this number. Raises NotFound."""
    row = session.execute(_alerts(dataset).where(ALERTS.id == alert_id)).first()
    if row is None:
        raise NotFound(kind="alert", name=alert_id)
    return _alert(row)


def alert_page(
    session: Session,
    dataset: Dataset,
    wanted: AlertFilter,
    sort: str = "at_risk",
    descending: bool = True,
    limit: int | None = 25,
    offset: int = 0,
) -> tuple[list[AlertFact], int]:
    """Some of the alerts, and how many match."""
    chosen = _conditions(wanted)
    key = func.coalesce(USERS.name, "") if sort == "owner" else ALERTS[sort if sort in SORTABLE else "at_risk"]
    parts = Order(key, ALERTS.id, descending).parts(_alerts(dataset).where(*chosen))
    rows = window(session, parts, limit or LARGEST, offset)
    counted = select(func.count()).select_from(ALERTS.id.table).where(ALERTS.dataset == dataset, *chosen)
    return [_alert(row) for row in rows], session.execute(counted).scalar_one()


def alerts_of(session: Session, dataset: Dataset, customer_id: str) -> list[AlertFact]:
    """Every alert of a customer, the newest first."""
    query = _alerts(dataset).where(ALERTS.customer_id == customer_id).order_by(ALERTS.id.desc())
    return [_alert(row) for row in session.execute(query)]


def events_of(session: Session, alert_id: int) -> list[EventFact]:
    """The history of an alert, the newest first."""
    joined = EVENTS.id.table.outerjoin(USERS.id.table, USERS.email == EVENTS.actor)
    query = select(*EVENTS, USERS.name.label("who")).select_from(joined).where(EVENTS.alert_id == alert_id)
    return [
        EventFact(row.at, row.actor, row.who or "", AlertAct(row.act), row.note, row.detail)
        for row in session.execute(query.order_by(EVENTS.id.desc()))
    ]


def active_customers(session: Session, dataset: Dataset) -> list[AlertFact]:
    """Every alert that is being worked, or waits for that."""
    return [_alert(row) for row in session.execute(_alerts(dataset).where(ALERTS.closed_at.is_(None)))]


def quiet_customers(session: Session, dataset: Dataset, days: int) -> set[str]:
    """Customers who have an alert under way, or had one that ended or led to a contact in the last `days` days."""
    since = clock.now() - timedelta(days=days)
    recent = ALERTS.closed_at.is_(None) | (ALERTS.closed_at > since) | (ALERTS.contacted_at > since)
    return set(session.execute(select(ALERTS.customer_id).where(ALERTS.dataset == dataset, recent)).scalars())


def raised_from(session: Session, dataset: Dataset, release_id: int) -> int:
    """How many alerts a release has raised."""
    counted = select(func.count()).select_from(ALERTS.id.table)
    return session.execute(counted.where(ALERTS.dataset == dataset, ALERTS.release_id == release_id)).scalar_one()


def any_alert(session: Session, dataset: Dataset) -> bool:
    """Whether an alert was ever raised."""
    return session.execute(select(ALERTS.id).where(ALERTS.dataset == dataset).limit(1)).first() is not None


def last_owners(session: Session, dataset: Dataset, customer_ids: Sequence[str]) -> dict[str, int]:
    """Who had the last alert of each customer, where somebody had."""
    query = select(ALERTS.customer_id, ALERTS.owner_id).where(
        ALERTS.dataset == dataset, ALERTS.customer_id.in_(customer_ids), ALERTS.owner_id.is_not(None)
    )
    return dict(tuple(row) for row in session.execute(query.order_by(ALERTS.id)))


def _conditions(wanted: AlertFilter) -> list[ColumnElement[bool]]:
    active, asleep = ALERTS.closed_at.is_(None), ALERTS.snoozed_until > today()
    awake = ALERTS.snoozed_until.is_(None) | (ALERTS.snoozed_until <= today())
    shown: dict[str, list[ColumnElement[bool]]] = {
        "todo": [active, awake],
        "overdue": [active, awake, ALERTS.due_on < today()],
        "snoozed": [active, asleep],
        "closed": [ALERTS.closed_at.is_not(None)],
        "all": [],
    }
    found = list(shown[wanted.show])
    found += [ALERTS.status == wanted.status] if wanted.status else []
    if wanted.owner is not None:
        found.append(ALERTS.owner_id == wanted.owner if wanted.owner else ALERTS.owner_id.is_(None))
    return found + holding(wanted.search, ALERTS.search_text)


def _alerts(dataset: Dataset) -> Select[*tuple[Any, ...]]:
    joined = ALERTS.id.table.outerjoin(USERS.id.table, USERS.id == ALERTS.owner_id)
    named = func.coalesce(func.nullif(USERS.name, ""), USERS.email, "").label("owner")
    return select(*ALERTS, named).select_from(joined).where(ALERTS.dataset == dataset)


def _alert(row: Row[Any]) -> AlertFact:
    plain: dict[str, Any] = {name: getattr(row, name) for name in AlertFact.__dataclass_fields__}
    for name, kind in KINDS.items():
        plain[name] = kind(plain[name]) if plain[name] else None
    plain["reasons"] = tuple(row.reasons)
    return AlertFact(**plain)
