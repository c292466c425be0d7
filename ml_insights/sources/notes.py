"""Which rows are plainly not data: what a program or a person wrote under a table. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

NOTES, HEADERS = "notes", "headers"
NARROWEST = 3
"""Columns of a table in which one cell alone cannot be a row."""
_NOTE = re.compile(
    r"(p[áa]g(ina|\.)?|page)\s*:?\s*\d+|\(?\d[\d.,]*\s+(rows?|records?|filas?|registros?|l[íi]neas?)\b"
    r"|(generad|emitid|impres|exportad|cread|descargad|elaborad|actualizad)[oa]s?\s+(por|el|en|con|a las)\b"
    r"|(generated|printed|exported|created|downloaded|prepared|updated)\s+(by|on|at|from|with)\b"
    r"|(fin|end)\s+(del?|of)\s+|(total|n[°º]|cantidad)\s*(de\s+|of\s+)?(rows|records|filas|registros|l[íi]neas)\b"
    r"|(fuente|source|notas?|notes?|usuario|user|fecha de (emisi[óo]n|impresi[óo]n))\s*:",
    re.IGNORECASE,
)
_RULE = re.compile(r"[-=_*·.\s]{2,}")


def is_note(cells: Sequence[str], kinds: Sequence[str]) -> bool:
    """Whether a row is no data: a rule of dashes, a footer's usual words alone, or words alone where the column holds
    dates, numbers or codes.

    `kinds` are those of the columns. Tables of fewer than three columns have no notes, since one cell may be all that
    a row of theirs says.
    """
    filled = [(place, cell.strip()) for place, cell in enumerate(cells) if cell.strip()]
    if filled and all(_RULE.fullmatch(cell) for _, cell in filled) and len(filled) * 2 > len(cells):
        return True
    if len(filled) != 1 or len(kinds) < NARROWEST:
        return False
    place, cell = filled[0]
    return bool(_NOTE.match(cell)) or (_words(cell) and place < len(kinds) and kinds[place] in _STRICT)


_STRICT = ("date", "number", "code", "email")


def _words(cell: str) -> bool:
    """Two words or more."""
    return len(re.findall(r"[^\W\d_]{2,}", cell)) >= 2
