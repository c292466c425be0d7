"""What people do to alerts: each change is a conditional UPDATE and an event; one of status is a decision as well."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from ml_insights.churn import policy, queries
from ml_insights.churn.errors import (
    AlertChanged,
    AlertClosed,
    AlreadyWatched,
    BadDay,
    NotAnOwner,
    NoteTooLong,
    NotPossible,
    ReasonNeeded,
)
from ml_insights.churn.facts import AlertFact
from ml_insights.churn.queries.alerts import today
from ml_insights.churn.tables import AlertAct, AlertStatus, ChurnAlert, ChurnAlertEvent, DismissReason
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.once import by_rule, changed_once
from ml_insights.ledger import service as ledger

SUBJECT = "customer/{customer}"
LONGEST_NOTE = 2_000


def move(
    session: Session,
    dataset: Dataset,
    alert_id: int,
    wanted: AlertStatus,
    actor: str,
    *,
    version: int | None = None,
    reason: DismissReason | None = None,
    note: str = "",
) -> AlertFact:
    """Take an alert to another status. `version` is the one that the actor has seen; any where it is None.

    Raises NotFound, AlertChanged, NotPossible, ReasonNeeded, AlreadyWatched, NoteTooLong.
    """
    alert = queries.alert(session, dataset, alert_id)
    _same(alert, version)
    _check_move(alert, wanted)
    if wanted == AlertStatus.DISMISSED and (reason is None or (reason in policy.BY_RULE and not by_rule(actor))):
        raise ReasonNeeded
    now = clock.now()
    values: dict[str, Any] = {
        "status": wanted,
        "closed_at": now if wanted in policy.CLOSED else None,
        "dismiss_reason": reason if wanted == AlertStatus.DISMISSED else None,
        "snoozed_until": None,
    }
    if wanted == AlertStatus.CONTACTED and alert.active:
        values["contacted_at"] = now
    act = AlertAct.REOPENED if alert.status in policy.CLOSED else AlertAct(wanted)
    detail = {"from": alert.status.value, "to": wanted.value} | ({"reason": reason.value} if reason else {})
    _change(session, dataset, alert, actor, values)
    decision = _decide(session, dataset, alert, f"alert-{act.value}", actor, detail | ({"note": note} if note else {}))
    _event(session, alert.id, act, actor, detail, note, decision)
    return queries.alert(session, dataset, alert.id)


def _check_move(alert: AlertFact, wanted: AlertStatus) -> None:
    contacted = alert.contacted_at is not None
    if not policy.may_become(alert.status, wanted, contacted):
        possible = [one.value for one in AlertStatus if policy.may_become(alert.status, one, contacted)]
        raise NotPossible(present=alert.status.value, wanted=wanted.value, possible=", ".join(possible))


def reopen(
    session: Session, dataset: Dataset, alert_id: int, actor: str, *, version: int | None = None, note: str = ""
) -> AlertFact:
    """Work a closed alert again. Raises as `move` does."""
    alert = queries.alert(session, dataset, alert_id)
    return move(
        session, dataset, alert_id, policy.reopened(alert.contacted_at is not None), actor, version=version, note=note
    )


def assign(
    session: Session, dataset: Dataset, alert_id: int, owner_id: int | None, actor: str, *, version: int | None = None
) -> AlertFact:
    """Give an alert to somebody, or to nobody. Raises NotFound, AlertChanged, AlertClosed, NotAnOwner."""
    alert = _active(session, dataset, alert_id, version)
    names = {owner.user_id: owner.name for owner in queries.owners(session, dataset)}
    if owner_id is not None and owner_id not in names:
        raise NotAnOwner(person=owner_id)
    if owner_id == alert.owner_id:
        return alert
    detail = {"from": alert.owner, "to": names.get(owner_id or 0, "")}
    return _write(session, dataset, alert, AlertAct.ASSIGNED, actor, {"owner_id": owner_id}, detail)


def set_due(
    session: Session, dataset: Dataset, alert_id: int, due_on: date, actor: str, *, version: int | None = None
) -> AlertFact:
    """Say by when an alert is to be worked. Raises NotFound, AlertChanged, AlertClosed, BadDay."""
    alert = _active(session, dataset, alert_id, version)
    _check_day(due_on, today())
    if due_on == alert.due_on:
        return alert
    return _write(session, dataset, alert, AlertAct.DUE, actor, {"due_on": due_on}, {"to": due_on.isoformat()})


def snooze(
    session: Session, dataset: Dataset, alert_id: int, until: date, actor: str, *, version: int | None = None
) -> AlertFact:
    """Take an alert off the list until a day; a due day before that moves to it.

    Raises NotFound, AlertChanged, AlertClosed, BadDay.
    """
    alert = _active(session, dataset, alert_id, version)
    _check_day(until, today() + timedelta(days=1))
    values: dict[str, Any] = {"snoozed_until": until}
    if alert.due_on is None or alert.due_on < until:
        values["due_on"] = until
    return _write(session, dataset, alert, AlertAct.SNOOZED, actor, values, {"to": until.isoformat()})


def wake(session: Session, dataset: Dataset, alert_id: int, actor: str, *, version: int | None = None) -> AlertFact:
    """Put a snoozed alert back on the list. Raises NotFound, AlertChanged, AlertClosed."""
    alert = _active(session, dataset, alert_id, version)
    if alert.snoozed_until is None:
        return alert
    return _write(session, dataset, alert, AlertAct.WOKEN, actor, {"snoozed_until": None}, {})


def add_note(session: Session, dataset: Dataset, alert_id: int, text: str, actor: str) -> AlertFact:
    """Keep what somebody has to say; notes never collide, and may follow its end. Raises NotFound, NoteTooLong."""
    alert = queries.alert(session, dataset, alert_id)
    if text.strip():
        _event(session, alert.id, AlertAct.NOTED, actor, {}, text)
    return alert


def _active(session: Session, dataset: Dataset, alert_id: int, version: int | None) -> AlertFact:
    alert = queries.alert(session, dataset, alert_id)
    _same(alert, version)
    if not alert.active:
        raise AlertClosed(customer=alert.label)
    return alert


def _same(alert: AlertFact, version: int | None) -> None:
    if version is not None and version != alert.version:
        raise AlertChanged(alert.last_change, customer=alert.label)


def _check_day(day: date, first: date) -> None:
    last = today() + timedelta(days=policy.LONGEST_SNOOZE)
    if not first <= day <= last:
        raise BadDay(day=day.isoformat(), most=policy.LONGEST_SNOOZE)


def _decide(
    session: Session, dataset: Dataset, alert: AlertFact, action: str, actor: str, detail: Mapping[str, Any]
) -> int:
    return ledger.record_decision(
        session,
        dataset,
        SUBJECT.format(customer=alert.customer_id),
        action,
        actor,
        alert.prediction_id,
        alert.model_version,
        {"alert": alert.id, **detail},
    )


def _write(
    session: Session,
    dataset: Dataset,
    alert: AlertFact,
    act: AlertAct,
    actor: str,
    values: Mapping[str, Any],
    detail: Mapping[str, Any],
) -> AlertFact:
    """Change the alert unless somebody has since it was read, and add to its history."""
    _change(session, dataset, alert, actor, values)
    _event(session, alert.id, act, actor, detail)
    return queries.alert(session, dataset, alert.id)


def _change(session: Session, dataset: Dataset, alert: AlertFact, actor: str, values: Mapping[str, Any]) -> None:
    def faster() -> AlertChanged:
        return AlertChanged(queries.alert(session, dataset, alert.id).last_change, customer=alert.label)

    seen = (col(ChurnAlert.id) == alert.id) & (col(ChurnAlert.version) == alert.version)
    noted = {"changed_by": actor, "changed_at": clock.now(), "version": alert.version + 1}
    try:
        changed_once(session, update(ChurnAlert).where(seen).values(**values, **noted), faster)
    except IntegrityError:
        raise AlreadyWatched(customer=alert.label) from None


def _event(
    session: Session,
    alert_id: int,
    act: AlertAct,
    actor: str,
    detail: Mapping[str, Any],
    note: str = "",
    decision: int | None = None,
) -> None:
    if len(note) > LONGEST_NOTE:
        raise NoteTooLong(most=LONGEST_NOTE)
    row = {"alert_id": alert_id, "at": clock.now(), "actor": actor, "act": act, "note": note.strip()}
    session.connection().execute(insert(ChurnAlertEvent).values(**row, detail=dict(detail), decision_id=decision))
