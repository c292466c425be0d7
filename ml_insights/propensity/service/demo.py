"""What the demo company's sales people do about the week's list on a day of its past. Callers commit."""

from __future__ import annotations

from zlib import crc32

from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.demo_company import COMPANY
from ml_insights.propensity import queries
from ml_insights.propensity.service.listing import mark
from ml_insights.propensity.service.telling import tell_sellers
from ml_insights.propensity.tables import Mark

SELLER = f"sales@{COMPANY.domain}"
CALLED_OF_TEN = 7


def work(session: Session) -> None:
    """Tell of the newest list; once it is older than a day, note most of its customers as called."""
    present, release = queries.newest_list(session, Dataset.DEMO), queries.current_release(session, Dataset.DEMO)
    if present is None or release is None:
        return
    tell_sellers(session, Dataset.DEMO)
    if (clock.now() - present.made_at).days < 1:
        return
    for pick in queries.picks(session, release, present.id):
        customer = pick.score.customer_id
        if pick.mark == Mark.OPEN and crc32(f"{present.id}/{customer}".encode()) % 10 < CALLED_OF_TEN:
            mark(session, Dataset.DEMO, customer, Mark.CALLED, "", SELLER)
