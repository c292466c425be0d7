"""What each segment is called, what to do about it, and which months are looked back on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ml.segments.types import SegmentName
from ml_insights.core.i18n import N_

MONTHS = 12
"""How many months of movements are told."""


@dataclass(frozen=True)
class Wording:
    """English texts of a segment: its name, who is in it, and the suggested action."""

    title: str
    meaning: str
    action: str


WORDING: dict[str, Wording] = {
    SegmentName.CHAMPIONS: Wording(
        N_("Champions"),
        N_("Bought lately, often, and for the most."),
        N_("Thank them, give them first choice of what is new, ask for a recommendation. Spare them the discount."),
    ),
    SegmentName.LOYAL: Wording(
        N_("Loyal"),
        N_("Come back regularly and spend well."),
        N_("Offer what goes with what they buy; a standing order saves both sides work."),
    ),
    SegmentName.BIG_SPENDERS: Wording(
        N_("Big spenders"),
        N_("Few orders, large ones."),
        N_("Call before their next large order: terms and delivery matter more to them than small offers."),
    ),
    SegmentName.REGULAR: Wording(
        N_("Regulars"),
        N_("Buy often, little at a time."),
        N_("Raise the order: bundles, a quantity discount, free delivery above an amount."),
    ),
    SegmentName.PROMISING: Wording(
        N_("Promising"),
        N_("Bought lately, little so far."),
        N_("Make the next order easy: a reminder when the first ones should be used up, the best sellers beside."),
    ),
    SegmentName.NEW: Wording(
        N_("New"),
        N_("Most bought for the first time within the last three months."),
        N_("Welcome them and win the second order soon: who comes back once tends to stay."),
    ),
    SegmentName.NEED_ATTENTION: Wording(
        N_("Need attention"),
        N_("In the middle of everything, and slipping rather than rising."),
        N_("A limited offer on what they bought before, while they still remember you."),
    ),
    SegmentName.AT_RISK: Wording(
        N_("At risk"),
        N_("Bought well and often, but not lately."),
        N_("Have somebody call: ask what is missing, and offer to put it right. They are worth the time."),
    ),
    SegmentName.COOLING_OFF: Wording(
        N_("Cooling off"),
        N_("Bought little, some time ago."),
        N_("One automatic reminder with their usual products; no personal time."),
    ),
    SegmentName.DORMANT: Wording(
        N_("Dormant"),
        N_("Have not bought for long, and little when they did."),
        N_("Win back cheaply once or twice a year, else leave them in peace."),
    ),
    SegmentName.EVERYONE: Wording(
        N_("All customers"),
        N_("Too few, or too much alike, to be told apart."),
        N_("Look at them one by one; segments appear with more customers."),
    ),
}
NOBODY_YET = N_("Not a customer yet")
"""Where those come from who bought for the first time."""
PREFERRED: dict[str, str] = {
    SegmentName.CHAMPIONS: "s1",
    SegmentName.LOYAL: "s3",
    SegmentName.BIG_SPENDERS: "s4",
    SegmentName.REGULAR: "s3",
    SegmentName.PROMISING: "s6",
    SegmentName.NEW: "s3",
    SegmentName.NEED_ATTENTION: "s5",
    SegmentName.AT_RISK: "s2",
    SegmentName.COOLING_OFF: "s5",
    SegmentName.DORMANT: "history",
    SegmentName.EVERYONE: "s1",
}
PALETTE = ("s1", "s2", "s3", "s4", "s5", "s6", "history", "words")


def colours(segments: Sequence[str]) -> dict[str, str]:
    """A colour of the charts' palette for each segment of a run, all different while there are colours."""
    chosen: dict[str, str] = {}
    for segment in segments:
        free = [colour for colour in PALETTE if colour not in chosen.values()] or list(PALETTE)
        wanted = PREFERRED.get(segment, free[0])
        chosen[segment] = wanted if wanted in free else free[0]
    return chosen


def title_of(segment: str) -> str:
    """English name of a segment; "" is that of somebody who had not bought yet."""
    return WORDING[segment].title if segment in WORDING else NOBODY_YET


def month_ends(as_of: date, first: date, most: int = MONTHS) -> list[date]:
    """Ends of the last months before `as_of` on which anybody can have bought, the oldest first."""
    ends: list[date] = []
    end = as_of.replace(day=1) - timedelta(days=1)
    while len(ends) < most and end >= first:
        ends.append(end)
        end = end.replace(day=1) - timedelta(days=1)
    return ends[::-1]
