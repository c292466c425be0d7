"""Where the header of a table is among its first rows, and what its columns are called. Pure: texts in, places out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from ml.frames import CONTRACTS
from ml_insights.core.i18n import N_, gettext
from ml_insights.sources.synonyms import likeness

SEEN_ROWS = 120
"""Rows that are looked at to find the header."""
SOUGHT_ROWS = 60
"""Rows among which the header is looked for."""
SEEN_COLUMNS = 200
LONGEST = 60
"""Characters of a number or a date, at most."""
USED = 0.1
"""Share of the rows in which a column has a value, for a header to have to name it."""
UNNAMED = N_("Column {number}")

_NUMBER = re.compile(r"^[-+−(]*\s*(?:[A-Z]{3}\s*|[A-Z]{0,2}\$\s*|[€£]\s*)?[-+−]?[\d.,'\s]*\d[\d.,'\s]*(?:[eE][-+]?\d+)?"
                     r"\s*(?:%|[A-Z]{3}|[€£$])?\s*[)−-]?$")  # fmt: skip
_DATE = re.compile(r"^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[-/. ](de )?[^\W\d_]{3,10}\.?,?[-/. ](de(l)? )?\d{2,4}"
                   r"|[^\W\d_]{3,10}\.? \d{1,2},? \d{4})(\D|$)")  # fmt: skip
_UNNAMED = re.compile(UNNAMED.replace("{number}", r"(\d+)"))
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Header:
    """Rows `first` to `last` (counted from 0) name the columns; data begin right after. `first` is `last` + 1 where no
    row is a header. `fit` says how well they do, `known` how many of their cells the contract knows."""

    first: int
    last: int
    cells: tuple[str, ...]
    fit: float
    known: int

    @property
    def missing(self) -> bool:
        """Whether there is none: the first row is data already."""
        return self.first > self.last


def kind_of(cell: str) -> str:
    """What a cell looks like: "number", "date", "email", "code" (a word with digits), "text", or "" where empty."""
    text = cell.strip()
    return "text" if len(text) > LONGEST else _kind_of(text)


@lru_cache(maxsize=1 << 14)
def _kind_of(text: str) -> str:
    if not text:
        return ""
    if not any(sign.isdigit() for sign in text):
        return "email" if "@" in text else "text"
    if _DATE.match(text):
        return "date"
    if _NUMBER.match(text):
        return "number"
    return "email" if "@" in text else "code"


def column_kinds(rows: Rows, width: int) -> list[str]:
    """What most cells of each column look like; "" for a column without values, "text" where they differ."""
    kinds = []
    for place in range(width):
        seen = Counter(kind_of(row[place]) for row in rows if place < len(row) and row[place].strip())
        best, count = seen.most_common(1)[0] if seen else ("", 0)
        kinds.append(best if count >= 0.6 * sum(seen.values()) else "text")
    return kinds


def find_header(contract: str, rows: Rows) -> Header:
    """The row, or pair of rows, that fits best as a header for those after it; the first of equals.

    A header names every column that has values, in words that the contract knows or at least in texts where the
    values are none. A pair of rows is one header where the lower leaves cells empty that the upper fills, as merged
    cells do. A header that is `missing` has a negative `fit`.
    """
    rows = [[cell.strip() for cell in row] for row in rows[:SEEN_ROWS]]
    found = [
        header
        for place, row in enumerate(rows[:SOUGHT_ROWS])
        for header in (_candidates(contract, rows, place) if any(row) else ())
    ]
    if not found:
        return Header(0, 0, (), 0.0, 0)
    best = max(found, key=lambda header: header.fit)
    if best.fit > 0:
        return best
    widest = max(sum(map(bool, row)) for row in rows)
    first = next((header for header in found if sum(map(bool, header.cells)) >= widest / 2), found[0])
    return Header(first.first, first.first - 1, (), first.fit, 0) if first.fit < 0 else first


def header_at(contract: str, rows: Rows, row: int) -> Header | None:
    """The header where it is said to be: in `row` (from 1), with the row above where both are one; 0 for none.

    None where that row is empty or beyond `rows`.
    """
    stripped = [[cell.strip() for cell in cells] for cells in rows]
    if row == 0:
        start = next((place for place, cells in enumerate(stripped) if any(cells)), 0)
        return Header(start, start - 1, (), 0.0, 0)
    if row < 0 or row > len(rows) or not any(stripped[row - 1]):
        return None
    found = _candidates(contract, stripped[: row + SEEN_ROWS], row - 1)
    return max(found, key=lambda header: header.fit)


def _candidates(contract: str, rows: Rows, place: int) -> list[Header]:
    after = [row[:SEEN_COLUMNS] for row in rows[place + 1 :] if any(row)][:50]
    single = _judged(contract, place, place, tuple(rows[place]), after)
    above = rows[place - 1] if place else []
    own = [cell for cell in rows[place] if cell]
    if sum(map(bool, above)) < 2 or not own or any(not _names(cell) for cell in own):
        return [single]
    both = tuple(low or high for low, high in zip_longest(rows[place], above, fillvalue=""))
    return [single] if both == single.cells else [single, _judged(contract, place - 1, place, both, after)]


def _names(cell: str) -> bool:
    """Whether a cell can be a part of a column's name: a word, neither a value nor a rule of dashes."""
    return kind_of(cell) in ("text", "code") and any(sign.isalpha() for sign in cell)


def _judged(contract: str, first: int, last: int, cells: tuple[str, ...], after: Rows) -> Header:
    known = sum(known_name(contract, cell) for cell in cells[:SEEN_COLUMNS])
    kinds = column_kinds(after, max(len(cells), *map(len, after), 0) if after else len(cells))
    filled = Counter(place for row in after for place, cell in enumerate(row) if cell)
    used = [place for place, count in filled.items() if count >= USED * len(after)]
    named = sum(1 for place in used if place < len(cells) and cells[place])
    contrast = sum(_contrast(kind_of(cell), kind) for cell, kind in zip(cells, kinds, strict=False))
    share = named / len(used) if used else 1.0
    points = 3 * known + contrast
    return Header(first, last, cells, points * share if points > 0 else float(points), known)


def _contrast(cell: str, values: str) -> int:
    """Whether a cell stands out from the values below it (1), is one of them (-2), or tells nothing."""
    if not cell or values in ("", "text"):
        return 0
    if cell == "text":
        return 1
    return -2 if cell == values else 0


@lru_cache(maxsize=4096)
def known_name(contract: str, cell: str) -> bool:
    """Whether `cell` is a name that the contract knows for one of its columns."""
    return any(likeness(contract, column, cell) for column in CONTRACTS[contract].names)


def column_names(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """A name of its own for each of `width` columns: empty ones are numbered, repeated ones counted.

    Line breaks inside a name become spaces.
    """
    written = [_clean(cell) for cell in cells[:width]]
    written += [""] * (width - len(written))
    names = [cell or UNNAMED.format(number=place + 1) for place, cell in enumerate(written)]
    taken, seen, unique = set(names), Counter[str](), []
    for name in names:
        seen[name] += 1
        own = name
        while seen[name] > 1 and own in taken:
            own = f"{name} ({seen[name]})"
            seen[name] += own in taken
        taken.add(own)
        unique.append(own)
    return tuple(unique)


def repeated_names(cells: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """Those of `names` that were changed because an earlier column is called so."""
    return tuple(name for cell, name in zip(cells, names, strict=False) if _clean(cell) not in ("", name))


def _clean(cell: str) -> str:
    return " ".join(cell.lstrip("\ufeff").split())


def is_unnamed(header: str) -> bool:
    """Whether we gave a column its name, since it has none."""
    return _UNNAMED.fullmatch(header) is not None


def shown_name(header: str, language: str) -> str:
    """`header` as the reader sees it: the name that we gave to a column without one is translated."""
    ours = _UNNAMED.fullmatch(header)
    return gettext(UNNAMED, language, number=ours.group(1)) if ours else header
