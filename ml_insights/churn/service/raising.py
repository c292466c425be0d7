"""Raising alerts: as many as the team can work, the best by expected profit, each customer once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col

from ml_insights.churn import policy, queries
from ml_insights.churn.errors import NoScoresYet
from ml_insights.churn.facts import AlertFact, AlertRules, ReleaseFact, ScoreFact
from ml_insights.churn.queries.alerts import last_owners, raised_from, today
from ml_insights.churn.service.changing import SUBJECT
from ml_insights.churn.tables import AlertAct, AlertStatus, ChurnAlert, ChurnAlertEvent
from ml_insights.commerce.queries.reach import old_orders
from ml_insights.commerce.service import hold, require_sound
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.ledger import queries as ledger_queries
from ml_insights.ledger import service as ledger
from ml_insights.registry.queries import ranking

ACTOR = "rule:churn-alerts"


@dataclass(frozen=True)
class Raised:
    """What a run raised, on which release; `alerts` are in the order of their expected profit."""

    release: ReleaseFact
    alerts: tuple[AlertFact, ...]


def raise_alerts(session: Session, dataset: Dataset) -> Raised:
    """Raise what is missing, in the caller's transaction. Raises NoScoresYet, and DataUndone where the scores were made
    from rows that were taken back.

    Running it again raises no customer twice: a customer has one active alert at a time (the database sees to that),
    and what waits or was raised already from the same release counts against the capacity. Orders that ended long ago
    raise none: who was about to leave then is not to be called next week. Nor do scores whose order is no better than
    chance.
    """
    hold(session, dataset)  # two who raise at once wait for each other
    release = queries.current_release(session, dataset)
    if release is None:
        raise NoScoresYet
    require_sound(session, dataset, release.data_version)
    ranked = ranking(session, release.model_version, release.dataset)
    if old_orders(session, dataset) or (ranked is not None and ranked.by_chance):
        return Raised(release, ())
    rules = queries.rules(session, dataset, release.order_value)
    active = queries.active_customers(session, dataset)
    waiting = sum(alert.status == AlertStatus.OPEN for alert in active)
    room = policy.room(rules.capacity, waiting, raised_from(session, dataset, release.id))
    chosen = _choose(session, dataset, release, rules, room)
    owners = _owners(session, dataset, chosen, active)
    numbers = [_add(session, dataset, release, rules, score, owners[score.customer_id]) for score in chosen]
    for number in numbers:  # the ledger comes last, see `core.once`
        _decide(session, dataset, queries.alert(session, dataset, number))
    return Raised(release, tuple(queries.alert(session, dataset, number) for number in numbers))


def _choose(session: Session, dataset: Dataset, release: ReleaseFact, rules: AlertRules, room: int) -> list[ScoreFact]:
    if not room:
        return []
    quiet = queries.quiet_customers(session, dataset, policy.QUIET_DAYS)
    best = queries.worth_contacting(session, release.id, rules.economics.least_at_risk, room + len(quiet))
    return [score for score in best if score.customer_id not in quiet][:room]


def _owners(
    session: Session, dataset: Dataset, chosen: Sequence[ScoreFact], active: Sequence[AlertFact]
) -> dict[str, int | None]:
    selling = [owner.user_id for owner in queries.owners(session, dataset) if owner.sells]
    has = Counter(alert.owner_id for alert in active)
    customers = [score.customer_id for score in chosen]
    load = {owner: has.get(owner, 0) for owner in selling}
    return policy.owners_for(customers, load, last_owners(session, dataset, customers))


def _add(
    session: Session, dataset: Dataset, release: ReleaseFact, rules: AlertRules, score: ScoreFact, owner: int | None
) -> int:
    subject = SUBJECT.format(customer=score.customer_id)
    prediction = ledger_queries.first_prediction(session, dataset, release.model_version, subject)
    values: dict[str, Any] = {
        "dataset": dataset,
        "customer_id": score.customer_id,
        "label": score.label,
        "search_text": f"{score.label} {score.customer_id}".lower(),
        "release_id": release.id,
        "model_version": release.model_version,
        "prediction_id": prediction,
        "as_of": release.as_of,
        "horizon_days": release.horizon_days,
        "probability": score.probability,
        "value": score.value,
        "at_risk": score.at_risk,
        "expected_profit": rules.economics.profit(score.at_risk),
        "reasons": list(score.reasons),
        "status": AlertStatus.OPEN,
        "owner_id": owner,
        "due_on": policy.due_day(today(), rules.due_days),
        "created_at": clock.now(),
        "changed_by": ACTOR,
        "changed_at": clock.now(),
        "version": 1,
    }
    added = insert(ChurnAlert).values(**values).returning(col(ChurnAlert.id))
    return session.connection().execute(added).scalar_one() or 0


def _decide(session: Session, dataset: Dataset, alert: AlertFact) -> None:
    subject = SUBJECT.format(customer=alert.customer_id)
    figures = {"at_risk": round(alert.at_risk, 2), "expected_profit": round(alert.expected_profit, 2)}
    decision = ledger.record_decision(
        session,
        dataset,
        subject,
        "alert-raised",
        ACTOR,
        alert.prediction_id,
        alert.model_version,
        {"alert": alert.id, **figures},
    )
    event = {"alert_id": alert.id, "at": clock.now(), "actor": ACTOR, "act": AlertAct.RAISED, "note": ""}
    session.connection().execute(insert(ChurnAlertEvent).values(**event, detail={}, decision_id=decision))
