"""Tables of a web page that is called a workbook, as many portals export them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from ml_insights.core.errors import ProductError
from ml_insights.sources.encodings import Decoder
from ml_insights.sources.workbooks.cells import Cell
from ml_insights.sources.workbooks.sheet import Sheet, grid

BLOCK = 1 << 20
WIDEST = 1000
"""Columns or rows over which one cell may spread."""
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)


def html_sheets(path: Path, name: str) -> Iterator[Sheet]:
    """The tables of the page that have a value, in the order in which they end. Raises WrongEncoding."""
    tables = _Tables()
    decoder = codecs.getincrementaldecoder(_encoding(path, name))("replace")
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            tables.feed(decoder.decode(block))
    tables.close()
    for place, rows in enumerate(tables.finish(), 1):
        if sheet := grid(f"Table {place}", rows):
            yield sheet


def _encoding(path: Path, name: str) -> str:
    """What the page says of itself where that holds for all of it, else what its bytes tell."""
    with path.open("rb") as file:
        told = _CHARSET.search(file.read(4096))
    try:
        return _found(path, name, told.group(1).decode() if told else None)
    except ProductError:
        return _found(path, name, None)


def _found(path: Path, name: str, encoding: str | None) -> str:
    decoder = Decoder(name, encoding)
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            decoder.feed(block)
    decoder.finish()
    return decoder.encoding


class _Table:
    """A table under way. A cell over several rows stands in the first; the others keep its place empty."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []
        self._below: dict[int, int] = {}
        self._covered: set[int] = set()
        self._words: list[str] | None = None
        self._number: str | None = None
        self._spread = (1, 1)

    def begin_row(self) -> None:
        self.end_cell()
        self._covered = set(self._below)
        self._below = {place: left - 1 for place, left in self._below.items() if left > 1}
        self.rows.append([])
        self._step_over()

    def begin_cell(self, attributes: dict[str, str | None]) -> None:
        self.end_cell()
        if not self.rows:
            self.begin_row()
        self._words, self._number = [], attributes.get("x:num")
        self._spread = _span(attributes.get("colspan")), _span(attributes.get("rowspan"))

    def add(self, words: str) -> None:
        if self._words is not None:
            self._words.append(words)

    def end_cell(self) -> None:
        if self._words is None:
            return
        row, (across, down) = self.rows[-1], self._spread
        if down > 1:
            self._below.update(dict.fromkeys(range(len(row), len(row) + across), down - 1))
        row.extend([_value(" ".join("".join(self._words).split()), self._number), *[""] * (across - 1)])
        self._words = None
        self._step_over()

    def _step_over(self) -> None:
        """Leave the places empty that cells of the rows above take."""
        while len(self.rows[-1]) in self._covered:
            self.rows[-1].append("")


def _span(value: str | None) -> int:
    return min(int(value), WIDEST) if value and value.isdigit() and int(value) else 1


def _value(text: str, number: str | None) -> Cell:
    """Excel writes the number itself beside the text that shows it."""
    try:
        return float(number) if number else text
    except ValueError:
        return text


class _Tables(HTMLParser):
    """Collects tables; one within a cell of another is a table of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[_Table] = []
        self._done: list[_Table] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._open.append(_Table())
        elif tag in ("script", "style"):
            self._silent += 1
        elif not self._open:
            return
        elif tag == "tr":
            self._open[-1].begin_row()
        elif tag in ("td", "th"):
            self._open[-1].begin_cell(dict(attrs))
        elif tag in ("br", "p", "div"):
            self._open[-1].add(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent = max(0, self._silent - 1)
        elif not self._open:
            return
        elif tag == "table":
            self._end_table()
        elif tag in ("td", "th", "tr"):
            self._open[-1].end_cell()

    def handle_data(self, data: str) -> None:
        if self._open and not self._silent:
            self._open[-1].add(data)

    def finish(self) -> list[list[list[Cell]]]:
        """The rows of every table, of those too that the page leaves open."""
        while self._open:
            self._end_table()
        return [table.rows for table in self._done]

    def _end_table(self) -> None:
        table = self._open.pop()
        table.end_cell()
        self._done.append(table)
