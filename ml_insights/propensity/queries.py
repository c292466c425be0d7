"""Reads of chances, lists and lifetime values. Every offered order has an index: a million customers page like ten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlmodel import Session, SQLModel

from ml_insights.accounts.tables import User
from ml_insights.commerce.queries import CUSTOMERS, PRODUCTS
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import Published
from ml_insights.core.listing import AT_ONCE, Order, count, every_row, holding, window
from ml_insights.propensity.facts import CustomerOutlook, ListFact, PickFact, ReleaseFact, ScoreFact
from ml_insights.propensity.policy import WEEK
from ml_insights.propensity.tables import Mark

RELEASES, SCORES, LISTS, PICKS = (
    SQLModel.metadata.tables[f"propensity_{name}"].c for name in ("releases", "scores", "lists", "picks")
)
USERS = SQLModel.metadata.tables[str(User.__tablename__)].c
SORTABLE = ("label", "chance_7", "chance_30", "revenue_7", "next_day", "basket", "value", "last_day")


def published(session: Session, dataset: Dataset) -> Published | None:
    """The state of the data that the present scores were made from; None before the first."""
    columns = (RELEASES.data_version, RELEASES.as_of)
    newest = select(*columns).where(RELEASES.dataset == dataset).order_by(RELEASES.id.desc()).limit(1)
    row = session.execute(newest).first()
    return Published(row.data_version, row.as_of) if row else None


def current_release(session: Session, dataset: Dataset) -> ReleaseFact | None:
    """The newest scores of a data set."""
    names = list(ReleaseFact.__dataclass_fields__)
    query = select(*(RELEASES[name] for name in names)).where(RELEASES.dataset == dataset)
    row = session.execute(query.order_by(RELEASES.id.desc()).limit(1)).first()
    if row is None:
        return None
    told = row._asdict()
    told["value_bars"] = tuple((low, high, int(count)) for low, high, count in row.value_bars)
    return ReleaseFact(**told | {"dataset": row.dataset.value})


def score_page(
    session: Session,
    release: ReleaseFact,
    search: str = "",
    sort: str = "revenue_7",
    descending: bool = True,
    limit: int = 25,
    offset: int = 0,
    least: float = 0.0,
    chance: str = "chance_30",
) -> tuple[list[ScoreFact], int]:
    """Some of the scored customers, and how many match. least: the lowest `chance` that is wanted."""
    query = _chosen(release.id, search)
    query = query.where(SCORES[chance] >= least) if least > 0 else query
    rows = window(session, _order(sort, descending).parts(query), limit, offset)
    total = count(session, query) if search.strip() or least > 0 else release.customers
    return _scores(session, release, rows), total


def every_score(
    session: Session, release: ReleaseFact, search: str, sort: str, descending: bool
) -> Iterator[ScoreFact]:
    """All scored customers that match, so sorted, some thousands in memory at once."""
    rows = every_row(session, _chosen(release.id, search), _order(sort, descending))
    while some := list(islice(rows, AT_ONCE)):
        yield from _scores(session, release, some)


def sold_last_year(session: Session, release_id: int) -> float:
    """What everybody in a release brought in the 365 days before it, returns taken off."""
    total = func.coalesce(func.sum(SCORES.revenue_year), 0.0)
    return float(session.execute(select(total).where(SCORES.release_id == release_id)).scalar_one())


def scores_of(session: Session, release: ReleaseFact, customer_ids: Sequence[str]) -> dict[str, ScoreFact]:
    """What a release says of some customers; those that it does not know are left out."""
    query = select(*SCORES).where(SCORES.release_id == release.id, SCORES.customer_id.in_(customer_ids))
    return {one.customer_id: one for one in _scores(session, release, session.execute(query).all())}


def newest_list(session: Session, dataset: Dataset) -> ListFact | None:
    """This week's list."""
    return _first(session, _lists(dataset))


def list_before(session: Session, dataset: Dataset, as_of: date) -> ListFact | None:
    """The newest list whose week was over at the end of `as_of`."""
    return _first(session, _lists(dataset).where(LISTS.as_of <= as_of - WEEK))


def count_lists(session: Session, dataset: Dataset) -> int:
    """How many lists there are."""
    return session.scalar(select(func.count()).where(LISTS.dataset == dataset)) or 0


def unsettled_lists(session: Session, dataset: Dataset, as_of: date) -> list[ListFact]:
    """Lists whose week is over and of which nobody has looked at what came of them."""
    query = _lists(dataset).where(LISTS.as_of <= as_of - WEEK, LISTS.hits.is_(None))
    return [_list(row) for row in session.execute(query)]


def picks(session: Session, release: ReleaseFact, list_id: int) -> list[PickFact]:
    """The customers of a list, the best first, with what is expected of them now."""
    dataset = Dataset(release.dataset)
    joined = PICKS.list_id.table.outerjoin(USERS.id.table, USERS.email == PICKS.changed_by).outerjoin(
        CUSTOMERS.customer_id.table, (CUSTOMERS.dataset == dataset) & (CUSTOMERS.customer_id == PICKS.customer_id)
    )
    query = select(*PICKS, USERS.name.label("who"), CUSTOMERS.phone).select_from(joined)
    rows = session.execute(query.where(PICKS.list_id == list_id).order_by(PICKS.rank)).all()
    scores = scores_of(session, release, [row.customer_id for row in rows])
    return [
        PickFact(
            rank=row.rank,
            score=scores[row.customer_id],
            phone=row.phone or "",
            mark=Mark(row.mark),
            note=row.note,
            marked_by=row.changed_by,
            who=row.who or row.changed_by,
            marked_at=row.changed_at,
            version=row.version,
        )
        for row in rows
        if row.customer_id in scores
    ]


def picked(session: Session, list_id: int, customer_id: str) -> Row[Any] | None:
    """The row of a customer in a list; None where they are not on it."""
    query = select(*PICKS).where(PICKS.list_id == list_id, PICKS.customer_id == customer_id)
    return session.execute(query).first()


def of_customer(session: Session, dataset: Dataset, customer_id: str) -> CustomerOutlook | None:
    """A customer's chances, expected purchase and lifetime value; None where they never bought, or nobody is scored."""
    release = current_release(session, dataset)
    score = scores_of(session, release, [customer_id]).get(customer_id) if release else None
    if release is None or score is None:
        return None
    present = newest_list(session, dataset)
    row = picked(session, present.id, customer_id) if present else None
    return CustomerOutlook(
        score=score,
        as_of=release.as_of,
        model_version=release.model_version,
        value_days=release.value_days,
        value_measured_days=release.value_measured_days,
        rank=row.rank if row else None,
        mark=Mark(row.mark) if row else Mark.OPEN,
        note=row.note if row else "",
        version=row.version if row else 0,
    )


def _lists(dataset: Dataset) -> Select[*tuple[Any, ...]]:
    size = select(func.count()).select_from(PICKS.list_id.table).where(PICKS.list_id == LISTS.id).scalar_subquery()
    return select(*LISTS, size.label("size")).where(LISTS.dataset == dataset).order_by(LISTS.as_of.desc())


def _order(sort: str, descending: bool) -> Order:
    return Order(SCORES[sort if sort in SORTABLE else "revenue_7"], SCORES.customer_id, descending)


def _chosen(release_id: int, search: str) -> Select[*tuple[Any, ...]]:
    return select(*SCORES).where(SCORES.release_id == release_id, *holding(search, SCORES.search_text))


def _first(session: Session, query: Select[*tuple[Any, ...]]) -> ListFact | None:
    row = session.execute(query.limit(1)).first()
    return _list(row) if row else None


def _list(row: Row[Any]) -> ListFact:
    return ListFact(**{name: getattr(row, name) for name in ListFact.__dataclass_fields__})


def _scores(session: Session, release: ReleaseFact, rows: Sequence[Row[Any]]) -> list[ScoreFact]:
    names = _names(session, Dataset(release.dataset), {product for row in rows for product in row.products})
    plain = [name for name in ScoreFact.__dataclass_fields__ if name not in ("products", "reasons")]
    return [
        ScoreFact(
            **{name: getattr(row, name) for name in plain},
            products=tuple((product, names.get(product) or product) for product in row.products),
            reasons=tuple(row.reasons),
        )
        for row in rows
    ]


def _names(session: Session, dataset: Dataset, products: Iterable[str]) -> dict[str, str]:
    wanted = sorted(products)
    if not wanted:
        return {}
    query = select(PRODUCTS.product_id, PRODUCTS.name)
    found = query.where(PRODUCTS.dataset == dataset, PRODUCTS.product_id.in_(wanted))
    return {product: name for product, name in session.execute(found) if name}
