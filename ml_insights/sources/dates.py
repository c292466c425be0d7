"""Times as people write them. Arrays in, arrays out; what is not a time becomes null."""

from __future__ import annotations

import re
from datetime import datetime

import numpy as np
import pyarrow as pa

from ml_insights.core.arrow import compute as pc
from ml_insights.sources.date_forms import Moments, read_forms
from ml_insights.sources.errors import BadDateFormat

ORDERS = ("day-first", "month-first", "year-first")
"""How dates of three numbers are read. With one of them, or None where no date is in doubt, several forms in a column
are read side by side. The last concerns years of two digits."""

INSTANT = pa.timestamp("us", "UTC")
EARLIEST = pa.scalar(datetime(1900, 1, 1), pa.timestamp("us")).cast(INSTANT)


def parse_dates(texts: pa.Array, date_format: str | None, zone: str) -> pa.Array:
    """Instants (timestamp[us, UTC]) of trimmed `texts`; null where empty, unreadable or before 1900.

    `date_format` is one of ORDERS, None (then dates of three numbers are read only where they can be read in one
    way), or a format in strptime's terms, which is the only form that is read then. Naive times are read in `zone`:
    an hour that the clocks skip moves forward to the first one that exists, an hour that they repeat is the earlier
    of the two. Raises BadDateFormat.
    """
    if date_format is None or date_format in ORDERS:
        instants = _parse_forms(texts, date_format, zone)
    else:
        instants = _parse_format(texts, date_format, zone)
    plausible = pc.greater_equal(instants, EARLIEST)
    return pc.if_else(pc.fill_null(plausible, False), instants, None)


def _parse_forms(texts: pa.Array, order: str | None, zone: str) -> pa.Array:
    """By Arrow at once where every text has the same plain form, which is far faster. The first text tells which."""
    filled = pc.if_else(pc.equal(texts, ""), None, texts)
    first = pc.drop_null(filled).slice(0, 1)
    for at_once in (_naive_iso, _zoned_iso, _numeric):
        try:
            at_once(first, order, zone)
            return at_once(filled, order, zone)
        except pa.ArrowInvalid:
            continue
    return _instants(read_forms(texts, order), zone)


def _naive_iso(texts: pa.Array, order: str | None, zone: str) -> pa.Array:
    return _to_utc(pc.cast(texts, pa.timestamp("us")), zone)


def _zoned_iso(texts: pa.Array, order: str | None, zone: str) -> pa.Array:
    return pc.cast(pc.replace_substring_regex(texts, r" ([+-]\d{2}:?\d{2})$", r"\1"), INSTANT)


def _numeric(texts: pa.Array, order: str | None, zone: str) -> pa.Array:
    """Ten characters and perhaps a time, put in the order of ISO 8601, all with the separator of the first."""
    sign = (pc.drop_null(texts).slice(0, 1).to_pylist() or [""])[0][2:3]
    if order not in ("day-first", "month-first") or sign not in ("/", "-", "."):
        raise pa.ArrowInvalid
    turned = r"\3-\2-\1" if order == "day-first" else r"\3-\1-\2"
    pattern = rf"^(\d{{2}})\{sign}(\d{{2}})\{sign}(\d{{4}})"
    return _naive_iso(pc.replace_substring_regex(texts, pattern, turned), order, zone)


def _instants(moments: Moments, zone: str) -> pa.Array:
    aware = moments.found & ~np.isnan(moments.offset)
    ahead = np.where(aware, moments.offset, 0).astype(np.int64) * 60_000_000
    told = pa.array(moments.micros - ahead, mask=~aware).cast(pa.timestamp("us")).cast(INSTANT)
    naive = pa.array(moments.micros, mask=~moments.found | aware).cast(pa.timestamp("us"))
    return pc.coalesce(told, _to_utc(naive, zone))


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
