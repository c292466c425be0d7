"""Making scores what readers see, and the week's list of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlalchemy import delete, insert, select
from sqlmodel import Session, SQLModel, col

from ml_insights.commerce.queries import CUSTOMERS
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.training import Learning
from ml_insights.propensity import policy
from ml_insights.propensity.service.listing import make_list, settle
from ml_insights.propensity.tables import PropensityRelease, PropensityScore

if TYPE_CHECKING:
    from ml.propensity.types import Scored

KEPT_RELEASES = 2
"""The one before stays for readers that are in the middle of it."""
BATCH = 20_000
MONEY = ("revenue_7", "basket", "basket_low", "basket_high", "value", "value_low", "value_high", "revenue_year")


@dataclass(frozen=True)
class Made:
    """What the model says now. before: customers who bought in the last week of the data, and their revenue."""

    scored: Scored
    products: dict[str, list[str]]
    backtest: dict[str, float]
    value_measured_days: int
    before: tuple[int, float]


def publish(session: Session, learning: Learning, made: Made, version: str) -> dict[str, Any]:
    """Write a release and the list of the week after it, in the caller's transaction; facts for the report.

    Lists whose week is over are settled.
    """
    dataset = Dataset(learning.dataset)
    release = _release(learning, made, version)
    session.add(release)
    session.flush()
    names = _names(session, dataset)
    for batch in _batches(_rows(made, learning.last, release.id or 0, names)):
        session.connection().execute(insert(PropensityScore), batch)
    _remove_old(session, dataset)
    settle(session, dataset, learning.last)
    size = make_list(session, dataset, learning.last, made.scored.table, version)
    return {"release": release.id, "customers": release.customers, "listed": size, "as_of": learning.last.isoformat()}


def _release(learning: Learning, made: Made, version: str) -> PropensityRelease:
    table, outlook = made.scored.table, made.scored.outlook
    return PropensityRelease(
        dataset=Dataset(learning.dataset),
        data_version=learning.data_version,
        model_version=version,
        computed_at=clock.now(),
        as_of=learning.last,
        customers=len(table),
        buyers=outlook.buyers,
        buyers_low=outlook.buyers_low,
        buyers_high=outlook.buyers_high,
        buyers_before=made.before[0],
        revenue=outlook.revenue,
        revenue_low=outlook.revenue_low,
        revenue_high=outlook.revenue_high,
        revenue_before=made.before[1],
        value=float(table["value"].sum()),
        value_days=made.scored.value_days,
        value_measured_days=made.value_measured_days,
        value_bars=policy.bars(table["value"].to_numpy()),
        backtest=dict(made.backtest),
    )


def _names(session: Session, dataset: Dataset) -> dict[str, str]:
    named = select(CUSTOMERS.customer_id, CUSTOMERS.name).where(CUSTOMERS.dataset == dataset)
    return dict(tuple(row) for row in session.execute(named.where(CUSTOMERS.name.is_not(None))))


def _rows(made: Made, as_of: date, release_id: int, names: dict[str, str]) -> Iterator[dict[str, Any]]:
    table = made.scored.table
    plain = table[["chance_7", "chance_30", *MONEY]].round(dict.fromkeys(MONEY, 2))
    dated = {name: _days(table[name], as_of) for name in ("next_day", "next_from", "next_to")}
    weekdays = [int(day) if day >= 0 else None for day in table["weekday"]]
    last = [day.date() for day in table["last_day"]]
    orders = table["orders"].astype(int).tolist()
    for at, row in enumerate(plain.to_dict("records")):
        customer = str(table.index[at])
        label = names.get(customer) or customer
        yield {
            **{str(name): value for name, value in row.items()},
            **{name: days[at] for name, days in dated.items()},
            "release_id": release_id,
            "customer_id": customer,
            "label": label,
            "search_text": f"{label} {customer}".lower(),
            "weekday": weekdays[at],
            "last_day": last[at],
            "orders": orders[at],
            "products": made.products.get(customer, []),
            "reasons": [asdict(reason) for reason in made.scored.reasons.get(customer, ())],
        }


def _days(offsets: pd.Series, as_of: date) -> list[date | None]:
    first = as_of + timedelta(days=1)
    return [None if np.isnan(days) else first + timedelta(days=int(days)) for days in offsets]


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _remove_old(session: Session, dataset: Dataset) -> None:
    releases = SQLModel.metadata.tables["propensity_releases"].c
    kept = select(releases.id).where(releases.dataset == dataset).order_by(releases.id.desc()).limit(KEPT_RELEASES)
    ids = list(session.connection().execute(kept).scalars())
    of_dataset = col(PropensityRelease.dataset) == dataset
    session.connection().execute(delete(PropensityRelease).where(of_dataset, col(PropensityRelease.id).not_in(ids)))
