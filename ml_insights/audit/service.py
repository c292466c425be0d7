"""Every figure of every page beside what the rows make of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from sqlmodel import Session

from ml_insights.audit import policy
from ml_insights.audit.facts import Difference, LeftOut, Report, Shown
from ml_insights.audit.queries import foretold, people, trade
from ml_insights.audit.queries.recount import Recount
from ml_insights.churn.queries import headline as churn_headline
from ml_insights.commerce.queries import active_dataset, data_version, last_day
from ml_insights.commerce.tables import Dataset
from ml_insights.core.company import company
from ml_insights.demand.queries import current_release as demand_release
from ml_insights.logistics.queries import current_release as routes_release
from ml_insights.pricing.queries import current_release as price_release
from ml_insights.propensity.queries import current_release as buyers_release
from ml_insights.segments.queries import current_release as segment_release

NOT_COMPUTED = "Nothing is computed yet."
OUTDATED = "Computed from earlier rows; compute it anew, then ask again."


def audit(session: Session) -> Report:
    """Compare the figures of the data that pages show. Give it a snapshot: rows that change meanwhile would differ."""
    dataset, zone = active_dataset(session), company().zone
    pages, left_out = _pages(session, dataset)
    recount = Recount(session, dataset.value, zone)
    compared: Counter[str] = Counter()
    differences: list[Difference] = []
    for one in chain.from_iterable(pages):
        compared[one.page] += 1
        recomputed = policy.plain(recount.value(one.question, one.column, one.key))
        if not policy.same(policy.plain(one.value), recomputed, one.rounded):
            found = (one.page, one.figure, policy.plain(one.value), recomputed, recount.sql(one.question))
            differences.append(Difference(*found))
    return Report(dataset.value, dict(compared), tuple(differences), tuple(left_out))


def _pages(session: Session, dataset: Dataset) -> tuple[list[Iterable[Shown]], list[LeftOut]]:
    """What pages show that answer from the present rows, and those that do not."""
    version = data_version(session, dataset)
    left_out: list[LeftOut] = []

    def present(page: str, release: object | None) -> bool:
        made_from = getattr(release, "data_version", None)
        if made_from != version:
            left_out.append(LeftOut(page, NOT_COMPUTED if made_from is None else OUTDATED))
        return made_from == version

    pages: list[Iterable[Shown]] = [trade.rows(session, dataset)]
    if present(trade.PAGE, release := demand_release(session, dataset)) and release:
        pages.append(trade.demand(session, dataset, release))
    if present(people.SEGMENTS, groups := segment_release(session, dataset)) and groups:
        pages += [people.segments(session, dataset, groups), _customers(session, dataset)]
    risk = churn_headline(session, dataset)
    if present(foretold.CHURN, risk.release if risk else None) and risk:
        pages.append(foretold.churn(session, dataset, risk))
    if present(foretold.BUYERS, scores := buyers_release(session, dataset)) and scores:
        pages.append(foretold.buyers(session, dataset, scores))
    if present(foretold.PRICES, prices := price_release(session, dataset)) and prices:
        pages.append(foretold.prices(session, prices))
    if present(foretold.ROUTES, routes_release(session, dataset)):
        pages.append(foretold.routes(session, dataset))
    return pages, left_out


def _customers(session: Session, dataset: Dataset) -> Iterator[Shown]:
    """The list of customers, its first page, and the pages of those on it."""
    found, whole = people.listing(session, dataset)
    yield from whole
    last = last_day(session, dataset, company().zone)
    if last is not None:
        yield from people.listed(found, last)
    for row in found:
        yield from people.one(session, dataset, row.customer_id, company().zone)
