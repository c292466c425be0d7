"""What the company is: its currency, country, zone and closing days. The only place that knows where they are set."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from ml_insights.core.settings import settings


@dataclass(frozen=True)
class Company:
    """`currency` is an ISO 4217 code, `country` an ISO 3166 one, `timezone` the zone of naive times and of the day.

    `closing_days` are days on which nothing is sold although the calendar does not say so.
    """

    currency: str
    country: str
    timezone: str
    closing_days: tuple[date, ...] = field(default=())

    @property
    def zone(self) -> ZoneInfo:
        """The business zone."""
        return ZoneInfo(self.timezone)


def company() -> Company:
    """The company as it is set up at present."""
    chosen = settings()
    return Company(chosen.currency, chosen.country, chosen.timezone)
