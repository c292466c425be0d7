"""Text as people search it: in small letters and without accents, so that "nunoa" finds "Ñuñoa", on both databases.

SQLite folds ASCII letters alone, and PostgreSQL those of the language that its database was made with.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

LATIN, MARKS = range(0xC0, 0x250), range(0x300, 0x370)
"""Letters of European languages with their accents; accents that stand by themselves behind a letter."""


def _plain(letter: str) -> str:
    """The small letter without its accents."""
    return unicodedata.normalize("NFD", letter)[0].lower()


PLAIN = {letter: _plain(letter) for letter in map(chr, LATIN)}
TABLE = str.maketrans(PLAIN) | dict.fromkeys(MARKS)
ACCENTED, WITHOUT = "".join([*PLAIN, *map(chr, MARKS)]), "".join(PLAIN.values())
"""As `translate` of PostgreSQL takes them: what has no counterpart is left out."""


def fold(text: str | None) -> str | None:
    """`text` in small letters and without accents."""
    if text is None or text.isascii():
        return text and text.lower()
    return text.translate(TABLE).lower()


class folded(FunctionElement[str]):
    """A column of texts as `fold` has them."""

    type = String()
    inherit_cache = True


@compiles(folded)
def _with_own_function(element: folded, compiler: Any, **options: Any) -> str:
    """`core.database` gives every connection to SQLite this function."""
    return f"folded({compiler.process(element.clauses, **options)})"


@compiles(folded, "postgresql")
def _translated(element: folded, compiler: Any, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"lower(translate({text}, '{ACCENTED}', '{WITHOUT}'))"
