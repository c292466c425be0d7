"""The forms in which people write dates, all read at once: arrays of texts in, wall times out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from ml_insights.core.arrow import compute as pc

DAY = 86_400_000_000
"""Microseconds of a day."""
EPOCH_SERIAL = 25_569
"""1 January 1970 as spreadsheets count days (1900 system)."""
SERIALS = (29_221, 73_051)
"""1 January 1980 and 2100 in that count: other numbers of five digits are no dates."""
SECONDS = (315_532_800, 4_102_444_800)
"""The same two days as seconds since 1970."""
PIVOT = 69
"""Two-digit years from here on are of the last century, as POSIX has it."""

_ZONE = r"z|utc|gmt|(?:utc|gmt)? ?[+-][0-9]{1,2}(?::?[0-9]{2})?"
_TIME = (
    r"(?:(?:t|,? |,? a las | at )(?P<hour>[0-9]{1,2})[:.h](?P<minute>[0-9]{2})"
    r"(?:[:.](?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?(?: ?h(?:rs?|s)?\.?)?"
    rf"(?: ?(?P<half>[ap])\.? ?m\.?)?(?: ?(?P<zone>{_ZONE}))?(?: ?\([^)]*\))?|(?P<utc>z))?$"
)
_PACKED_TIME = rf"[t ]?(?P<hour>[0-9]{{2}})(?P<minute>[0-9]{{2}})(?P<second>[0-9]{{2}})?(?P<zone>{_ZONE})?$"
_DAY_MONTH = r"(?P<a>[0-9]{1,2})(?P<s>[-/. ])(?P<b>[0-9]{1,2})(?P<t>[-/. ])"


@dataclass
class Moments:
    """Wall times, one per text: `micros` since 1970-01-01 where `found`, ahead of UTC by `offset` minutes (NaN: of the
    reader's zone)."""

    micros: np.ndarray
    found: np.ndarray
    offset: np.ndarray


@dataclass(frozen=True)
class Numeric:
    """Dates of three numbers with the year last, or first in two digits: their first two numbers, the year as
    written, and which of the texts they are."""

    places: np.ndarray
    first: np.ndarray
    second: np.ndarray
    last: np.ndarray
    short: np.ndarray
    """Whether the last number has two digits."""
    dotted: np.ndarray
    parts: Any = field(repr=False)


def read_forms(texts: pa.Array, order: str | None) -> Moments:
    """The wall times of trimmed `texts`. Dates of three numbers are read by `order` ("day-first", "month-first",
    "year-first"); without one only where they can be read in one way."""
    plain = _plain(texts)
    moments = Moments(np.zeros(len(texts), np.int64), np.zeros(len(texts), dtype=bool), np.full(len(texts), np.nan))
    for pattern in _named_forms():
        _read(plain, moments, pattern)
    _read_numeric(plain, moments, order)
    _read_counts(plain, moments)
    return moments


def _plain(texts: pa.Array) -> pa.Array:
    """Lower case, one kind of space and of dash."""
    texts = pc.replace_substring_regex(texts, r"[\s\x{00A0}\x{2007}\x{2009}\x{202F}]+", " ")
    texts = pc.replace_substring_regex(texts, r"[\x{2010}-\x{2015}\x{2212}]", "-")
    return pc.utf8_lower(pc.utf8_trim_whitespace(texts))


@cache
def _names() -> dict[str, int]:
    """Months by their names in Spanish, English, Portuguese and German, long and short."""
    from babel.dates import get_month_names

    names = {"set": 9, "setiembre": 9, "sept": 9}
    for language in ("pt", "de", "es", "en"):
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                names[name.casefold().rstrip(".")] = number
    return names


@cache
def _weekday() -> str:
    from babel.dates import get_day_names

    names = {
        name.casefold().rstrip(".")
        for language in ("es", "en")
        for width in ("wide", "abbreviated")
        for name in get_day_names(width, locale=language).values()
    }
    names |= {name.replace("á", "a").replace("é", "e") for name in names}
    return rf"(?:(?:{'|'.join(sorted(names, key=len, reverse=True))})\.?,? )?"


@cache
def _named_forms() -> tuple[str, ...]:
    """Patterns of the forms whose parts are known by their place or name."""
    month = "|".join(sorted(_names(), key=len, reverse=True))
    day = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|º|°|ro|er)?"
    return (
        rf"^(?P<year>[0-9]{{4}})(?P<s>[-/.])(?P<month>[0-9]{{1,2}})(?P<t>[-/.])(?P<day>[0-9]{{1,2}}){_TIME}",
        rf"^(?P<year>(?:19|20)[0-9]{{2}})(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}}){_TIME}",
        rf"^(?P<year>(?:19|20)[0-9]{{2}})(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}}){_PACKED_TIME}",
        rf"^{_weekday()}{day}[-/. ]*(?:de )?(?P<name>{month})\.?[-/., ]*(?:del? )?"
        rf"(?P<year>[0-9]{{4}}|[0-9]{{2}}){_TIME}",
        rf"^{_weekday()}(?P<name>{month})\.?[-/. ]*{day}(?:, ?|[-/. ])(?:del? )?"
        rf"(?P<year>[0-9]{{4}}|[0-9]{{2}}){_TIME}",
        rf"^(?P<year>[0-9]{{4}})[-/., ]*(?P<name>{month})\.?[-/., ]*{day}{_TIME}",
    )


def _read(texts: pa.Array, moments: Moments, pattern: str) -> None:
    """Fill in those of the texts not yet found that match `pattern`."""
    places, parts = _extract(texts, moments, pattern)
    if not len(places):
        return
    month = _numbers(parts["month"]) if "month" in parts else _months(parts["name"])
    alike = _alike(parts) if "s" in parts else np.ones(len(places), dtype=bool)
    _fill(moments, places, _year(parts["year"]), month, _numbers(parts["day"]), parts, alike)


def _extract(texts: pa.Array, moments: Moments, pattern: str) -> tuple[np.ndarray, dict[str, pa.Array]]:
    left = np.flatnonzero(~moments.found)
    if not len(left):
        return left, {}
    rest = texts if len(left) == len(texts) else texts.take(pa.array(left))
    matched = np.asarray(pc.fill_null(pc.match_substring_regex(rest, pattern), False))
    if not matched.any():
        return left[:0], {}
    parts = pc.extract_regex(rest.filter(pa.array(matched)), pattern)
    return left[matched], {name.name: pc.struct_field(parts, place) for place, name in enumerate(parts.type)}


def _alike(parts: dict[str, pa.Array]) -> np.ndarray:
    """Whether the two separators are the same; spaces stand between numbers only where the year has four digits."""
    same = np.asarray(pc.equal(parts["s"], parts["t"]))
    short = np.asarray(pc.equal(pc.utf8_length(parts["year"]), 2)) if "year" in parts else False
    return same & ~(np.asarray(pc.equal(parts["s"], " ")) & short)


def _months(names: pa.Array) -> np.ndarray:
    known = _names()
    places = pc.index_in(names, pa.array(list(known)))
    return np.array(list(known.values()))[np.asarray(places)]


def _numbers(texts: pa.Array) -> np.ndarray:
    """Whole numbers; 0 where there is none."""
    return np.asarray(pc.cast(pc.if_else(pc.equal(texts, ""), "0", texts), pa.int64()))


def _year(texts: pa.Array) -> np.ndarray:
    years = _numbers(texts)
    short = np.asarray(pc.equal(pc.utf8_length(texts), 2))
    return np.where(short, whole_year(years), years)


def whole_year(years: np.ndarray) -> np.ndarray:
    """Years of two digits with their century."""
    return np.where(years >= PIVOT, 1900, 2000) + years


def _fill(
    moments: Moments,
    places: np.ndarray,
    year: np.ndarray,
    month: np.ndarray,
    day: np.ndarray,
    parts: dict[str, pa.Array],
    good: np.ndarray,
) -> None:
    days, exist = days_of(year, month, day)
    micros, offset, told = _clock(parts, len(places))
    fine = good & exist & told
    moments.micros[places[fine]] = (days * DAY + micros)[fine]
    moments.offset[places[fine]] = offset[fine]
    moments.found[places[fine]] = True


def days_of(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Days since 1970-01-01, and whether there is such a day."""
    exist = (month >= 1) & (month <= 12) & (day >= 1) & (year >= 1)
    months = np.where(exist, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    length = (months + 1).astype("datetime64[D]").astype(np.int64) - first
    return first + day - 1, exist & (day <= length)


def _clock(parts: dict[str, pa.Array], rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Microseconds since midnight, minutes ahead of UTC (NaN where not told), and whether there is such a time."""
    nothing = pa.array([""]).take(pa.array(np.zeros(rows, np.int64)))
    given = {name: parts.get(name, nothing) for name in ("hour", "minute", "second", "fraction", "half", "zone", "utc")}
    hour, minute, second = (_numbers(given[name]) for name in ("hour", "minute", "second"))
    halved = np.asarray(pc.not_equal(given["half"], ""))
    exist = (hour <= 23) & (minute <= 59) & (second <= 59) & (~halved | ((hour >= 1) & (hour <= 12)))
    later = np.asarray(pc.equal(given["half"], "p"))
    hour = np.where(halved, hour % 12 + 12 * later, hour)
    fraction = _numbers(pc.utf8_slice_codeunits(pc.utf8_rpad(given["fraction"], 6, "0"), 0, 6))
    offset, known = _offset(pc.if_else(pc.equal(given["utc"], ""), given["zone"], given["utc"]))
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction, offset, exist & known


def _offset(zones: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Minutes ahead of UTC, NaN where no zone is named, and whether that can be."""
    named = np.asarray(pc.not_equal(zones, ""))
    if not named.any():
        return np.full(len(zones), np.nan), np.ones(len(zones), dtype=bool)
    digits = pc.replace_substring_regex(zones, "[^0-9]", "")
    short = pc.less_equal(pc.utf8_length(digits), 2)
    hours = _numbers(pc.if_else(short, digits, pc.utf8_slice_codeunits(digits, 0, -2)))
    minutes = _numbers(pc.if_else(short, "0", pc.utf8_slice_codeunits(digits, -2)))
    sign = np.where(np.asarray(pc.match_substring(zones, "-")), -1, 1)
    return np.where(named, sign * (hours * 60 + minutes), np.nan), (hours <= 14) & (minutes <= 59)


def numeric(texts: pa.Array) -> Numeric | None:
    """The dates of three numbers whose order the form does not tell, among `texts` as people wrote them."""
    plain = _plain(texts)
    rows = len(texts)
    return _numeric(plain, Moments(np.zeros(rows, np.int64), np.zeros(rows, dtype=bool), np.zeros(rows)))


def _numeric(plain: pa.Array, moments: Moments) -> Numeric | None:
    if not pc.any(pc.match_substring_regex(plain, rf"^[^0-9]*{_DAY_MONTH}[0-9]{{2}}")).as_py():
        return None
    pattern = rf"^{_weekday()}{_DAY_MONTH}(?P<year>[0-9]{{4}}|[0-9]{{2}}){_TIME}"
    places, parts = _extract(plain, moments, pattern)
    if not len(places):
        return None
    alike = _alike(parts)
    parts = {name: part.filter(pa.array(alike)) for name, part in parts.items()}
    return Numeric(
        places[alike],
        _numbers(parts["a"]),
        _numbers(parts["b"]),
        _numbers(parts["year"]),
        np.asarray(pc.equal(pc.utf8_length(parts["year"]), 2)),
        np.asarray(pc.equal(parts["s"], ".")),
        parts,
    )


def _read_numeric(plain: pa.Array, moments: Moments, order: str | None) -> None:
    found = _numeric(plain, moments)
    if found is None:
        return
    year, month, day = ordered(found, order)
    plain = (found.first > 12) | (found.second > 12) | (found.first == found.second)
    told = {None: False, "year-first": found.short}.get(order, True)
    _fill(moments, found.places, year, month, day, found.parts, plain | told)


def ordered(found: Numeric, order: str | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Year, month and day under `order`; where that does not tell, the month is the number that cannot be a day."""
    year = np.where(found.short, whole_year(found.last), found.last)
    if order == "day-first":
        return year, found.second, found.first
    if order == "month-first":
        return year, found.first, found.second
    month_first = found.second > 12
    month = np.where(month_first, found.first, found.second)
    day = np.where(month_first, found.second, found.first)
    if order is None:
        return year, month, day
    turned = found.short
    return (
        np.where(turned, whole_year(found.first), year),
        np.where(turned, found.second, month),
        np.where(turned, found.last, day),
    )


def _read_counts(plain: pa.Array, moments: Moments) -> None:
    """Numbers that count days (spreadsheets) or seconds and milliseconds since 1970, where most numbers are such."""
    bare = np.asarray(pc.fill_null(pc.match_substring_regex(plain, r"^[0-9]+(?:[.,][0-9]+)?$"), False)) & ~moments.found
    places = np.flatnonzero(bare)
    if not len(places):
        return
    texts = pc.replace_substring(plain.take(pa.array(places)), ",", ".")
    numbers = np.asarray(pc.cast(texts, pa.float64()))
    for likely, micros in ((_serial, _from_serial), (_seconds, _from_seconds), (_millis, _from_millis)):
        fits = likely(numbers)
        if fits.sum() * 2 >= len(numbers):
            moments.micros[places[fits]] = micros(numbers[fits])
            moments.found[places[fits]] = True
            moments.offset[places[fits]] = np.nan if likely is _serial else 0
            return


def _between(low: float, high: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda numbers: (numbers >= low) & (numbers < high)


_serial = _between(*SERIALS)
_seconds = _between(*SECONDS)
_millis = _between(SECONDS[0] * 1000, SECONDS[1] * 1000)


def _from_serial(numbers: np.ndarray) -> np.ndarray:
    """To the second, which is what a spreadsheet shows."""
    return np.rint((numbers - EPOCH_SERIAL) * 86_400).astype(np.int64) * 1_000_000


def _from_seconds(numbers: np.ndarray) -> np.ndarray:
    return np.rint(numbers * 1000).astype(np.int64) * 1000


def _from_millis(numbers: np.ndarray) -> np.ndarray:
    return np.rint(numbers).astype(np.int64) * 1000
