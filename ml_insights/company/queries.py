"""What a change of the company means for the rows that there are."""

from __future__ import annotations

from sqlmodel import Session

from ml_insights.commerce.queries import active_dataset, counts, has_any_rows, lines_on_other_days
from ml_insights.commerce.queries.reach import recent_days
from ml_insights.commerce.tables import Dataset
from ml_insights.company import policy
from ml_insights.company.facts import Effects
from ml_insights.core.company_facts import Company


def unsold_weekdays(session: Session) -> tuple[int, ...]:
    """Weekdays (0 is Monday) on which the company's orders never fall, where that is no chance."""
    return policy.never_sold(recent_days(session, Dataset.COMPANY))


def effects(session: Session, before: Company, wanted: Company) -> Effects:
    """What becomes of the data that pages show when the company is `wanted` instead of `before`."""
    dataset = active_dataset(session)
    changed = Effects(
        currency=before.currency != wanted.currency,
        zone=before.timezone != wanted.timezone,
        country=before.country != wanted.country,
        rows=has_any_rows(session, dataset),
    )
    if not changed.asks:
        return changed
    moved = lines_on_other_days(session, dataset, before.zone, wanted.zone) if changed.zone else 0
    return Effects(
        changed.currency, changed.zone, changed.country, changed.rows, counts(session, dataset).order_lines, moved
    )
