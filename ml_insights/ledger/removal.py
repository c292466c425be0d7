"""The ledger's part of removing a data set: the demo's chain goes as a whole, the company's is kept and closed."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, func, literal_column, select
from sqlmodel import Session, SQLModel

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.ledger.service.matured import record_outcomes
from ml_insights.ledger.tables import PLACES, block_id

TABLES = SQLModel.metadata.tables
ROWS = ("ledger_outcomes", "ledger_decisions", "ledger_predictions")
BLOCKS, CHAINS, SCORES = (TABLES[f"ledger_{name}"] for name in ("blocks", "chains", "scores"))
PREDICTIONS, OUTCOMES = (TABLES[f"ledger_{name}"].c for name in ("predictions", "outcomes"))
CLOSED_AT_ONCE = 100_000
GONE = "The rows that this was predicted from were removed."
"""Why a prediction can never come true. Kept in the chain as it is, so in one language."""


def count(session: Session, dataset: str) -> dict[str, int]:
    """How many rows would go: those of the demo company's chain. Nothing of the company's does."""
    if dataset != Dataset.DEMO:
        return {}
    held = {name: session.scalar(select(func.count()).where(_of(name, Dataset.DEMO))) or 0 for name in ROWS}
    blocks = session.scalar(select(func.count()).where(BLOCKS.c.dataset == Dataset.DEMO)) or 0
    return {**held, BLOCKS.name: blocks}


def clear(session: Session, dataset: str) -> dict[str, int]:
    """Remove the demo's chain; close every prediction about the company that waits for its outcome."""
    if dataset == Dataset.DEMO:
        return _remove_chain(session)
    _close(session, Dataset(dataset))
    return {}


def _remove_chain(session: Session) -> dict[str, int]:
    """Its end goes first: the database keeps the rows of every chain that has one."""
    connection = session.connection()
    connection.execute(delete(CHAINS).where(CHAINS.c.dataset == Dataset.DEMO))
    blocks = select(BLOCKS.c.id).where(BLOCKS.c.dataset == Dataset.DEMO)
    connection.execute(delete(SCORES).where(SCORES.c.outcome_block.in_(blocks)))
    removed = {name: connection.execute(delete(TABLES[name]).where(_of(name, Dataset.DEMO))).rowcount for name in ROWS}
    return {**removed, BLOCKS.name: connection.execute(delete(BLOCKS).where(BLOCKS.c.dataset == Dataset.DEMO)).rowcount}


def _close(session: Session, dataset: Dataset) -> None:
    """Without its rows no prediction can come true or fail: an outcome of nothing would be taken for no sales."""
    import pandas as pd

    ended = OUTCOMES.prediction_id == PREDICTIONS.id
    waiting = select(PREDICTIONS.id).outerjoin(OUTCOMES.id.table, ended).where(OUTCOMES.id.is_(None))
    ids = session.scalars(waiting.where(_of("ledger_predictions", dataset)).order_by(PREDICTIONS.id)).all()
    for start in range(0, len(ids), CLOSED_AT_ONCE):
        rows = pd.DataFrame({"prediction_id": ids[start : start + CLOSED_AT_ONCE]})
        record_outcomes(session, dataset, rows.assign(actual=float("nan"), reason=GONE), clock.now())


def _of(name: str, dataset: Dataset) -> ColumnElement[bool]:
    """Whether a row's number says that its block is one of the data set's."""
    block = TABLES[name].c.id.bitwise_rshift(literal_column(str(PLACES)))
    return block % len(Dataset) == block_id(dataset, 0)
