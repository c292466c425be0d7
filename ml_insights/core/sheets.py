"""A table that leaves the product: what its columns are called and hold. CSV and Excel are both written from it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

LONGEST_NAME = 100
NOT_IN_NAMES = re.compile(r"[\W_]+")


class Form(StrEnum):
    """What kind of file is wanted."""

    CSV = "csv"
    XLSX = "xlsx"


class Kind(StrEnum):
    """What a column holds. A share is 0.25 for a quarter; RAW cells are those of somebody's file, as they stood."""

    TEXT = "text"
    RAW = "raw"
    NUMBER = "number"
    MONEY = "money"
    SHARE = "share"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True)
class Column:
    """One column. `key` heads it in CSV, which programs read; `label` (English, translated) in Excel, which people do.

    A column that comes from a file has no label of ours. Numbers are rounded to `digits`. Where its cells are codes,
    `words` says them in English, and people read those, translated.
    """

    key: str
    label: str = ""
    kind: Kind = Kind.TEXT
    digits: int | None = None
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """A table to be exported. `name` names the file; `title` (English, translated) the page of the workbook."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]] = field(repr=False)

    def file_name(self, form: Form) -> str:
        """The name of its file: letters and digits of any script, and hyphens, whatever it was made from."""
        plain = NOT_IN_NAMES.sub("-", unicodedata.normalize("NFC", self.name))
        return f"{plain[:LONGEST_NAME].strip('-') or 'table'}.{form}"


def picked(columns: Sequence[Column], facts: Iterable[Any]) -> Iterable[tuple[Any, ...]]:
    """A row per fact: its attributes that the columns' keys name."""
    return (tuple(getattr(fact, column.key) for column in columns) for fact in facts)
