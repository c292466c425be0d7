"""A data set as a whole, the demo company or the company itself: what all capabilities keep of it. Callers commit."""

from collections import Counter

from sqlmodel import Session

from ml_insights.capabilities import capabilities
from ml_insights.core.capability import DatasetPart, load


def clear(session: Session, dataset: str) -> dict[str, int]:
    """Remove every row of `dataset` and everything made from it. Rows removed per table."""
    rows: Counter[str] = Counter()
    for part in reversed(parts()):
        rows.update(load(part.clear)(session, dataset))
    return {table: number for table, number in rows.items() if number}


def count(session: Session, dataset: str) -> dict[str, int]:
    """Rows of `dataset` per table, without the tables that hold none."""
    rows: Counter[str] = Counter()
    for part in parts():
        rows.update(load(part.count)(session, dataset))
    return {table: number for table, number in rows.items() if number}


def withdraw(session: Session, dataset: str, since: int) -> None:
    """Take out of use whatever learnt from rows that were there since a change of `dataset`, and are not any more."""
    for part in parts():
        if part.withdraw:
            load(part.withdraw)(session, dataset, since)


def parts() -> list[DatasetPart]:
    """What every capability says of its rows, lowest first."""
    return [capability.rows for capability in capabilities() if capability.rows]
