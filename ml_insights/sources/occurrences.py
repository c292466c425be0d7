"""Number the equal lines of an order over a whole file, chunk by chunk, in 16 bytes a line."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ml_insights.core.arrow import compute as pc

_MIX = np.uint64(0x9E3779B97F4A7C15)


class Occurrences:
    """Counts how often each pair of order and product was seen.

    Pairs are kept as 64-bit hashes in sorted runs that double in size, so that a new chunk costs the same however
    long the file is. Two pairs that shared a hash (once in a million files) would only skip a number.
    """

    def __init__(self) -> None:
        self._runs: list[tuple[np.ndarray, np.ndarray]] = []

    def count(self, orders: pa.DictionaryArray, products: pa.DictionaryArray) -> np.ndarray:
        """For each line the number (int64, from 0) of earlier lines with its order and product."""
        return self.count_keys(_hashes(orders) * _MIX + _hashes(products))

    def count_keys(self, keys: np.ndarray) -> np.ndarray:
        """For each line the number (int64, from 0) of earlier lines with its key (uint64)."""
        by_key = _by_key(keys)
        ordered = keys[by_key]
        starts = _starts(ordered)
        lengths = np.diff(np.r_[starts, len(ordered)])
        distinct = ordered[starts]
        offsets = np.repeat(starts - self._seen(distinct), lengths)
        numbers = np.empty(len(keys), dtype=np.int64)
        numbers[by_key] = np.arange(len(keys)) - offsets
        self._add(distinct, lengths)
        return numbers

    def _seen(self, keys: np.ndarray) -> np.ndarray:
        total = np.zeros(len(keys), dtype=np.int64)
        for known, counts in self._runs:
            places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
            total += np.where(known[places] == keys, counts[places], 0)
        return total

    def _add(self, keys: np.ndarray, counts: np.ndarray) -> None:
        if len(keys):
            self._runs.append((keys, counts))
        while len(self._runs) > 1 and len(self._runs[-2][0]) <= 2 * len(self._runs[-1][0]):
            (later, more), (earlier, some) = self._runs.pop(), self._runs.pop()
            keys = np.concatenate((earlier, later))
            merged = np.argsort(keys, kind="stable")  # of two sorted runs it is a merge
            ordered = keys[merged]
            starts = _starts(ordered)
            self._runs.append((ordered[starts], np.add.reduceat(np.concatenate((some, more))[merged], starts)))


def _starts(ordered: np.ndarray) -> np.ndarray:
    """Where each distinct one of sorted keys begins."""
    return np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][: len(ordered)])


def _by_key(keys: np.ndarray) -> np.ndarray:
    """The places of keys in their order, equal ones as they stand. A stable sort alone takes four times as long, and
    few keys are equal."""
    places = np.argsort(keys)
    ordered = keys[places]
    same = ordered[1:] == ordered[:-1]
    equal = np.r_[same, False] | np.r_[False, same] if len(keys) else np.zeros(0, dtype=bool)
    among = places[equal]
    places[equal] = among[np.lexsort((among, ordered[equal]))]
    return places


def hashes(texts: pa.Array) -> np.ndarray:
    """One uint64 per text. Python's own hash is keyed anew in each process, so nobody can aim at it."""
    return np.fromiter(map(hash, texts.to_pylist()), np.int64, len(texts)).astype(np.uint64)


def _hashes(texts: pa.DictionaryArray) -> np.ndarray:
    """One uint64 per row, 0 for null."""
    distinct = np.r_[hashes(texts.dictionary), np.uint64(0)]
    return distinct[np.asarray(pc.fill_null(texts.indices, len(distinct) - 1))]


class Distinct:
    """Counts distinct texts over many chunks, by 64-bit hashes: 8 bytes each."""

    MOST_PENDING = 4_000_000

    def __init__(self) -> None:
        self._known: list[np.ndarray] = []
        self._pending = 0

    def add(self, texts: pa.Array) -> None:
        """Texts, none of them null; one that is known already changes nothing."""
        found = hashes(texts)
        self._known.append(found)
        self._pending += len(found)
        if self._pending > self.MOST_PENDING:
            self._merge()

    @property
    def count(self) -> int:
        """How many there are."""
        self._merge()
        return len(self._known[0]) if self._known else 0

    def _merge(self) -> None:
        if self._known:
            self._known = [np.unique(np.concatenate(self._known))]
        self._pending = 0
