"""Which sign stands before the decimals of a file: what its values say, column by column, and what follows of it.

Nothing is decided by majority. Every piece of evidence is a vote for the point or the comma; where votes differ, or
where there is none although the readings do, the question goes to whoever imports the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pyarrow as pa

from ml_insights.core.arrow import compute as pc
from ml_insights.sources.facts import EACH
from ml_insights.sources.numbers import take_apart, with_plain_signs

SIGNS = (".", ",")
SHOWN = 3
"""Values kept of each kind, to be shown."""
STRAY = 20
"""A decimal among so many values that look grouped may be a slip of the hand, and proves nothing."""
STRAY_MONEY = 1
"""The same for money: three decimals are written by few, so that two decimals ought to be the rule among them."""


def other(sign: str) -> str:
    """The sign that groups thousands where `sign` stands before the decimals."""
    return "," if sign == "." else "."


ROUNDING = 0.01
"""How far a total may be from quantity × price: readings differ by a factor of a thousand."""
ENOUGH_ROWS, NEARLY_ALL = 2, 0.9


class Why(StrEnum):
    """What a decision about the decimal sign rests on."""

    NOTHING = "nothing"
    """No value has either sign, so both readings are the same."""
    VALUES = "values"
    CURRENCY = "currency"
    PRODUCT = "product"
    OPEN = "open"
    CONTRADICTION = "contradiction"
    COLUMNS = "columns"
    """Every column is clear, and they differ."""


@dataclass
class Signs:
    """How often each sign stands in which place among the distinct numbers of a column (counted anew in each chunk).

    `decimal` counts values in which the sign can only stand before decimals (12.5, 0.990, 1,234.56), `groups` those
    in which it can only group (1.249.900), `either` those with three digits after the only sign (12.990), `uneven`
    those of them that are no whole number if the sign is decimal. `bare` counts numbers without a sign.
    """

    decimal: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SIGNS, 0))
    groups: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SIGNS, 0))
    either: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SIGNS, 0))
    uneven: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SIGNS, 0))
    bare: int = 0
    shown: dict[str, list[str]] = field(default_factory=dict)
    """Some values by the sign that they prove to be decimal, and under "" those that could be either."""

    def add(self, texts: pa.Array) -> None:
        """Count the distinct `texts`."""
        written = take_apart(with_plain_signs(texts))
        digits, whole = written.digits, pc.ends_with(written.end, "-")
        signed = pc.match_substring_regex(digits, "[.,]")
        self.bare += _count(pc.invert(signed))
        if not pc.any(signed).as_py():
            return
        for sign in SIGNS:
            decimal, groups, either, uneven = _places(digits, whole, sign)
            self.decimal[sign] += self._keep(texts, decimal, sign)
            self.groups[sign] += self._keep(texts, groups, other(sign))
            self.either[sign] += self._keep(texts, either, "")
            self.uneven[sign] += _count(uneven)

    def _keep(self, texts: pa.Array, mask: pa.Array, proof: str) -> int:
        shown = self.shown.setdefault(proof, [])
        if len(shown) < SHOWN:
            shown += texts.filter(mask).slice(0, SHOWN - len(shown)).to_pylist()
        return _count(mask)


def _places(digits: pa.Array, whole: pa.Array, sign: str) -> tuple[pa.Array, pa.Array, pa.Array, pa.Array]:
    """Masks of the values that prove `sign` decimal, that prove it grouping, that leave it open, and of the last
    those with a fraction."""
    s, o, head = rf"\{sign}", rf"\{other(sign)}", "[1-9][0-9]{0,2}"
    threes = rf"(?:{o}[0-9]{{3}})+|(?: [0-9]{{3}})+|(?:'[0-9]{{3}})+"
    grouped = rf"(?:{head}(?:{threes})|[1-9][0-9]?(?:{o}[0-9]{{2}})+{o}[0-9]{{3}})"
    few = rf"^(?:[0-9]*|{grouped}){s}(?:[0-9]{{1,2}}|[0-9]{{4,}})$|^[0-9]*{s}[0-9]+[eE]"
    whole_head = rf"^(?:|0[0-9]*|[0-9]{{4,}}|{grouped}){s}[0-9]{{3}}$"
    many = rf"^{head}(?:{s}[0-9]{{3}}){{2,}}$|^[1-9][0-9]?(?:{s}[0-9]{{2}})+{s}[0-9]{{3}}$"
    single = pc.match_substring_regex(digits, rf"^{head}{s}[0-9]{{3}}$")
    return (
        pc.match_substring_regex(digits, f"{few}|{whole_head}"),
        pc.or_(pc.match_substring_regex(digits, many), pc.and_(single, whole)),
        pc.and_(single, pc.invert(whole)),
        pc.and_(pc.and_(single, pc.invert(whole)), pc.invert(pc.ends_with(digits, "000"))),
    )


def _count(mask: pa.Array) -> int:
    return pc.sum(mask).as_py() or 0


@dataclass
class Products:
    """In how many rows quantity × price is the total: under the point alone, under the comma alone, under both."""

    rows: int = 0
    only: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SIGNS, 0))
    both: int = 0

    def add(self, read: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]) -> None:
        """Count rows; `read` has their quantities, prices and totals under each sign (NaN: not a number)."""
        held, numbers = {}, np.zeros(len(read["."][0]), dtype=bool)
        for sign, (quantity, price, total) in read.items():
            with np.errstate(invalid="ignore"):
                held[sign] = (np.abs(quantity * price - total) <= ROUNDING * np.abs(total)) & (total != 0)
            numbers |= ~np.isnan(quantity * price * total)
        self.rows += int(numbers.sum())
        self.both += int((held["."] & held[","]).sum())
        for sign in SIGNS:
            self.only[sign] += int((held[sign] & ~held[other(sign)]).sum())

    def vote(self) -> str:
        """The sign under which nearly all rows hold, and none under the other alone; "" where that tells nothing."""
        for sign in SIGNS:
            held = self.only[sign] + self.both
            if self.only[sign] >= ENOUGH_ROWS and not self.only[other(sign)] and held >= NEARLY_ALL * self.rows:
                return sign
        return ""


@dataclass(frozen=True)
class Evidence:
    """What a column's numbers are, and its signs. `whole` says that a fraction would make no sense: amounts in a
    currency without decimals, counts. `money` is an amount in a currency that has two decimals or none."""

    header: str
    signs: Signs
    money: bool = False
    whole: bool = False

    def votes(self) -> dict[str, Why]:
        """The signs that this column speaks for, and why."""
        votes = {}
        for sign in SIGNS:
            if self.signs.decimal[sign]:
                votes[sign] = Why.VALUES
            if self.signs.groups[sign]:
                votes[other(sign)] = Why.VALUES
        for sign in SIGNS:
            if self.whole and self.signs.uneven[sign] and not self._usual(sign):
                votes.setdefault(other(sign), Why.CURRENCY)
        return votes

    def _usual(self, sign: str) -> bool:
        """Whether values that prove `sign` decimal are no slips among those that could be grouped by it."""
        often = STRAY_MONEY if self.money else STRAY
        return self.signs.decimal[sign] * often >= self.signs.either[sign]

    def is_slip(self) -> bool:
        """Whether what proves a sign can be a slip of the hand among values that could be grouped by it."""
        return any(self.signs.decimal[sign] and not self._usual(sign) for sign in SIGNS)

    def doubts(self, sign: str, proven: bool) -> bool:
        """Whether reading this column with `sign` would be a guess: every value has three digits after its only sign,
        and that would make them thousands where nothing is ever below a thousand, or money with three decimals."""
        grouped, fractions = self.signs.either[other(sign)], self.signs.either[sign]
        if self.votes():
            return self.is_slip()
        if self.money and fractions:
            return True
        return not proven and not self.money and grouped > 0 and not self.signs.bare


@dataclass(frozen=True)
class Verdict:
    """The decimal sign of a file, "each" where columns have their own, or the likelier one where `settled` is False.

    `own` has the sign of each column (by header) where every column is clear and they differ.
    """

    decimal: str
    why: Why
    settled: bool
    own: Mapping[str, str] = field(default_factory=dict)


def judge(columns: Iterable[Evidence], products: Products | None = None) -> Verdict:
    """What all columns together say."""
    columns = [column for column in columns if any((*column.signs.decimal.values(), *column.signs.groups.values(),
                                                    *column.signs.either.values()))]  # fmt: skip
    if not columns:
        return Verdict(".", Why.NOTHING, True)
    votes: dict[str, Why] = {}
    for column in columns:
        for sign, why in column.votes().items():
            votes[sign] = Why.VALUES if Why.VALUES in (why, votes.get(sign)) else why
    if products is not None and (held := products.vote()):
        votes.setdefault(held, Why.PRODUCT)
    if len(votes) == 1:
        ((sign, why),) = votes.items()
        proven = why is Why.PRODUCT or any(column.signs.decimal[sign] for column in columns)
        if not any(column.doubts(sign, proven) for column in columns):
            return Verdict(sign, why, True)
    own = _own(columns)
    money = {own[column.header] for column in columns if own and column.money and column.votes()}
    if own and all(column.votes() or (column.money and own[column.header] in money) for column in columns):
        return Verdict(EACH, Why.COLUMNS, not any(column.is_slip() for column in columns), own)
    why = Why.CONTRADICTION if votes else Why.OPEN
    return Verdict(_likelier(columns, votes), why, False, own)


def _likelier(columns: list[Evidence], votes: Mapping[str, Why]) -> str:
    """The sign for which more values speak; three digits after a sign are likelier thousands in money, and decimals of
    quantities that programs write so."""
    if len(votes) == 1:
        return next(iter(votes))
    weight = {s: sum(c.signs.decimal[s] + c.signs.groups[other(s)] + c.signs.either[other(s) if c.money else s]
                     for c in columns) for s in SIGNS}  # fmt: skip
    return max(SIGNS, key=lambda sign: weight[sign])


def _own(columns: list[Evidence]) -> dict[str, str]:
    """The sign that each column speaks for by itself; a column of three-digit decimals that nothing else explains
    counts for those. Empty where that is the same everywhere, or a column contradicts itself."""
    own = {}
    for column in columns:
        votes = column.votes()
        if len(votes) > 1:
            return {}
        open_signs = [sign for sign in SIGNS if column.signs.either[sign]]
        likely = [other(sign) if column.money else sign for sign in open_signs]
        own[column.header] = next(iter(votes)) if votes else likely[0]
    return own if len(set(own.values())) > 1 else {}
