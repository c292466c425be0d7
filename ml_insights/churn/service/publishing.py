"""Making scores what readers see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from ml_insights.churn import policy
from ml_insights.churn.facts import Horizon
from ml_insights.churn.service.settling import settle
from ml_insights.churn.tables import ChurnRelease, ChurnScore
from ml_insights.commerce.queries import CUSTOMERS
from ml_insights.commerce.queries.order_value import mean_order_value
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.training import Learning

if TYPE_CHECKING:
    from ml.churn.types import Scored

KEPT_RELEASES = 2
"""The present one, and the one that it is compared with."""
BATCH = 20_000


def publish(
    session: Session,
    learning: Learning,
    scored: Scored,
    horizon_days: int,
    version: str,
    asked: Horizon | None = None,
) -> dict[str, Any]:
    """Make `scored` what readers see, under the version's name, in the caller's transaction; facts for the report.

    horizon_days: that of the version. asked: what is asked for now, and foretold from the next retraining on. Alerts
    whose customers have bought since, or whose time is over, are settled with it.
    """
    dataset = Dataset(learning.dataset)
    table = scored.table
    release = ChurnRelease(
        dataset=dataset,
        data_version=learning.data_version,
        model_version=version,
        computed_at=clock.now(),
        as_of=learning.last,
        horizon_days=horizon_days,
        customers=len(table),
        value_at_risk=float(table["at_risk"].sum()),
        order_value=mean_order_value(session, dataset),
        asked=asdict(asked) if asked else None,
        curve=policy.curve(table["at_risk"].tolist()),
    )
    session.add(release)
    session.flush()
    for batch in _batches(_rows(scored, release.id or 0, _names(session, dataset))):
        session.connection().execute(insert(ChurnScore), batch)
    _remove_old(session, dataset)
    settled = settle(session, dataset, release.id or 0, learning.last)
    return {"release": release.id, "customers": release.customers, "settled": settled}


def _names(session: Session, dataset: Dataset) -> dict[str, str]:
    named = select(CUSTOMERS.customer_id, CUSTOMERS.name).where(CUSTOMERS.dataset == dataset)
    return dict(tuple(row) for row in session.execute(named.where(CUSTOMERS.name.is_not(None))))


def _rows(scored: Scored, release_id: int, names: dict[str, str]) -> Iterator[dict[str, Any]]:
    table = scored.table
    columns = [table[name].tolist() for name in ("probability", "value", "at_risk", "orders", "revenue_year")]
    days = [day.date() for day in table["last_day"]]
    for customer, last_day, probability, value, at_risk, orders, revenue in zip(
        table.index.astype(str), days, *columns, strict=True
    ):
        label = names.get(customer) or customer
        yield {
            "release_id": release_id,
            "customer_id": customer,
            "label": label,
            "search_text": f"{label} {customer}".lower(),
            "probability": probability,
            "value": value,
            "at_risk": at_risk,
            "last_day": last_day,
            "orders": int(orders),
            "revenue_year": revenue,
            "reasons": [asdict(reason) for reason in scored.reasons.get(customer, ())],
        }


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
    of_dataset = col(ChurnRelease.dataset) == dataset
    kept = select(col(ChurnRelease.id)).where(of_dataset).order_by(col(ChurnRelease.id).desc()).limit(KEPT_RELEASES)
    ids = list(session.connection().execute(kept).scalars())
    session.connection().execute(delete(ChurnRelease).where(of_dataset, col(ChurnRelease.id).not_in(ids)))
