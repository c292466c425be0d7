"""The steps before the models: back up, bring the tables up to their sources, look at what there is."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlmodel import Session

from ml.quality import assess_orders
from ml_insights.backups import service as backups
from ml_insights.commerce import queries as commerce
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.capability import Progress
from ml_insights.core.company import company
from ml_insights.core.database import reading
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import N_
from ml_insights.jobs.service import reason
from ml_insights.retraining.facts import StepFact
from ml_insights.retraining.service import runs
from ml_insights.retraining.service.steps import Context, Outcome
from ml_insights.sources import queries as sources
from ml_insights.sources.supabase import connections, snapshot
from ml_insights.sources.supabase.refresh import Refreshed, refresh

SUPABASE, SNAPSHOT, TABLES, DEMO = "supabase", "snapshot", "tables", "demo"


def back_up(context: Context, step: StepFact, progress: Progress) -> Outcome:
    """Database and model files as they are before anything changes."""
    made = backups.create(context.kind.value, progress)
    return Outcome({"name": made.name, "size": made.size, "rows": made.rows, "models": made.models})


def extract(context: Context, step: StepFact, progress: Progress) -> Outcome:
    """Supabase where it is set up, else its last snapshot, else what is in the tables; and say which it was."""

    def on_step(share: float, table: str, rows: int) -> None:
        progress(share, N_("Reading “{table}”: {rows, plural, one {# row} other {# rows}}"), table=table, rows=rows)

    with reading() as session:
        set_up = connections.is_set_up(session)
    read = [_refreshed(one) for one in refresh(on_step)] if set_up else []
    with reading() as session:
        if not context.request["dataset"]:
            context.dataset = commerce.active_dataset(session).value
        told = read or [_in_tables(session, context.dataset)]

    def write(session: Session) -> None:
        runs.hold(session, context.run_id, context.attempt, dataset=context.dataset)

    return Outcome({"sources": told}, write)


def _refreshed(one: Refreshed) -> dict[str, Any]:
    taken = snapshot.taken_at(one.contract) if one.error else None
    return {
        "contract": one.contract,
        "source": SUPABASE if one.error is None else SNAPSHOT if one.stood_in else TABLES,
        "fetched": one.fetched,
        "added": one.added,
        "updated": one.updated,
        "refused": one.refused,
        "since": taken.isoformat() if taken else None,
        **_told("error", one.error),
        **_told("warning", one.warning),
    }


def _told(name: str, error: ProductError | None) -> dict[str, Any]:
    """What went wrong as a template and its values, which each reader has in a language of one's own."""
    told = reason(error) if error else {"error": "", "error_values": {}}
    return {name: told["error"], f"{name}_values": told["error_values"]}


def _in_tables(session: Session, dataset: str) -> dict[str, Any]:
    if dataset == Dataset.DEMO:
        return {"contract": "orders", "source": DEMO, "since": None, "error": ""}
    latest, _ = sources.history(session, 1)
    since = latest[0].finished_at.isoformat() if latest and latest[0].finished_at else None
    return {"contract": "orders", "source": TABLES, "since": since, "error": ""}


def assess(context: Context, step: StepFact, progress: Progress) -> Outcome:
    """Count what is odd about the orders, and say what models do about it."""
    dataset = Dataset(context.dataset)
    progress(0.0, N_("Reading orders"))
    with reading() as session:
        counts = commerce.counts(session, dataset)
        lines = commerce.order_lines_frame(session, dataset)
        products = commerce.products_frame(session, dataset)
    progress(0.5, N_("Looking for what is odd"))
    named = set(products.loc[products["name"].notna(), "product_id"].astype(str))
    now = clock.now()
    midnight = now.astimezone(company().zone).replace(hour=0, minute=0, second=0, microsecond=0)
    found = assess_orders(lines, named, pd.Timestamp(now), pd.Timestamp(midnight))
    return Outcome(
        {
            "lines": found.lines,
            "learnt": found.learnt,
            "days": found.days,
            "silent_days": found.silent_days,
            "oddities": {oddity.value: count for oddity, count in found.oddities.items()},
            "orders": counts.orders,
            "customers": int(lines["customer_id"].nunique()),
            "products": int(lines["product_id"].nunique()),
            "first": counts.first.isoformat() if counts.first else None,
            "last": counts.last.isoformat() if counts.last else None,
        }
    )
