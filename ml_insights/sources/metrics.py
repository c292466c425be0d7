"""Figures of imports for Prometheus."""

from collections import Counter
from collections.abc import Iterable

from sqlmodel import Session, select

from ml_insights.commerce.tables import Dataset
from ml_insights.core.metrics import Metric
from ml_insights.sources.tables import ImportBatch, ImportStatus

KINDS = ("added", "updated", "unchanged", "kept")


def import_rows(session: Session) -> Iterable[Metric]:
    """Rows that imports have read, by contract and by what became of them; and when the last one ended."""
    rows: Counter[tuple[str, str]] = Counter()
    last: dict[str, float] = {}
    done = select(ImportBatch.contract, ImportBatch.counts, ImportBatch.tally, ImportBatch.finished_at).where(
        ImportBatch.status == ImportStatus.DONE, ImportBatch.dataset == Dataset.COMPANY
    )
    for contract, counts, tally, finished_at in session.exec(done):
        for kind in KINDS:
            rows[contract, kind] += counts.get(kind, 0)
        rows[contract, "refused"] += tally.get("refused", 0)
        if finished_at:
            last[contract] = max(last.get(contract, 0.0), finished_at.timestamp())
    counted = [({"contract": contract, "outcome": kind}, float(number)) for (contract, kind), number in rows.items()]
    ended = [({"contract": contract}, moment) for contract, moment in last.items()]
    yield Metric("ai_import_rows_total", "Rows read by imports that went through.", "counter", counted)
    yield Metric("ai_import_last_success_timestamp_seconds", "End of the newest import.", "gauge", ended)
