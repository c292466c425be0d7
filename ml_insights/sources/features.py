"""The columns that a contract does not name, where it keeps them: one JSON object a row."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from ml_insights.core.arrow import compute as pc
from ml_insights.sources import numbers

NAME = "features"
"""Of the column that holds them all."""


def packed(columns: Mapping[str, pa.ChunkedArray], rows: int, decimal_of: Callable[[str], str]) -> pa.Array:
    """(rows,) JSON texts of what `columns` (header → texts) say; numbers as numbers, by the decimal sign of their
    header, empty values left out."""
    named = [(feature_name(header), _values(column, decimal_of(header))) for header, column in columns.items()]
    told = [{name: values[row] for name, values in named if values[row] is not None} for row in range(rows)]
    return pa.array([json.dumps(one, ensure_ascii=False) for one in told], pa.string())


def feature_name(header: str) -> str:
    """A header as a name: lower case, without accents, words joined by one underscore each."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", header) if not unicodedata.combining(c))
    return re.sub(r"[^0-9a-z]+", "_", letters.casefold()).strip("_") or "column"


def _values(column: pa.ChunkedArray, decimal: str) -> list[Any]:
    encoded = pc.dictionary_encode(column).combine_chunks()
    texts = pc.utf8_trim_whitespace(encoded.dictionary)
    found = numbers.parse_numbers(texts, decimal).to_pylist()
    distinct = [_plain(text, number) for text, number in zip(texts.to_pylist(), found, strict=True)]
    return [distinct[place] for place in encoded.indices.to_pylist()]


def _plain(text: str, number: float | None) -> float | int | str | None:
    if number is None:
        return text.replace("\0", "") or None
    return int(number) if number.is_integer() else number
