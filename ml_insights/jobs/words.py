"""Schedules and lengths of time in words."""

from babel.dates import get_day_names, get_month_names
from babel.lists import format_list
from babel.numbers import format_decimal

from ml_insights.core.i18n import LOCALES, N_, gettext

WEEKDAYS = {"0": 6, "7": 6} | {str(number): number - 1 for number in range(1, 7)}
"""Crontab's number → Babel's, whose week begins on Monday."""
MOST = 4
"""More times or days than this are no longer read at a glance."""


def in_words(expression: str, language: str) -> str:
    """`expression` (valid, of five fields) as a sentence, e.g. "Every Sunday at 03:00"; as it is where not."""
    minute, hour, day, month, weekday = expression.split()
    if (day, month, weekday) == ("*", "*", "*") and hour.startswith("*"):
        said = _by_the_hour(minute, hour, language)
    else:
        said = _by_the_day(minute, hour, day, month, weekday, language)
    return said or expression


def _by_the_hour(minute: str, hour: str, language: str) -> str | None:
    if hour == "*":
        if minute == "*":
            return gettext(N_("Every minute"), language)
        if minute.startswith("*/"):
            return gettext(N_("Every {n, plural, one {# minute} other {# minutes}}"), language, n=minute[2:])
        if minute.isdigit():
            return gettext(N_("Every hour, at minute {minute}"), language, minute=f"{int(minute):02}")
    elif minute.isdigit():
        return gettext(
            N_("Every {n, plural, one {# hour} other {# hours}}, at minute {minute}"),
            language,
            n=hour[2:],
            minute=f"{int(minute):02}",
        )
    return None


def _by_the_day(minute: str, hour: str, day: str, month: str, weekday: str, language: str) -> str | None:
    times = _times(minute, hour, language)
    if times is None:
        return None
    if day == "*" and month == "*":
        return _by_weekday(weekday, times, language)
    days = _numbers(day)
    if weekday != "*" or days is None:
        return None
    named = _joined([str(number) for number in days], language)
    if month == "*":
        return gettext(N_("On day {days} of each month at {times}"), language, days=named, times=times)
    months = _numbers(month)
    if months is None:
        return None
    names = get_month_names("wide", locale=_locale(language))
    inside = _joined([names[number] for number in months], language)
    return gettext(N_("On day {days} of {months} at {times}"), language, days=named, months=inside, times=times)


def _by_weekday(weekday: str, times: str, language: str) -> str | None:
    if weekday == "*":
        return gettext(N_("Every day at {times}"), language, times=times)
    names = get_day_names("wide", locale=_locale(language))
    if weekday in ("1-5", "mon-fri"):
        return gettext(N_("{first} to {last} at {times}"), language, first=names[0], last=names[4], times=times)
    days = [WEEKDAYS.get(part) for part in weekday.split(",")]
    if None in days or len(days) > MOST:
        return None
    named = _joined([names[number] for number in days if number is not None], language)
    return gettext(N_("Every {days} at {times}"), language, days=named, times=times)


def _times(minute: str, hour: str, language: str) -> str | None:
    hours = _numbers(hour)
    if hours is None or not minute.isdigit():
        return None
    return _joined([f"{number:02}:{int(minute):02}" for number in hours], language)


def _numbers(field: str) -> list[int] | None:
    parts = field.split(",")
    plain = len(parts) <= MOST and all(part.isdigit() for part in parts)
    return sorted({int(part) for part in parts}) if plain else None


def _joined(parts: list[str], language: str) -> str:
    return format_list(parts, locale=_locale(language))


def _locale(language: str) -> str:
    return LOCALES[language].replace("-", "_")


def duration(seconds: float, language: str) -> str:
    """A length of time as short as it may be: "0.4 s", "12 s", "3 min 5 s", "2 h 4 min"."""
    if seconds < 10:
        return f"{format_decimal(round(seconds, 1), locale=_locale(language))} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
