"""Order numbers for files that have none: the same line gets the same one whenever and with whatever it is imported."""

from __future__ import annotations

from binascii import hexlify
from hashlib import blake2b

import numpy as np
import pyarrow as pa

from ml_insights.core.arrow import compute as pc

_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


def line_keys(columns: list[pa.Array]) -> np.ndarray:
    """(rows,) uint64 of what the columns say in each row, the same on every machine and in every process."""
    keys = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        keys = (keys ^ _stable(column)) * _MIX
        keys ^= keys >> _SHIFT
    return keys


def line_orders(moments: pa.Array, keys: np.ndarray, numbers: np.ndarray, zone: str) -> pa.Array:
    """An order number per line, such as 20260712-5a0c91f7e2b4: its day in `zone`, a digest of the line, and -2, -3 …
    for the later ones of lines that are equal in everything. Null where there is no moment."""
    digest = hexlify(keys.byteswap().tobytes())
    texts = pa.array([digest[start : start + 12].decode() for start in range(0, len(digest), 16)], pa.string())
    again = pa.array([f"-{number + 1}" if number else "" for number in numbers.tolist()], pa.string())
    return pc.binary_join_element_wise(
        pc.binary_join_element_wise(_told(moments, "%Y%m%d", zone), texts, "-"), again, ""
    )


def moment_orders(moments: pa.Array, customers: pa.Array, zone: str) -> pa.Array:
    """An order number per line, such as "2026-07-12 14:05:00 Bazar Sur"; null where moment or customer is missing."""
    told = pc.binary_join_element_wise(_told(moments, "%Y-%m-%d %H:%M:%S", zone), customers, " ")
    return pc.replace_substring(told, " 00:00:00 ", " ", max_replacements=1)


def _told(moments: pa.Array, form: str, zone: str) -> pa.Array:
    distinct = pc.dictionary_encode(pc.cast(moments, pa.timestamp("s", zone), safe=False))
    return pc.strftime(distinct.dictionary, format=form).take(distinct.indices)


def _stable(column: pa.Array) -> np.ndarray:
    if pa.types.is_dictionary(column.type):
        known = [
            int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) for text in column.dictionary.to_pylist()
        ]
        distinct = np.array([*known, 0], dtype=np.uint64)
        return distinct[np.asarray(pc.fill_null(column.indices, len(known)))]
    if pa.types.is_floating(column.type):
        return (column.to_numpy(zero_copy_only=False) + 0.0).view(np.uint64)
    return np.asarray(pc.fill_null(pc.cast(column, pa.int64()), 0)).view(np.uint64)
