"""Reads of customers, products and order lines. Frames come without ORM objects, lean enough for a million lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlmodel import Session, SQLModel

from ml.frames import CONTRACTS
from ml_insights.capabilities import capabilities
from ml_insights.commerce.facts import DatasetCounts
from ml_insights.commerce.tables import DATASET, Customer, Dataset, DataVersion, OrderLine, Product
from ml_insights.core.capability import load

if TYPE_CHECKING:
    import pandas as pd

CUSTOMERS, LINES, PRODUCTS, VERSIONS = (
    SQLModel.metadata.tables[str(table.__tablename__)].c for table in (Customer, OrderLine, Product, DataVersion)
)
CONTRACT_TABLES = {
    contract: SQLModel.metadata.tables[str(table.__tablename__)]
    for contract, table in {"orders": OrderLine, "customers": Customer, "products": Product}.items()
}
FETCH = 100_000
"""Rows held as Python objects at once."""

HOUR = timedelta(hours=1)


def active_dataset(session: Session) -> Dataset:
    """The company's own data once it has any row of its own, the demo company before."""
    return Dataset.COMPANY if has_any_rows(session, Dataset.COMPANY) else Dataset.DEMO


def has_any_rows(session: Session, dataset: Dataset) -> bool:
    """Whether `dataset` has any row of any import target, of the slices above too; costs an index look-up for each."""
    return bool(session.scalar(_any_row(), {"of": dataset}))


@lru_cache
def _any_row() -> Select[bool]:
    targets = [target for capability in capabilities() for target in capability.imports]
    tables = [SQLModel.metadata.tables[str(load(target.table).__tablename__)] for target in targets]
    wanted = bindparam("of", type_=DATASET)
    return select(or_(*(exists().where(table.c.dataset == wanted) for table in tables)))


def has_orders(session: Session, dataset: Dataset) -> bool:
    """Whether `dataset` has any order line; costs one index look-up."""
    return session.scalar(select(LINES.id).where(LINES.dataset == dataset).limit(1)) is not None


def has_rows(session: Session, dataset: Dataset, contract: str) -> bool:
    """Whether `dataset` has any row of a contract of this slice: orders, customers or products."""
    table = CONTRACT_TABLES[contract]
    return session.execute(select(table.c.dataset).where(table.c.dataset == dataset).limit(1)).first() is not None


def contract_rows(session: Session, dataset: Dataset, contract: str) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Column names of a contract, and every row of `dataset` in its terms; times are ISO 8601 in UTC."""
    table = CONTRACT_TABLES[contract]
    names = [name for name in CONTRACTS[contract].names if name in table.c]
    chosen = select(*(table.c[name] for name in names)).where(table.c.dataset == dataset)
    result = session.execute(chosen, execution_options={"yield_per": FETCH})
    return names, (tuple(map(_written, row)) for row in result)


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def data_version(session: Session, dataset: Dataset) -> str:
    """Changes whenever rows of `dataset` change (`facts.changes_of` reads it); costs two index look-ups."""
    counter = session.scalar(select(VERSIONS.version).where(VERSIONS.dataset == dataset)) or 0
    newest = session.scalar(select(func.max(LINES.id))) or 0
    return f"{dataset.value}-{counter}-{newest}"


def counts(session: Session, dataset: Dataset) -> DatasetCounts:
    """Rows of `dataset` and the time that they span."""
    span = select(func.count(), func.min(LINES.ordered_at), func.max(LINES.ordered_at))
    lines, first, last = session.execute(span.where(LINES.dataset == dataset)).one()
    orders = select(func.count(func.distinct(LINES.order_id))).where(LINES.dataset == dataset)
    products = select(func.count()).where(PRODUCTS.dataset == dataset)
    customers = select(func.count()).where(CUSTOMERS.dataset == dataset)
    return DatasetCounts(
        order_lines=lines,
        orders=session.scalar(orders) or 0,
        products=session.scalar(products) or 0,
        customers=session.scalar(customers) or 0,
        first=first,
        last=last,
    )


def order_lines_frame(session: Session, dataset: Dataset) -> pd.DataFrame:
    """Every order line, as the contract `ml.frames.ORDERS` names its columns; the order of rows is not defined.

    `ordered_at` is datetime64[us, UTC], `quantity` and `unit_price` are float64, the rest are categories with NaN
    where nothing is known.
    """
    statement = select(
        LINES.order_id,
        _instant(session),
        LINES.product_id,
        LINES.quantity,
        LINES.unit_price,
        LINES.customer_id,
        LINES.channel,
    ).where(_scan(session, dataset))
    names = ("order_id", "ordered_at", "product_id", "quantity", "unit_price", "customer_id", "channel")
    texts = ("order_id", "product_id", "customer_id", "channel")
    return _fetch(session, statement, names, texts).to_pandas(split_blocks=True, self_destruct=True)


def products_frame(session: Session, dataset: Dataset) -> pd.DataFrame:
    """Every product of the contract `ml.frames.PRODUCTS`, and those that only order lines name, by `product_id`."""
    import pandas as pd

    columns = (PRODUCTS.product_id, PRODUCTS.name, PRODUCTS.category, PRODUCTS.unit_cost)
    known = session.execute(select(*columns).where(PRODUCTS.dataset == dataset)).all()
    frame = pd.DataFrame(known, columns=pd.Index(["product_id", "name", "category", "unit_cost"]))
    sold = session.scalars(select(LINES.product_id).where(_scan(session, dataset)).distinct()).all()
    missing = pd.DataFrame({"product_id": sorted(set(sold) - set(frame["product_id"]))})
    frame = pd.concat([frame, missing], ignore_index=True) if len(missing) else frame
    return frame.astype({"unit_cost": "float64"}).sort_values("product_id", ignore_index=True)


def daily_totals(
    session: Session,
    dataset: Dataset,
    zone: ZoneInfo,
    *,
    product_ids: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Per calendar day of `zone` with any sale: `day` (datetime64, midnight), `units`, `revenue` and `lines`.

    Returns count negative. `product_ids` restricts to some products. Days without sales have no row.
    """
    import pandas as pd

    bucket = _bucket(session, zone)
    statement = (
        select(
            bucket.label("bucket"),
            func.sum(LINES.quantity),
            func.sum(LINES.quantity * LINES.unit_price),
            func.count(),
        )
        .where(_scan(session, dataset))
        .group_by(literal_column("1"))
    )
    if product_ids is not None:
        statement = statement.where(LINES.product_id.in_(product_ids))
    rows = session.execute(statement).all()
    frame = pd.DataFrame(rows, columns=pd.Index(["bucket", "units", "revenue", "lines"]))
    instants = pd.to_datetime(frame.pop("bucket"), utc=True, format="ISO8601")
    days = instants.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    return frame.astype(float).groupby(days.rename("day")).sum().reset_index().astype({"lines": "int64"})


def product_days(session: Session, dataset: Dataset, zone: ZoneInfo, first: date, last: date) -> pd.DataFrame:
    """day (datetime64, midnight of `zone`), product_id, units and revenue of what was sold from `first` to `last`.

    Returns count negative. A product has no row for a day on which it was not sold.
    """
    import pandas as pd

    start, end = (datetime.combine(day, time.min, zone) for day in (first, last + timedelta(days=1)))
    bucket = _bucket(session, zone)
    statement = (
        select(
            bucket.label("bucket"),
            LINES.product_id,
            func.sum(LINES.quantity).label("units"),
            func.sum(LINES.quantity * LINES.unit_price).label("revenue"),
        )
        .where(_scan(session, dataset), LINES.ordered_at >= start, LINES.ordered_at < end)
        .group_by(literal_column("1"), LINES.product_id)
    )
    rows = [tuple(row) for row in session.execute(statement)]
    frame = pd.DataFrame(rows, columns=pd.Index(["day", "product_id", "units", "revenue"]))
    instants = pd.to_datetime(frame["day"], utc=True, format="ISO8601")
    frame["day"] = instants.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    return frame.groupby(["day", "product_id"], as_index=False)[["units", "revenue"]].sum()


def last_day(session: Session, dataset: Dataset, zone: ZoneInfo) -> date | None:
    """The day in `zone` of the newest order; None without any."""
    newest = session.scalar(select(func.max(LINES.ordered_at)).where(_scan(session, dataset)))
    return newest.astimezone(zone).date() if newest else None


def lines_on_other_days(session: Session, dataset: Dataset, zone: ZoneInfo, other: ZoneInfo) -> int:
    """Order lines whose day in `other` is not the one that they have in `zone`."""
    import pandas as pd

    fine = max((zone, other), key=lambda one: not _whole(one))
    bucket = _bucket(session, fine)
    statement = select(bucket.label("bucket"), func.count()).where(_scan(session, dataset))
    frame = pd.DataFrame(
        session.execute(statement.group_by(literal_column("1"))).all(), columns=pd.Index(["bucket", "lines"])
    )
    instants = pd.to_datetime(frame["bucket"], utc=True, format="ISO8601")
    here, there = (instants.dt.tz_convert(one).dt.tz_localize(None).dt.normalize() for one in (zone, other))
    return int(frame["lines"][here != there].sum())


def _scan(session: Session, dataset: Dataset) -> ColumnElement[bool]:
    """Lines of `dataset` by one pass over the table.

    Without statistics SQLite takes the index for any equality, and then looks up every row of the table through it.
    """
    if session.get_bind().dialect.name == "sqlite":
        return literal_column("+order_lines.dataset") == dataset.value
    return LINES.dataset == dataset


def _instant(session: Session) -> ColumnElement[Any]:
    """`ordered_at` as the driver hands it over fastest: SQLite's own text, microseconds of PostgreSQL."""
    if session.get_bind().dialect.name == "sqlite":
        return type_coerce(LINES.ordered_at, String)
    return cast(func.extract("epoch", LINES.ordered_at) * 1_000_000, BigInteger)


def _bucket(session: Session, zone: ZoneInfo) -> ColumnElement[Any]:
    """The UTC hour of a line (the minute in zones off by less than an hour), small enough to fold into local days."""
    whole = _whole(zone)
    if session.get_bind().dialect.name == "sqlite":
        return func.substr(type_coerce(LINES.ordered_at, String), 1, 13 if whole else 16)
    return func.date_trunc("hour" if whole else "minute", LINES.ordered_at)


def _whole(zone: ZoneInfo) -> bool:
    """Whether the zone's hours begin with UTC's."""
    return all(_offset(zone, month) % HOUR == timedelta(0) for month in range(1, 13))


def _offset(zone: ZoneInfo, month: int) -> timedelta:
    return datetime(2024, month, 1, tzinfo=UTC).astimezone(zone).utcoffset() or timedelta(0)


def _fetch(
    session: Session, statement: Select[*tuple[Any, ...]], names: Sequence[str], texts: Sequence[str]
) -> pa.Table:
    """The rows as an Arrow table, `texts` dictionary-encoded chunk by chunk and `ordered_at` as an instant."""
    kinds = {name: pa.string() for name in texts}
    chunks: dict[str, list[pa.Array]] = {name: [] for name in names}
    result = session.execute(statement, execution_options={"yield_per": FETCH})
    for rows in result.partitions():
        for name, values in zip(names, zip(*rows, strict=True), strict=True):
            array = pa.array(values, kinds.get(name))
            chunks[name].append(array.dictionary_encode() if name in kinds else array)
    return pa.table({name: _column(name, arrays, name in kinds) for name, arrays in chunks.items()})


def _column(name: str, arrays: list[pa.Array], encoded: bool) -> pa.ChunkedArray:
    if encoded:
        kind = pa.dictionary(pa.int32(), pa.string())
        return pa.chunked_array(arrays, kind).unify_dictionaries()
    if name == "ordered_at":
        naive = [array.cast(pa.timestamp("us")) for array in arrays]
        return pa.chunked_array(naive, pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    return pa.chunked_array(arrays, pa.float64())
