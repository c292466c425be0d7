"""Facts as the API's answers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, func, select
from sqlmodel import Session

from ml_insights.churn import queries, wording
from ml_insights.churn.answers import (
    AlertAnswer,
    AlertWithHistory,
    EventAnswer,
    NotScoredAnswer,
    ReasonAnswer,
    ScoredAnswer,
    UnknownAnswer,
)
from ml_insights.churn.errors import NoScoresYet
from ml_insights.churn.facts import AlertFact, AlertRules, EventFact, Reasons, ReleaseFact, ScoreFact
from ml_insights.churn.policy import least_probability
from ml_insights.commerce.queries import CUSTOMERS, LINES, active_dataset
from ml_insights.commerce.tables import Dataset
from ml_insights.core.database import reading
from ml_insights.core.errors import NotFound
from ml_insights.core.formats import day
from ml_insights.core.i18n import N_, gettext

NO_PURCHASE = N_("This customer had bought nothing by {day}, so there is nothing to lose yet.")
LEFT = N_("This customer has bought nothing for so long that they have left already, as of {day}.")


def one(customer_id: str, language: str) -> ScoredAnswer | NotScoredAnswer:
    """What is known of one customer. Raises NotFound, NoScoresYet."""
    (found,) = many([customer_id], language)
    if isinstance(found, UnknownAnswer):
        raise NotFound(kind="customer", name=customer_id)
    return found


def many(customer_ids: Sequence[str], language: str) -> list[ScoredAnswer | NotScoredAnswer | UnknownAnswer]:
    """What is known of each, in their order. Raises NoScoresYet."""
    with reading() as session:
        dataset = active_dataset(session)
        release = queries.current_release(session, dataset)
        if release is None:
            raise NoScoresYet
        rules = queries.rules(session, dataset, release.order_value)
        scores = queries.scores_of(session, release.id, customer_ids)
        known = _known(session, dataset, [one for one in customer_ids if one not in scores])
        alerts = queries.active_alerts(session, dataset, list(scores))
    as_of = day(release.as_of, language)

    def answer(customer: str) -> ScoredAnswer | NotScoredAnswer | UnknownAnswer:
        if customer in scores:
            return _scored(scores[customer], release, rules, alerts.get(customer, (None,))[0], language)
        if customer in known:
            reason, why = ("left", LEFT) if known[customer] else ("no_purchase", NO_PURCHASE)
            return NotScoredAnswer(customer_id=customer, reason=reason, detail=gettext(why, language, day=as_of))
        return UnknownAnswer(customer_id=customer)

    return [answer(customer) for customer in customer_ids]


def alert(fact: AlertFact, language: str) -> AlertAnswer:
    """An alert as the API tells it."""
    return AlertAnswer(**_alert(fact, language))  # pyright: ignore[reportArgumentType]


def with_history(fact: AlertFact, events: Sequence[EventFact], language: str) -> AlertWithHistory:
    """The same with everything that was done to it."""
    history = [EventAnswer(at=one.at, actor=one.actor, act=one.act, note=one.note, detail=one.detail) for one in events]
    return AlertWithHistory(**_alert(fact, language), history=history)  # pyright: ignore[reportArgumentType]


def _alert(fact: AlertFact, language: str) -> dict[str, object]:
    plain = {name: getattr(fact, name) for name in AlertAnswer.model_fields if hasattr(fact, name)}
    return plain | {
        "customer": fact.label,
        "expected_revenue": fact.value,
        "revenue_at_risk": fact.at_risk,
        "owner": fact.owner or None,
        "reasons": _reasons(fact.reasons, language),
        "next_step": wording.next_step(fact, language),
    }


def _scored(
    score: ScoreFact, release: ReleaseFact, rules: AlertRules, alert_id: int | None, language: str
) -> ScoredAnswer:
    return ScoredAnswer(
        customer_id=score.customer_id,
        customer=score.label,
        probability=score.probability,
        horizon_days=release.horizon_days,
        as_of=release.as_of,
        expected_revenue=score.value,
        revenue_at_risk=score.at_risk,
        expected_profit=rules.economics.profit(score.at_risk),
        pays_from=least_probability(score.value, rules.economics),
        last_purchase=score.last_day,
        reasons=_reasons(score.reasons, language),
        alert_id=alert_id,
        model_version=release.model_version,
    )


def _reasons(reasons: Reasons, language: str) -> list[ReasonAnswer]:
    return [
        ReasonAnswer(**reason, text=wording.reason_text(reason, language)) for reason in wording.for_leaving(reasons)
    ]


def _known(session: Session, dataset: Dataset, customer_ids: Sequence[str]) -> dict[str, bool]:
    """Those of them who exist, as customers or on the lines of orders, and whether they have ever bought."""
    if not customer_ids:
        return {}
    named = select(CUSTOMERS.customer_id).where(CUSTOMERS.dataset == dataset, CUSTOMERS.customer_id.in_(customer_ids))
    sold = func.max(case((LINES.quantity > 0, 1), else_=0))
    lines = select(LINES.customer_id, sold).where(LINES.dataset == dataset, LINES.customer_id.in_(customer_ids))
    bought = {customer: bool(any_) for customer, any_ in session.execute(lines.group_by(LINES.customer_id))}
    return dict.fromkeys(session.execute(named).scalars(), False) | bought
