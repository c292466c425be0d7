"""A sheet of a workbook that is open, whatever it was opened by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from ml_insights.sources.workbooks.cells import Cell


@dataclass(frozen=True)
class Sheet:
    """`start` is the place of the first row that has a value, `rows` how many there are from it on. `read` begins to
    read those anew: lists of one length each."""

    name: str
    visible: bool
    start: int
    rows: int
    read: Callable[[], Iterator[list[Cell]]]

    def __iter__(self) -> Iterator[list[Cell]]:
        return self.read()


def grid(name: str, rows: Sequence[list[Cell]], visible: bool = True) -> Sheet | None:
    """The sheet of rows that stand in memory, made equally long; None where no cell has a value."""
    filled = [place for place, row in enumerate(rows) if any(cell != "" for cell in row)]
    if not filled:
        return None
    used = rows[filled[0] : filled[-1] + 1]
    width = max(map(len, used))
    for row in used:
        row.extend([""] * (width - len(row)))
    return Sheet(name, visible, filled[0], len(used), partial(iter, used))
