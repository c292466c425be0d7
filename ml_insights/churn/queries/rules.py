"""What alerts are raised by, and who may work them."""

from __future__ import annotations

from sqlmodel import Session

from ml_insights.accounts import queries as accounts
from ml_insights.churn import policy
from ml_insights.churn.facts import AlertRules, Economics, Owner
from ml_insights.churn.tables import ChurnSettings
from ml_insights.commerce.tables import Dataset
from ml_insights.core.access import Area, Role, allowed
from ml_insights.core.settings import settings

RULES = ("capacity", "contact_cost", "save_rate", "margin_share", "due_days", "horizon_days")


def rules(session: Session, dataset: Dataset, order_value: float) -> AlertRules:
    """The rules of a data set: what people have set, and defaults. `order_value` is the revenue of a usual order."""
    row = session.get(ChurnSettings, dataset) or ChurnSettings(dataset=dataset, changed_at=None)  # pyright: ignore
    cost = policy.usual_cost(order_value) if row.contact_cost is None else row.contact_cost
    economics = Economics(
        contact_cost=cost,
        save_rate=policy.SAVE_RATE if row.save_rate is None else row.save_rate,
        margin_share=policy.MARGIN_SHARE if row.margin_share is None else row.margin_share,
    )
    return AlertRules(
        economics=economics,
        capacity=settings().churn_capacity if row.capacity is None else row.capacity,
        due_days=policy.DUE_DAYS if row.due_days is None else row.due_days,
        horizon_days=row.horizon_days,
        chosen=frozenset(name for name in RULES if getattr(row, name) is not None),
        changed_by=row.changed_by or "",
        changed_at=row.changed_at,
    )


def chosen_horizon(session: Session, dataset: Dataset) -> int | None:
    """The days without a purchase that people have said count as leaving; None where the purchases say."""
    row = session.get(ChurnSettings, dataset)
    return row.horizon_days if row else None


def owners(session: Session, dataset: Dataset) -> list[Owner]:
    """Active people who may work alerts, by name; the demo company's people work its alerts alone."""
    return [
        Owner(person.user_id, person.name or person.email, person.email, person.role == Role.SALES)
        for person in accounts.people(session)
        if person.active and allowed(person.role, Area.CHURN_WORK) and (dataset == Dataset.DEMO or not person.is_demo)
    ]
