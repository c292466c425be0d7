"""Excel workbooks: a sheet as a person expects it, with a frozen head, real dates and amounts in the currency.

Texts are written as texts, so that none is ever a formula, a link or a number. Rows go to disk as they come.
"""

import math
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from ml_insights.core.company import company
from ml_insights.core.formats import decimals_of, sign
from ml_insights.core.i18n import gettext
from ml_insights.core.sheets import Column, Kind, Sheet

MOST_ROWS = 1_048_575
"""Rows that a page of a workbook has below its head; further ones go to a further page."""
LONGEST_TEXT, LONGEST_TITLE = 32_767, 31
NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
FIRST_DATE = date(1900, 3, 1)
"""Excel takes 1900 for a leap year; earlier days are written as text."""
GENERAL = "General"
WIDTHS = {Kind.TEXT: 24, Kind.RAW: 18, Kind.MOMENT: 18}
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_xlsx(sheet: Sheet, path: Path, language: str) -> None:
    """Write `sheet` to `path` as a workbook, its head in words of `language`."""
    from xlsxwriter import Workbook

    with Workbook(str(path), OPTIONS) as book:
        head = book.add_format({"bold": True})
        formats = [book.add_format({"num_format": _shape(column)}) for column in sheet.columns]
        for number, rows in enumerate(_pages(sheet), start=1):
            page = book.add_worksheet(_title(sheet, language, number))
            page.freeze_panes(1, 0)
            for place, column in enumerate(sheet.columns):
                said = heading(column, language)
                page.set_column(place, place, max(WIDTHS.get(column.kind, 14), min(len(said) + 2, 40)))
                page.write_string(0, place, said, head)
            for line, row in enumerate(rows, start=1):
                for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
                    said = gettext(column.words[value], language) if value in column.words else value
                    _write(page, line, place, said, formats[place])


def heading(column: Column, language: str) -> str:
    """What people read above a column; an amount says its currency."""
    said = gettext(column.label, language) if column.label else column.key
    return f"{said} ({company().currency})" if column.kind == Kind.MONEY else said


def _pages(sheet: Sheet) -> Iterator[Iterator[Sequence[Any]]]:
    """The rows by page of the workbook; one page without rows where there are none."""
    rows = iter(sheet.rows)
    yield islice(rows, MOST_ROWS)
    for first in rows:
        yield _with_first(first, islice(rows, MOST_ROWS - 1))


def _with_first(first: Sequence[Any], others: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    yield first
    yield from others


def _write(page: Any, line: int, place: int, value: Any, shape: Any) -> None:
    if value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)):
        return
    if isinstance(value, datetime):
        local = value.astimezone(company().zone) if value.tzinfo else value
        page.write_datetime(line, place, local.replace(tzinfo=None), shape)
    elif isinstance(value, date) and value >= FIRST_DATE:
        page.write_datetime(line, place, value, shape)
    elif isinstance(value, bool):
        page.write_boolean(line, place, value)
    elif isinstance(value, int | float):
        page.write_number(line, place, value, shape)
    else:
        page.write_string(line, place, _text(str(value)))


def _text(value: str) -> str:
    """What a cell can hold: without halves of characters, and cut where it is too long, which the last sign tells."""
    whole = value.encode("utf-8", "replace").decode()
    return whole if len(whole) <= LONGEST_TEXT else whole[: LONGEST_TEXT - 1] + "…"


def _shape(column: Column) -> str:
    """Excel's number format of a column; it writes separators as its own reader is used to."""
    digits = column.digits
    match column.kind:
        case Kind.MONEY:
            quoted = sign().replace('"', "")
            return f'"{quoted}"{_decimals(decimals_of(company().currency) if digits is None else digits)}'
        case Kind.NUMBER:
            return _decimals(digits) if digits is not None else GENERAL
        case Kind.SHARE:
            return "0.0%"
        case Kind.DAY:
            return "yyyy-mm-dd"
        case Kind.MOMENT:
            return "yyyy-mm-dd hh:mm"
        case _:
            return GENERAL


def _decimals(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")


def _title(sheet: Sheet, language: str, number: int) -> str:
    """The page's name, without what Excel refuses."""
    tail = f" {number}" if number > 1 else ""
    plain = NOT_IN_TITLES.sub(" ", gettext(sheet.title, language)).strip().strip("'").strip()
    return (plain[: LONGEST_TITLE - len(tail)].strip("' ") or "1") + tail
