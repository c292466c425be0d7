"""The same change to many alerts: what somebody else has changed or closed meanwhile is left as it is, and counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from ml_insights.churn.errors import AlertChanged, AlertClosed, NotPossible
from ml_insights.churn.queries.alerts import ALERTS
from ml_insights.churn.service import changing
from ml_insights.churn.tables import AlertStatus, DismissReason
from ml_insights.commerce.tables import Dataset
from ml_insights.core.errors import NotFound
from ml_insights.core.once import hold_rows

LEFT = (AlertChanged, AlertClosed, NotPossible, NotFound)


@dataclass(frozen=True)
class Done:
    """How many alerts were changed, and how many were left as they are."""

    changed: int
    left: int


def assign(session: Session, dataset: Dataset, seen: Mapping[int, int], owner_id: int | None, actor: str) -> Done:
    """Give alerts to one owner. `seen` is alert → version. Raises NotAnOwner."""

    def one(alert_id: int, version: int) -> object:
        return changing.assign(session, dataset, alert_id, owner_id, actor, version=version)

    return _each(session, seen, one)


def set_due(session: Session, dataset: Dataset, seen: Mapping[int, int], due_on: date, actor: str) -> Done:
    """Give alerts one due day. Raises BadDay."""

    def one(alert_id: int, version: int) -> object:
        return changing.set_due(session, dataset, alert_id, due_on, actor, version=version)

    return _each(session, seen, one)


def dismiss(
    session: Session, dataset: Dataset, seen: Mapping[int, int], reason: DismissReason, note: str, actor: str
) -> Done:
    """Dismiss alerts for one reason. Raises ReasonNeeded."""

    def one(alert_id: int, version: int) -> object:
        wanted = AlertStatus.DISMISSED
        return changing.move(session, dataset, alert_id, wanted, actor, version=version, reason=reason, note=note)

    return _each(session, seen, one)


def _each(session: Session, seen: Mapping[int, int], change: Callable[[int, int], object]) -> Done:
    hold_rows(session, ALERTS.id, ALERTS.id.in_(list(seen)))
    changed = 0
    for alert_id, version in sorted(seen.items()):
        try:
            change(alert_id, version)
        except LEFT:
            continue
        changed += 1
    return Done(changed, len(seen) - changed)
