"""What the API says of purchases: facts as answers, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from ml_insights.commerce.queries import active_dataset
from ml_insights.commerce.tables import Dataset
from ml_insights.core.database import reading
from ml_insights.core.errors import NotFound
from ml_insights.propensity import queries, wording
from ml_insights.propensity.answers import (
    Interval,
    LikelyProduct,
    Listed,
    NextPurchase,
    Provenance,
    PurchaseAnswer,
    PurchaseList,
    UnknownAnswer,
    WeekList,
    Why,
)
from ml_insights.propensity.errors import ListByChance, NoChancesYet
from ml_insights.propensity.facts import PickFact, ReleaseFact, ScoreFact
from ml_insights.registry.queries import ranking

SHORT = 7


def present(session: Session, dataset: Dataset) -> ReleaseFact:
    """The scores that answer. Raises NoChancesYet."""
    release = queries.current_release(session, dataset)
    if release is None:
        raise NoChancesYet
    return release


def ranked(days: int, search: str, limit: int, offset: int, least: float, language: str) -> PurchaseList:
    """Customers by their chance within `days` (7 or 30). Raises NoChancesYet."""
    with reading() as session:
        release = present(session, active_dataset(session))
        key = f"chance_{days}"
        found, total = queries.score_page(session, release, search, key, True, limit, offset, least, key)
    customers = [answer(one, release, days, language) for one in found]
    return PurchaseList(total=total, days=days, customers=customers, provenance=provenance(release))


def one(customer_id: str, days: int, language: str) -> PurchaseAnswer:
    """A customer's answer. Raises NoChancesYet, NotFound."""
    found = many([customer_id], days, language)[0]
    if isinstance(found, UnknownAnswer):
        raise NotFound(kind="customer with a purchase", name=customer_id)
    return found


def many(customer_ids: Sequence[str], days: int, language: str) -> list[PurchaseAnswer | UnknownAnswer]:
    """One answer per id, in order. Raises NoChancesYet."""
    with reading() as session:
        release = present(session, active_dataset(session))
        found = queries.scores_of(session, release, list(dict.fromkeys(customer_ids)))
    return [
        answer(found[name], release, days, language) if name in found else UnknownAnswer(customer_id=name)
        for name in customer_ids
    ]


def week(language: str) -> WeekList:
    """This week's list. Raises NoChancesYet, and ListByChance where it is no better than drawing lots."""
    with reading() as session:
        dataset = active_dataset(session)
        release, newest = present(session, dataset), queries.newest_list(session, dataset)
        if newest is None:
            raise NoChancesYet
        ranked = ranking(session, release.model_version, release.dataset)
        if ranked is not None and ranked.by_chance:
            raise ListByChance(auc=f"{ranked.auc:.2f}", least=f"{ranked.least:.2f}")
        picks = queries.picks(session, release, newest.id)
    return WeekList(
        as_of=newest.as_of,
        expected=round(newest.expected, 2),
        customers=[listed(pick, release, language) for pick in picks],
        provenance=provenance(release),
    )


def listed(pick: PickFact, release: ReleaseFact, language: str) -> Listed:
    """A customer of the list."""
    return Listed(
        rank=pick.rank,
        mark=pick.mark,
        note=pick.note,
        marked_by=pick.marked_by,
        marked_at=pick.marked_at,
        version=pick.version,
        purchase=answer(pick.score, release, SHORT, language),
    )


def answer(score: ScoreFact, release: ReleaseFact, days: int, language: str) -> PurchaseAnswer:
    """A customer as the API shows them."""
    return PurchaseAnswer(
        customer_id=score.customer_id,
        name=score.label,
        probability=round(score.chance_7 if days == SHORT else score.chance_30, 4),
        days=days,
        chance_7=round(score.chance_7, 4),
        chance_30=round(score.chance_30, 4),
        revenue_7=score.revenue_7,
        next_purchase=NextPurchase(day=score.next_day, earliest=score.next_from, latest=score.next_to),
        basket=Interval(expected=score.basket, low=score.basket_low, high=score.basket_high),
        lifetime_value=Interval(expected=score.value, low=score.value_low, high=score.value_high),
        lifetime_days=release.value_days,
        products=[LikelyProduct(id=key, name=name) for key, name in score.products],
        reasons=[
            Why(
                code=reason["code"],
                text=wording.reason_text(reason, language),
                value=reason["value"],
                typical=reason["typical"],
                effect=reason["effect"],
            )
            for reason in wording.for_buying(score.reasons)
        ],
    )


def provenance(release: ReleaseFact) -> Provenance:
    """Which model said so, from what."""
    return Provenance(
        model_version=release.model_version,
        computed_at=release.computed_at,
        data_until=release.as_of,
        demo=release.dataset == Dataset.DEMO.value,
    )
