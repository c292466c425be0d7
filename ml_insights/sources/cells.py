"""The cells of a column in one chunk: each distinct text once, and which of them every row has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ml_insights.core.arrow import compute as pc
from ml_insights.core.csv_export import DANGEROUS

_ESCAPED = f"^'({DANGEROUS})"
"""What our own exports put before a cell that a spreadsheet would run as a formula."""


BETWEEN, NOTHING = " · ", "–"


@dataclass
class Cells:
    """`texts` are the distinct cells, trimmed; trimming may leave equal ones. `places` has one of them per row."""

    texts: pa.Array
    places: np.ndarray

    @property
    def empty(self) -> np.ndarray:
        """(rows,) bool: which rows have nothing here."""
        return np.asarray(pc.equal(self.texts, ""))[self.places]

    def at(self, row: int) -> str:
        """The text of one row."""
        return self.texts[int(self.places[row])].as_py()

    def plus(self, text: str) -> int:
        """Add a distinct text that no row has yet; its place."""
        self.texts = pa.concat_arrays([self.texts, pa.array([text], pa.string())])
        return len(self.texts) - 1

    def codes(self) -> np.ndarray:
        """(distinct,) one number per distinct text, equal where the texts are equal."""
        return np.asarray(pc.dictionary_encode(self.texts).indices)

    def beside(self, other: Cells) -> Cells:
        """What both have, as "one · other", with a dash for what is empty."""
        pairs, places = np.unique(np.column_stack((self.places, other.places)), axis=0, return_inverse=True)
        mine, theirs = self.texts.to_pylist(), other.texts.to_pylist()
        texts = [beside(mine[one], theirs[two]) for one, two in pairs.tolist()]
        return Cells(pa.array(texts, pa.string()), places.reshape(-1))

    def or_else(self, other: Cells) -> Cells:
        """These cells, and those of `other` where these are empty."""
        places = np.where(self.empty, other.places + len(self.texts), self.places)
        return Cells(pa.concat_arrays([self.texts, other.texts]), places)


def beside(one: str, other: str) -> str:
    """Two cells as one text."""
    return f"{one or NOTHING}{BETWEEN}{other or NOTHING}"


def first_of(text: str) -> str:
    """The first cell of what `beside` wrote."""
    one = text.partition(BETWEEN)[0]
    return "" if one == NOTHING else one


def encoded(column: pa.ChunkedArray) -> Cells:
    """The cells of a column of text, without the quotes that our own exports put before formulas."""
    found = pc.dictionary_encode(column).combine_chunks()
    texts = found.dictionary
    if pc.any(pc.starts_with(texts, "'")).as_py():
        texts = pc.replace_substring_regex(texts, _ESCAPED, r"\1")
    return Cells(pc.utf8_trim_whitespace(texts), np.asarray(found.indices))


def constant(text: str, rows: int) -> Cells:
    """The same text in every row."""
    return Cells(pa.array([text], pa.string()), np.zeros(rows, dtype=np.int32))
