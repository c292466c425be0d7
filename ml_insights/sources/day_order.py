"""Whether the day or the month stands first in the dates of a file: what all its rows say together.

A day beyond the twelfth proves it. Where every date could be either, rows say it by what surrounds the dates: order
numbers that rise with them, the order of the rows, other dates, dates that would otherwise lie in the future. What
is not clear from them is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pyarrow as pa

from ml_insights.core.arrow import compute as pc
from ml_insights.sources.date_forms import Numeric, days_of, numeric, ordered, whole_year

_DAY_AND_TIME = r"^([0-9]{1,2}[-/. ][0-9]{1,2}[-/. ](?:[0-9]{4}|[0-9]{2}))(?:[ ,tT].*)$"
READINGS = ("day-first", "month-first")
SHOWN = 3
NEAR_DAYS = 45
"""Two dates of one row, such as order and payment, seldom lie further apart."""
FEW_YEARS = 5
"""More years than that are seldom in one file, and more days than that are nearly always."""


class Why(StrEnum):
    """What a decision about the order of day and month rests on."""

    NOTHING = "nothing"
    """No date has an order in doubt."""
    VALUES = "values"
    ELSEWHERE = "elsewhere"
    NUMBERS = "numbers"
    ROWS = "rows"
    NEAR = "near"
    FUTURE = "future"
    POINTS = "points"
    YEARS = "years"
    OPEN = "open"
    CONTRADICTION = "contradiction"


def _zeros() -> dict[str, int]:
    return dict.fromkeys(READINGS, 0)


@dataclass
class Steps:
    """How often something rises and falls from one row to the next, over chunks."""

    rises: int = 0
    falls: int = 0

    def add(self, differences: np.ndarray) -> None:
        """Count the signs of `differences`."""
        self.rises += int((differences > 0).sum())
        self.falls += int((differences < 0).sum())

    @property
    def all(self) -> int:
        """Steps up and down."""
        return self.rises + self.falls

    @property
    def odd(self) -> int:
        """Steps against the common direction."""
        return min(self.rises, self.falls)


def _no_steps() -> dict[str, Steps]:
    return {reading: Steps() for reading in READINGS}


@dataclass
class Evidence:
    """Counts over the rows of a file; those of distinct values are made anew in each chunk."""

    proofs: dict[str, int] = field(default_factory=_zeros)
    """Values that can be read in one order only."""
    either: int = 0
    dotted: int = 0
    short: int = 0
    """Values of two equally long numbers either side of a month, so that the first may be the year."""
    spread: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Lowest and highest of the first and of the last number of those."""
    late_first: int = 0
    """Those whose first number can be no day."""
    elsewhere: dict[str, int] = field(default_factory=_zeros)
    future: dict[str, int] = field(default_factory=_zeros)
    near: dict[str, int] = field(default_factory=_zeros)
    with_numbers: dict[str, Steps] = field(default_factory=_no_steps)
    """Up where dates and order numbers go the same way."""
    with_rows: dict[str, Steps] = field(default_factory=_no_steps)
    texts: Steps = field(default_factory=Steps)
    shown: dict[str, list[str]] = field(default_factory=dict)
    _last: dict[str, np.ndarray] = field(default_factory=dict)

    def add(self, column: pa.Array, now: int, numbers: np.ndarray | None, others: list[np.ndarray]) -> None:
        """Count a chunk of the file's dates as texts. `now` is today and `others` are other dates of the rows, in days
        since 1970 (NaN: none); `numbers` are those of the orders (NaN: none)."""
        encoded = _without_times(pc.dictionary_encode(column))
        found = numeric(encoded.dictionary)
        if found is None or not len(found.places):
            return
        self._count(found, encoded.dictionary, now)
        rows = np.asarray(encoded.indices)
        place_of = np.full(len(encoded.dictionary), -1)
        place_of[found.places] = np.arange(len(found.places))
        rows = place_of[rows]
        kept = rows >= 0
        days = {reading: _days(found, reading)[rows[kept]] for reading in READINGS}
        self._walk(days, _text_order(found)[rows[kept]], None if numbers is None else numbers[kept])
        for other in others:
            self._compare(days, other[kept])

    def add_elsewhere(self, column: pa.Array) -> None:
        """Count the dates of a column that nothing uses: whoever wrote them wrote the others too."""
        found = numeric(pc.unique(column))
        if found is not None:
            for reading, proves in _proofs(found).items():
                self.elsewhere[reading] += int(proves.sum())
                self._keep(pc.unique(column), found, proves, "elsewhere")

    def _count(self, found: Numeric, texts: pa.Array, now: int) -> None:
        proofs = _proofs(found)
        for reading, proves in proofs.items():
            self.proofs[reading] += int(proves.sum())
            self._keep(texts, found, proves, reading)
            self.future[reading] += int((_days(found, reading) > now).sum())
        either = ~proofs["day-first"] & ~proofs["month-first"] & (found.first != found.second)
        self.either += int(either.sum())
        self.dotted += int(found.dotted.sum())
        self._keep(texts, found, either, "")
        turned = found.short & (found.second <= 12) & (found.last >= 1) & (found.last <= 31)
        if turned.all():
            self.short += len(turned)
            self.late_first += int((found.first > 31).sum())
            for name, values in (("first", found.first), ("last", found.last)):
                low, high = self.spread.get(name, (99, 0))
                self.spread[name] = (min(low, int(values.min())), max(high, int(values.max())))

    def _keep(self, texts: pa.Array, found: Numeric, mask: np.ndarray, kind: str) -> None:
        shown = self.shown.setdefault(kind, [])
        places = found.places[mask][: SHOWN - len(shown)]
        shown += texts.take(pa.array(places)).to_pylist()

    def _walk(self, days: dict[str, np.ndarray], texts: np.ndarray, numbers: np.ndarray | None) -> None:
        """Count steps from row to row, over the border of chunks too. An unreadable date is NaN and no step."""
        nothing = np.full(len(texts), np.nan)
        columns = {**days, "texts": texts, "numbers": nothing if numbers is None else numbers}
        steps = {name: np.diff(np.r_[self._last.get(name, nothing[:0]), column]) for name, column in columns.items()}
        self._last = {name: column[-1:] for name, column in columns.items()}
        self.texts.add(steps["texts"])
        for reading in READINGS:
            self.with_rows[reading].add(steps[reading])
            self.with_numbers[reading].add(np.sign(steps[reading]) * np.sign(steps["numbers"]))

    def _compare(self, days: dict[str, np.ndarray], other: np.ndarray) -> None:
        near = {reading: np.abs(days[reading] - other) <= NEAR_DAYS for reading in READINGS}
        first, second = READINGS
        self.near[first] += int((near[first] & ~near[second]).sum())
        self.near[second] += int((near[second] & ~near[first]).sum())


def _without_times(encoded: pa.DictionaryArray) -> pa.DictionaryArray:
    """Days are few, while nearly every time is another."""
    days = pc.dictionary_encode(pc.replace_substring_regex(encoded.dictionary, _DAY_AND_TIME, r"\1"))
    return pa.DictionaryArray.from_arrays(days.indices.take(encoded.indices), days.dictionary)


def _proofs(found: Numeric) -> dict[str, np.ndarray]:
    return {
        "day-first": (found.first > 12) & (found.second <= 12),
        "month-first": (found.second > 12) & (found.first <= 12),
    }


def _days(found: Numeric, reading: str) -> np.ndarray:
    """Days since 1970, NaN where there is no such day."""
    days, exist = days_of(*ordered(found, reading))
    return np.where(exist, days, np.nan)


def _text_order(found: Numeric) -> np.ndarray:
    """Numbers that rise as the texts do when they are sorted as texts."""
    return found.first * 1e6 + found.second * 1e4 + np.where(found.short, whole_year(found.last), found.last)


@dataclass(frozen=True)
class Verdict:
    """How dates of three numbers are read, or the likelier way where `settled` is False. None: there are none."""

    order: str | None
    why: Why
    settled: bool


def judge(evidence: Evidence, past: bool, likely: str = "day-first") -> Verdict:
    """What the rows say together. `past` says that no date can lie in the future; `likely` is the order that is
    proposed where they say nothing."""
    if _years_first(evidence):
        return Verdict("year-first", Why.YEARS, True)
    proven = [reading for reading in READINGS if evidence.proofs[reading]]
    if len(proven) == 2:
        return Verdict(max(READINGS, key=lambda reading: evidence.proofs[reading]), Why.CONTRADICTION, False)
    if proven:
        return Verdict(proven[0], Why.VALUES, True)
    if not evidence.either:
        return Verdict(None, Why.NOTHING, True)
    votes = _votes(evidence, past)
    if len(set(votes.values())) == 1:
        why, reading = next(iter(votes.items()))
        return Verdict(reading, why, True)
    return Verdict(likely, Why.CONTRADICTION if votes else Why.OPEN, False)


def _years_first(evidence: Evidence) -> bool:
    """Two-digit years stand first where the first number can be no day, or where so only few years appear."""
    if not evidence.short or evidence.short < evidence.either + sum(evidence.proofs.values()):
        return False
    first, last = (high - low for low, high in (evidence.spread["first"], evidence.spread["last"]))
    return evidence.late_first > 0 or (first <= FEW_YEARS < last)


def _votes(evidence: Evidence, past: bool) -> dict[Why, str]:
    """Which reading each kind of evidence speaks for, the strongest kind first."""
    votes = {
        Why.ELSEWHERE: _only(evidence.elsewhere, 1),
        Why.NUMBERS: _straight({r: (steps.falls, steps.all) for r, steps in evidence.with_numbers.items()}),
        Why.NEAR: _only(evidence.near, 3),
        Why.ROWS: _by_rows(evidence),
        Why.FUTURE: _only({r: evidence.future[_other(r)] for r in READINGS}, 2) if past else "",
        Why.POINTS: "day-first" if evidence.dotted else "",
    }
    return {why: reading for why, reading in votes.items() if reading}


def _other(reading: str) -> str:
    return READINGS[1 - READINGS.index(reading)]


def _only(counts: dict[str, int], least: int) -> str:
    """The reading that all of `counts` speak for."""
    return next((r for r in READINGS if counts[r] >= least and not counts[_other(r)]), "")


def _straight(odd: dict[str, tuple[int, int]]) -> str:
    """The reading under which (nearly) no step goes against the others, where many do under the other one."""
    for reading in READINGS:
        (few, steps), (many, other_steps) = odd[reading], odd[_other(reading)]
        if many >= 3 and few * 100 <= steps and many * 33 >= other_steps and many >= 5 * few:
            return reading
    return ""


def _by_rows(evidence: Evidence) -> str:
    """Rows sorted as texts are in the order of months first by accident, and prove nothing."""
    reading = _straight({r: (steps.odd, steps.all) for r, steps in evidence.with_rows.items()})
    sorted_as_text = evidence.texts.odd * 100 <= evidence.texts.all
    return "" if reading == "month-first" and sorted_as_text else reading
