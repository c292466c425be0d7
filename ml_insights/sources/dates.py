"""Times as people write them. Arrays in, arrays out; what is not a time becomes null."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa

from ml_insights.core.arrow import compute as pc
from ml_insights.sources.errors import BadDateFormat

ISO = None
"""The date format that stands for ISO 8601."""

INSTANT = pa.timestamp("us", "UTC")
EARLIEST = pa.scalar(datetime(1900, 1, 1), pa.timestamp("us")).cast(INSTANT)

_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}([ T]\d{2}(:\d{2}(:\d{2}([.,]\d+)?)?)?)?\s*(Z|[+-]\d{2}(:?\d{2})?)?$")
_DATE = re.compile(r"^(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(.*)$")
_NAMED = (
    (re.compile(r"^\d{1,2} [A-Za-z]{3} \d{4}(.*)$"), "%d %b %Y"),
    (re.compile(r"^\d{1,2}-[A-Za-z]{3}-\d{4}(.*)$"), "%d-%b-%Y"),
    (re.compile(r"^\d{1,2}-[A-Za-z]{3}-\d{2}(.*)$"), "%d-%b-%y"),
    (re.compile(r"^\d{1,2} [A-Za-z]{4,} \d{4}(.*)$"), "%d %B %Y"),
    (re.compile(r"^[A-Za-z]{3} \d{1,2}, \d{4}(.*)$"), "%b %d, %Y"),
    (re.compile(r"^[A-Za-z]{4,} \d{1,2}, \d{4}(.*)$"), "%B %d, %Y"),
    (re.compile(r"^\d{8}(.*)$"), "%Y%m%d"),
)
_CLOCKS = (
    (re.compile(r"^$"), ""),
    (re.compile(r"^([ T])\d{1,2}:\d{2}$"), "{0}%H:%M"),
    (re.compile(r"^([ T])\d{1,2}:\d{2}:\d{2}$"), "{0}%H:%M:%S"),
    (re.compile(r"^([ T])\d{1,2}:\d{2} [AaPp][Mm]$"), "{0}%I:%M %p"),
    (re.compile(r"^([ T])\d{1,2}:\d{2}:\d{2} [AaPp][Mm]$"), "{0}%I:%M:%S %p"),
)


def parse_dates(texts: pa.Array, date_format: str | None, zone: str) -> pa.Array:
    """Instants (timestamp[us, UTC]) of trimmed `texts`; null where empty, unreadable or before 1900.

    Naive times are read in `zone`: an hour that the clocks skip moves forward to the first one that exists, an hour
    that they repeat is the earlier of the two.
    """
    instants = _parse_iso(texts, zone) if date_format is None else _parse_format(texts, date_format, zone)
    plausible = pc.greater_equal(instants, EARLIEST)
    return pc.if_else(pc.fill_null(plausible, False), instants, None)


def _parse_iso(texts: pa.Array, zone: str) -> pa.Array:
    """All at once where every text is a naive time, else one by one: Arrow gives up at the first that is not."""
    filled = pc.if_else(pc.equal(texts, ""), None, texts)
    try:
        return _to_utc(pc.cast(filled, pa.timestamp("us")), zone)
    except pa.ArrowInvalid:
        moments = [_moment(text) for text in texts.to_pylist()]
    aware = [moment if moment and moment.tzinfo else None for moment in moments]
    naive = [moment if moment and not moment.tzinfo else None for moment in moments]
    return pc.coalesce(pa.array(aware, INSTANT), _to_utc(pa.array(naive, pa.timestamp("us")), zone))


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if _ISO.match(text) else None
    except ValueError:
        return None


def _to_utc(naive: pa.Array, zone: str) -> pa.Array:
    micros = pc.cast(naive, pa.timestamp("us"))
    return pc.cast(pc.assume_timezone(micros, zone, ambiguous="earliest", nonexistent="latest"), INSTANT)


def _parse_format(texts: pa.Array, date_format: str, zone: str) -> pa.Array:
    """By pandas, because Arrow's own parser takes 31 February for 2 March."""
    import pandas as pd

    aware = "%z" in date_format
    try:
        parsed = pd.to_datetime(texts.to_pandas(), format=date_format, errors="coerce", utc=aware)
    except (ValueError, re.error) as error:
        raise BadDateFormat(format=date_format) from error
    if aware:
        return pa.Array.from_pandas(parsed, type=INSTANT, safe=False)
    return _to_utc(pa.Array.from_pandas(parsed, type=pa.timestamp("us"), safe=False), zone)


def guess_formats(texts: Iterable[str]) -> tuple[str | None, ...]:
    """The date formats that fit `texts`: one where it is plain (None is ISO 8601), two where day and month could be
    either, none where no known format fits the most common shape."""
    values = [text.strip() for text in texts if text.strip()]
    if not values:
        return (ISO,)
    if sum(bool(_ISO.match(value)) for value in values) * 2 >= len(values):
        return (ISO,)
    shapes = [shape for shape in map(_shape, values) if shape]
    if not shapes:
        return ()
    common = max(set(shapes), key=shapes.count)
    return _resolve(common, [value for value in values if _shape(value) == common])


def _shape(value: str) -> str | None:
    """A format with `?` for the two numbers that may be day or month; None for an unknown shape."""
    for pattern, date_format in _NAMED:
        if match := pattern.match(value):
            clock = _clock(match.group(1))
            return None if clock is None else date_format + clock
    if not (match := _DATE.match(value)):
        return None
    first, separator, _, last, rest = match.groups()
    clock = _clock(rest)
    if clock is None:
        return None
    if len(first) == 4:
        return f"%Y{separator}%m{separator}%d{clock}"
    year = "%Y" if len(last) == 4 else "%y"
    return f"?{separator}?{separator}{year}{clock}"


def _clock(rest: str) -> str | None:
    for pattern, clock in _CLOCKS:
        if match := pattern.match(rest):
            return clock.format(*match.groups())
    return None


def _resolve(shape: str, values: list[str]) -> tuple[str, ...]:
    if "?" not in shape:
        return (shape,)
    pairs = [(int(match[1]), int(match[3])) for match in map(_DATE.match, values) if match]
    day_first, month_first = (
        shape.replace("?", "%d", 1).replace("?", "%m", 1),
        shape.replace("?", "%m", 1).replace("?", "%d", 1),
    )
    days_first = sum(first > 12 for first, _ in pairs)
    months_first = sum(second > 12 for _, second in pairs)
    if days_first == months_first:
        return (day_first, month_first)
    return (day_first,) if days_first > months_first else (month_first,)
