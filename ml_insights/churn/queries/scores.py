"""Reads of the scores. Every offered order has an index, so that a page of a million customers is read like any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlmodel import Session, SQLModel

from ml_insights.churn.facts import AtRisk, Horizon, ReleaseFact, ScoreFact
from ml_insights.churn.tables import AlertStatus, HorizonFrom
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Published
from ml_insights.core.listing import AT_ONCE, Order, count, every_row, holding, window

RELEASES, SCORES, ALERTS = (SQLModel.metadata.tables[f"churn_{name}"].c for name in ("releases", "scores", "alerts"))
SORTABLE = ("label", "probability", "at_risk", "last_day", "revenue_year")


def published(session: Session, dataset: Dataset) -> Published | None:
    """The state of the data that the present scores were made from; None before the first."""
    columns = (RELEASES.data_version, RELEASES.as_of)
    newest = select(*columns).where(RELEASES.dataset == dataset).order_by(RELEASES.id.desc()).limit(1)
    row = session.execute(newest).first()
    return Published(row.data_version, row.as_of) if row else None


def current_release(session: Session, dataset: Dataset) -> ReleaseFact | None:
    """The newest scores of a data set."""
    found = releases(session, dataset, 1)
    return found[0] if found else None


def releases(session: Session, dataset: Dataset, most: int) -> list[ReleaseFact]:
    """The newest releases, the newest first."""
    query = select(*RELEASES).where(RELEASES.dataset == dataset).order_by(RELEASES.id.desc()).limit(most)
    return [_release(row) for row in session.execute(query)]


def at_risk(session: Session, release_id: int, least: float) -> AtRisk:
    """How many customers have at least `least` revenue at risk (and any at all), and how much together."""
    query = select(func.count(), func.coalesce(func.sum(SCORES.at_risk), 0.0)).where(
        SCORES.release_id == release_id, SCORES.at_risk >= least, SCORES.at_risk > 0
    )
    customers, revenue = session.execute(query).one()
    return AtRisk(int(customers), float(revenue))


def worth_contacting(session: Session, release_id: int, least: float, most: int) -> list[ScoreFact]:
    """The `most` customers with most at risk among those with at least `least`."""
    query = _scores(release_id).where(SCORES.at_risk >= least, SCORES.at_risk > 0)
    query = query.order_by(SCORES.at_risk.desc(), SCORES.customer_id.desc()).limit(most)
    return [_score(row) for row in session.execute(query)]


def score_page(
    session: Session,
    release: ReleaseFact,
    search: str = "",
    sort: str = "at_risk",
    descending: bool = True,
    limit: int = 25,
    offset: int = 0,
    least: float | None = None,
) -> tuple[list[ScoreFact], int]:
    """Some of the scored customers, and how many there are. `least` leaves out those with less at risk."""
    query = _chosen(release.id, search, least)
    rows = window(session, _order(sort, descending).parts(query), limit, offset)
    total = count(session, query) if search.strip() or least is not None else release.customers
    return _with_alerts(session, release, rows), total


def every_score(
    session: Session, release: ReleaseFact, search: str, sort: str, descending: bool, least: float | None = None
) -> Iterator[ScoreFact]:
    """All scored customers that match, so sorted, some thousands in memory at once."""
    rows = every_row(session, _chosen(release.id, search, least), _order(sort, descending))
    while some := list(islice(rows, AT_ONCE)):
        yield from _with_alerts(session, release, some)


def score(session: Session, release_id: int, customer_id: str) -> ScoreFact | None:
    """What a release says of one customer; None where it knows nobody of that name."""
    return scores_of(session, release_id, [customer_id]).get(customer_id)


def scores_of(session: Session, release_id: int, customer_ids: Sequence[str]) -> dict[str, ScoreFact]:
    """What a release says of some customers; those that it does not know are left out."""
    query = _scores(release_id).where(SCORES.customer_id.in_(customer_ids))
    return {row.customer_id: _score(row) for row in session.execute(query)}


def _order(sort: str, descending: bool) -> Order:
    return Order(SCORES[sort if sort in SORTABLE else "at_risk"], SCORES.customer_id, descending)


def _chosen(release_id: int, search: str, least: float | None) -> Select[*tuple[Any, ...]]:
    query = _scores(release_id).where(*holding(search, SCORES.search_text))
    return query if least is None else query.where(SCORES.at_risk >= least)


def _with_alerts(session: Session, release: ReleaseFact, rows: Sequence[Row[Any]]) -> list[ScoreFact]:
    active = active_alerts(session, release.dataset, [row.customer_id for row in rows])
    return [_score(row, *active.get(row.customer_id, (None, None))) for row in rows]


def _scores(release_id: int) -> Select[*tuple[Any, ...]]:
    return select(*SCORES).where(SCORES.release_id == release_id)


def active_alerts(session: Session, dataset: str, customers: Sequence[str]) -> dict[str, tuple[int, AlertStatus]]:
    """The alert that is being worked of each customer who has one: its number and status."""
    query = select(ALERTS.customer_id, ALERTS.id, ALERTS.status).where(
        ALERTS.dataset == Dataset(dataset), ALERTS.customer_id.in_(customers), ALERTS.closed_at.is_(None)
    )
    return {customer: (number, AlertStatus(status)) for customer, number, status in session.execute(query)}


def _score(row: Row[Any], alert_id: int | None = None, status: AlertStatus | None = None) -> ScoreFact:
    return ScoreFact(
        customer_id=row.customer_id,
        label=row.label,
        probability=row.probability,
        value=row.value,
        at_risk=row.at_risk,
        last_day=row.last_day,
        orders=row.orders,
        revenue_year=row.revenue_year,
        reasons=tuple(row.reasons),
        alert_id=alert_id,
        alert_status=status,
    )


def _release(row: Row[Any]) -> ReleaseFact:
    other = ("dataset", "curve", "asked")
    plain = {name: getattr(row, name) for name in ReleaseFact.__dataclass_fields__ if name not in other}
    asked = Horizon(**row.asked | {"origin": HorizonFrom(row.asked["origin"])}) if row.asked else None
    curve = tuple((one[0], one[1]) for one in row.curve)
    return ReleaseFact(**plain, dataset=row.dataset.value, curve=curve, asked=asked)
