"""When a cron expression fires, as crontab on Debian reads it: `cronsim` knows its fields and the nights of the year
on which clocks are moved."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from ml_insights.jobs.errors import InvalidCron, NeverFires

FIELDS = 5
NOT_CRONTAB = re.compile(r"#|\bl|\dl", re.IGNORECASE)
"""The library also knows the last day of a month and the second Monday, which crontab and our readers do not."""

SUNDAY_LAST = re.compile(r"-sun\b")
"""A week that ends on Sunday: "fri-sun" is 5-7."""


class Cron:
    """A cron expression of five fields in a zone. Raises InvalidCron, NeverFires.

    A time of day that does not exist moves to the end of the gap; of one that comes twice the first counts, unless the
    minute or the hour starts with `*`: then every real hour counts.
    """

    def __init__(self, expression: str, zone: str) -> None:
        fields = SUNDAY_LAST.sub("-7", expression.lower()).split()
        self.expression = " ".join(fields)
        self._zone = ZoneInfo(zone)
        if len(fields) != FIELDS or NOT_CRONTAB.search(self.expression):
            raise InvalidCron(cron=expression)
        try:
            _some_firing(fields)
        except CronSimError as error:
            raise InvalidCron(cron=expression) from error
        except StopIteration:
            raise NeverFires(cron=self.expression) from None

    def after(self, moment: datetime) -> datetime:
        """The first firing later than `moment` (aware), in UTC."""
        for firing in CronSim(self.expression, moment.astimezone(self._zone)):
            # An hour that comes twice reads the same on the wall: its second pass finds firings of its first.
            if firing > moment:
                return firing.astimezone(UTC)
        raise NeverFires(cron=self.expression)

    def names(self, moment: datetime) -> bool:
        """Whether `moment` is a firing."""
        return self.after(moment - timedelta(seconds=1)) == moment

    def latest(self, since: datetime, until: datetime) -> datetime:
        """The last firing up to `until`, where `since` is one."""
        firing = max(since, next(CronSim(self.expression, until.astimezone(self._zone), reverse=True)))
        while (following := self.after(firing)) <= until:
            firing = following
        return firing.astimezone(UTC)


def _some_firing(fields: list[str]) -> None:
    """Raises CronSimError where the fields cannot be read, StopIteration where they can but name no day."""
    minute, hour, day, _, weekday = fields
    CronSim(" ".join((minute, hour, day, "*", weekday)), datetime(2000, 1, 1))
    try:
        next(CronSim(" ".join(fields), datetime(2000, 1, 1)))
    except CronSimError as error:
        if "day-of-month" not in str(error):
            raise
        raise StopIteration from error
