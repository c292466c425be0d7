"""What leaves the product about segments."""

from collections.abc import Iterable

from ml_insights.core.i18n import N_
from ml_insights.core.sheets import Column, Kind, Sheet, picked
from ml_insights.segments.facts import MemberFact
from ml_insights.segments.policy import WORDING

TITLES = {segment: wording.title for segment, wording in WORDING.items()}
COLUMNS = (
    Column("customer_id", N_("Customer number")),
    Column("name", N_("Customer")),
    Column("region", N_("Region")),
    Column("segment", N_("Segment"), words=TITLES),
    Column("came_from", N_("Month before"), words=TITLES),
    Column("recency", N_("Days since the last purchase"), Kind.NUMBER),
    Column("orders", N_("Orders, 12 months"), Kind.NUMBER),
    Column("revenue", N_("Revenue, 12 months"), Kind.MONEY),
    Column("average_order", N_("Average order"), Kind.MONEY),
    Column("r", N_("R: recency, 1 to 5"), Kind.NUMBER),
    Column("f", N_("F: frequency, 1 to 5"), Kind.NUMBER),
    Column("m", N_("M: amount, 1 to 5"), Kind.NUMBER),
    Column("first_day", N_("First purchase"), Kind.DAY),
    Column("last_day", N_("Last purchase"), Kind.DAY),
)


def members_sheet(members: Iterable[MemberFact], segment: str = "") -> Sheet:
    """Customers of a segment, or of all."""
    return Sheet(f"customers-{segment or 'all-segments'}", N_("Customers"), COLUMNS, picked(COLUMNS, members))
