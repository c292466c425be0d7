"""When a cron expression fires.

APScheduler's CronTrigger reads the fields and finds the next match, here on the wall clock alone: given a zone, it
skips firings on the night when clocks go forward (all of "0 0 * * *" on that day in Santiago) and repeats one for ever
on the night when they go back. It also counts weekdays from Monday, where crontab counts from Sunday, and wants day of
the month and weekday both to match, where crontab is content with either.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from ml_insights.jobs.errors import InvalidCron, NeverFires

FIELDS = ("minute", "hour", "day", "month", "day_of_week")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
PART = re.compile(r"(\*|\d+(?:-\d+)?)(?:/[1-9]\d*)?")
MONTH = "|".join(MONTHS)
MONTH_PART = re.compile(rf"(?:{MONTH})(?:-(?:{MONTH}))?")
WEEKDAY_PART = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/([1-9]\d*))?")
CHANGE = timedelta(hours=3)
"""No zone's clocks are ever moved further than this."""


class Cron:
    """A cron expression of five fields in a zone, as crontab reads it. Raises InvalidCron, NeverFires.

    A time of day that does not exist moves forward; of one that comes twice the first counts, unless the hour field
    starts with `*`: then every real hour counts.
    """

    def __init__(self, expression: str, zone: str) -> None:
        self.expression = " ".join(expression.lower().split())
        self._zone = ZoneInfo(zone)
        self._triggers = _triggers(self.expression)
        self.hourly = self.expression.split()[1].startswith("*")
        if next(self._walls(datetime(2000, 1, 1)), None) is None:
            raise NeverFires(cron=self.expression)

    def after(self, moment: datetime) -> datetime:
        """The first firing later than `moment` (aware), in UTC."""
        best: datetime | None = None
        limit = datetime.max
        for wall in self._walls((moment.astimezone(self._zone) - CHANGE).replace(tzinfo=None)):
            if wall > limit:
                break
            later = [instant for instant in self._instants(wall) if instant > moment]
            best = min([*later, *([best] if best else [])], default=None)
            if best:
                limit = best.astimezone(self._zone).replace(tzinfo=None) + CHANGE
        if best is None:
            raise NeverFires(cron=self.expression)
        return best

    def names(self, moment: datetime) -> bool:
        """Whether `moment` is a firing."""
        return self.after(moment - timedelta(seconds=1)) == moment

    def latest(self, since: datetime, until: datetime) -> datetime:
        """The last firing up to `until`, where `since` is one. Looks back in doubling steps: a year may lie between."""
        span = timedelta(minutes=1)
        while span < until - since:
            firing = self.after(until - span)
            if firing <= until:
                while (following := self.after(firing)) <= until:
                    firing = following
                return max(firing, since)
            span *= 2
        following = self.after(since)
        while following <= until:
            since, following = following, self.after(following)
        return since

    def _walls(self, start: datetime) -> Iterator[datetime]:
        """Matching times on the clock on the wall, naive, from `start` on."""
        while True:
            asked = start.replace(tzinfo=UTC)
            found = [trigger.get_next_fire_time(None, asked) for trigger in self._triggers]
            matching = [moment.replace(tzinfo=None) for moment in found if moment]
            if not matching:
                return
            yield min(matching)
            start = min(matching) + timedelta(minutes=1)

    def _instants(self, wall: datetime) -> Iterator[datetime]:
        first, second = (wall.replace(tzinfo=self._zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        yield first
        if second > first and self.hourly:
            yield second


def _triggers(expression: str) -> list[CronTrigger]:
    fields = expression.split()
    if len(fields) != len(FIELDS) or not _written_as_crontab(fields):
        raise InvalidCron(cron=expression)
    chosen = dict(zip(FIELDS, [*fields[:4], _weekdays(expression, fields[4])], strict=True))
    either = not fields[2].startswith("*") and not fields[4].startswith("*")
    try:
        if either:
            return [CronTrigger(timezone=UTC, **{**chosen, left_out: "*"}) for left_out in ("day", "day_of_week")]
        return [CronTrigger(timezone=UTC, **chosen)]
    except ValueError as error:
        raise InvalidCron(cron=expression) from error


def _written_as_crontab(fields: list[str]) -> bool:
    """APScheduler knows more (`last`, `2nd mon`), which crontab and our readers do not."""
    numeric = all(PART.fullmatch(part) for field in fields[:3] for part in field.split(","))
    return numeric and all(PART.fullmatch(part) or MONTH_PART.fullmatch(part) for part in fields[3].split(","))


def _weekdays(expression: str, field: str) -> str:
    """Crontab's weekdays by name."""
    if field == "*":
        return field
    days: set[int] = set()
    for part in field.split(","):
        match = WEEKDAY_PART.fullmatch(part)
        if match is None:
            raise InvalidCron(cron=expression)
        first, last = _bounds(expression, match[1], match[2], stepped=bool(match[3]))
        days |= {day % 7 for day in range(first, last + 1, int(match[3] or 1))}
    return ",".join(WEEKDAYS[day] for day in sorted(days))


def _bounds(expression: str, first: str, last: str | None, stepped: bool) -> tuple[int, int]:
    if first == "*":
        return 0, 6
    low = _weekday(expression, first)
    high = _weekday(expression, last) if last else (6 if stepped else low)
    if high == 0 and low > 0:
        high = 7
    if low > high:
        raise InvalidCron(cron=expression)
    return low, high


def _weekday(expression: str, text: str) -> int:
    if text in WEEKDAYS:
        return WEEKDAYS.index(text)
    if text.isdigit() and int(text) <= 7:
        return int(text)
    raise InvalidCron(cron=expression)
