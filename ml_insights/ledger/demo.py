"""The ledger's part of removing the demo company: its whole chain, the one thing that may ever go."""

from sqlalchemy import ColumnElement, delete, func, literal_column, select
from sqlmodel import Session, SQLModel

from ml_insights.commerce.tables import Dataset
from ml_insights.ledger.tables import PLACES, block_id

TABLES = SQLModel.metadata.tables
ROWS = ("ledger_outcomes", "ledger_decisions", "ledger_predictions")
BLOCKS, CHAINS, SCORES = (TABLES[f"ledger_{name}"] for name in ("blocks", "chains", "scores"))


def count(session: Session) -> dict[str, int]:
    """How many rows the demo company's chain holds."""
    held = {name: session.scalar(select(func.count()).where(_of_demo(name))) or 0 for name in ROWS}
    blocks = session.scalar(select(func.count()).where(BLOCKS.c.dataset == Dataset.DEMO)) or 0
    return {**held, BLOCKS.name: blocks}


def clear(session: Session) -> dict[str, int]:
    """Remove the chain. Its end goes first: the database keeps the rows of every chain that has one."""
    connection = session.connection()
    connection.execute(delete(CHAINS).where(CHAINS.c.dataset == Dataset.DEMO))
    blocks = select(BLOCKS.c.id).where(BLOCKS.c.dataset == Dataset.DEMO)
    connection.execute(delete(SCORES).where(SCORES.c.outcome_block.in_(blocks)))
    removed = {name: connection.execute(delete(TABLES[name]).where(_of_demo(name))).rowcount for name in ROWS}
    return {**removed, BLOCKS.name: connection.execute(delete(BLOCKS).where(BLOCKS.c.dataset == Dataset.DEMO)).rowcount}


def _of_demo(name: str) -> ColumnElement[bool]:
    """Whether a row's number says that its block is the demo company's."""
    block = TABLES[name].c.id.bitwise_rshift(literal_column(str(PLACES)))
    return block % len(Dataset) == block_id(Dataset.DEMO, 0)
