"""One line after the other: what a customer ordered, what was foretold about them, what was done, what came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from ml_insights.churn.facts import CustomerChurn
from ml_insights.churn.tables import AlertAct
from ml_insights.commerce.tables import Dataset
from ml_insights.core.access import Area
from ml_insights.core.i18n import N_
from ml_insights.customers.facts import Entry, EntryKind, OrderFact
from ml_insights.ledger import queries as ledger
from ml_insights.ledger.facts import PredictionFact, Story
from ml_insights.segments.facts import MemberStory
from ml_insights.segments.policy import title_of

MOST = 400
"""Lines that are kept; the oldest orders of a very busy customer are left out."""
ACTS: dict[AlertAct, str] = {
    AlertAct.RAISED: N_("Churn alert raised"),
    AlertAct.CONTACTED: N_("Contacted about the churn alert"),
    AlertAct.RETAINED: N_("Churn alert closed: retained"),
    AlertAct.LOST: N_("Churn alert closed: lost"),
    AlertAct.DISMISSED: N_("Churn alert dismissed"),
    AlertAct.REOPENED: N_("Churn alert reopened"),
    AlertAct.ASSIGNED: N_("Churn alert given to somebody"),
    AlertAct.DUE: N_("Churn alert: another due date"),
    AlertAct.SNOOZED: N_("Churn alert snoozed"),
    AlertAct.WOKEN: N_("Churn alert back on the list"),
    AlertAct.NOTED: N_("Note on the churn alert"),
    AlertAct.SIGN: N_("The orders answered the churn alert"),
}
TOLD = "alert-"
"""Decisions whose action begins so are told by the alert's own history, with their notes."""
CHURN, WEEK, MONTH = N_("Leaving: {chance}"), N_("Buys within 7 days: {chance}"), N_("Buys within 30 days: {chance}")
BY_SEGMENT = N_("Buys within 30 days, by the segment: {chance}")
CAME_TRUE, DID_NOT = N_("It came true"), N_("It did not come true")
SUBJECTS: tuple[tuple[str, str, Area], ...] = (
    ("customer/{id}", CHURN, Area.CHURN),
    ("purchase-7/customer/{id}", WEEK, Area.PROPENSITY),
    ("purchase-30/customer/{id}", MONTH, Area.PROPENSITY),
    ("segment/customer/{id}", BY_SEGMENT, Area.SEGMENTS),
)
"""Subjects of the ledger that a customer has, what a prediction about each says, and who may know."""


def timeline(
    session: Session,
    dataset: Dataset,
    customer_id: str,
    orders: Sequence[OrderFact],
    segment: MemberStory | None,
    churn: CustomerChurn | None,
    zone: ZoneInfo,
    areas: Collection[Area],
) -> tuple[Entry, ...]:
    """Everything that a reader with these areas may know, the newest first."""
    parts: list[Iterable[Entry]] = [[_order(one) for one in orders[:MOST]]]
    parts += [_segments(segment, zone)] if segment else []
    parts += [_alerts(churn)] if churn else []
    for subject, text in [(subject, text) for subject, text, area in SUBJECTS if area in areas]:
        parts.append(_ledger(ledger.story(session, dataset, subject.format(id=customer_id), limit=50), text))
    entries = sorted((entry for part in parts for entry in part), key=lambda entry: entry.at, reverse=True)
    return tuple(entries[:MOST])


def _order(one: OrderFact) -> Entry:
    text = N_("Order {order}") if one.units else N_("Return {order}")
    values: dict[str, Any] = {"order": one.order_id, "value": one.value, "lines": one.lines}
    values["units"] = one.units if one.units else one.returned
    return Entry(one.at, EntryKind.ORDER, text, values)


def _segments(story: MemberStory, zone: ZoneInfo) -> Iterator[Entry]:
    before = ""
    for month, segment in story.history:
        if segment and segment != before:
            at = datetime.combine(month, time(23, 59), zone).astimezone(UTC)
            text = N_("Segment: {segment}") if not before else N_("Segment: from {before} to {segment}")
            yield Entry(at, EntryKind.SEGMENT, text, {"segment": title_of(segment), "before": title_of(before)})
        before = segment


def _alerts(churn: CustomerChurn) -> Iterator[Entry]:
    for alert, events in churn.alerts:
        for event in events:
            values: dict[str, Any] = {"alert": alert.id}
            yield Entry(event.at, EntryKind.ALERT, ACTS[event.act], values, event.note, event.who)


def _ledger(story: Story, text: str) -> Iterator[Entry]:
    for one in story.predictions:
        if one.probability is None or one.purpose != "live":
            continue
        values = {"chance": one.probability, "model": one.model, "until": one.target_at}
        yield Entry(one.made_at, EntryKind.PREDICTION, text, values | {"outcome": _outcome(one)})
    for decision in story.decisions:
        if decision.action.startswith(TOLD):
            continue
        values = {"action": decision.action, "model": decision.model}
        yield Entry(decision.at, EntryKind.DECISION, N_("Decision: {action}"), values, "", decision.by)


def _outcome(one: PredictionFact) -> str:
    if one.outcome is None or one.outcome.actual is None:
        return ""
    return CAME_TRUE if one.outcome.actual >= 0.5 else DID_NOT
