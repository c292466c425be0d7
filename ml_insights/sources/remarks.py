"""What there is to say of a file's shape and values, and to ask: which sheet, which row is the header. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from ml.frames import CONTRACTS
from ml_insights.core.i18n import N_
from ml_insights.sources import units
from ml_insights.sources.currencies import has_decimals
from ml_insights.sources.facts import Decision, FileShape, Inspection, Option, Remark
from ml_insights.sources.headers import is_unnamed
from ml_insights.sources.mapping import propose_columns
from ml_insights.sources.numbers import parse_numbers
from ml_insights.sources.workbooks import SheetText

PRICES = ("unit_price", "price")
CENTS = N_(
    "Most of “{header}” has decimals ({example}), and the company counts in {currency}, which has none. If the file is "
    "in another currency, choose the company's on its page before the import."
)
NAMES = N_(
    "“{header}” names the products. Import this file once more as products, and pages show names instead of codes."
)
SHOWN_ROWS = 3
SHOWN_CELLS = 4


def shape_remarks(shape: FileShape) -> tuple[Remark, ...]:
    """What was settled without asking: skipped lines, a header of two rows, names that were made."""
    remarks = []
    if shape.sheet and len(shape.sheets) > 1:
        remarks.append(Remark(N_("The sheet “{sheet}” is read."), {"sheet": shape.sheet}))
    if shape.skipped and shape.header_rows:
        values = {"row": shape.skipped + 1, "lines": shape.skipped}
        remarks.append(Remark(N_("The header is row {row}. Lines above it that are passed over: {lines}."), values))
    if shape.header_rows > 1:
        values = {"first": shape.skipped + 1, "last": shape.first_row - 1}
        remarks.append(Remark(N_("Rows {first} and {last} are the header together."), values))
    if shape.repeated:
        names = ", ".join(f"“{name}”" for name in shape.repeated)
        remarks.append(Remark(N_("Columns with the same name are numbered: {names}."), {"names": names}))
    unnamed = [str(place) for place, name in enumerate(shape.headers, 1) if is_unnamed(name)]
    if unnamed and shape.header_rows:
        remarks.append(Remark(N_("Columns without a name, by their place: {places}."), {"places": ", ".join(unnamed)}))
    return tuple(remarks)


def value_remarks(inspection: Inspection, currency: str) -> tuple[Remark, ...]:
    """What was settled about values without asking: units that are converted, cents in a currency that has none, names
    of products that orders have no use for."""
    return (*units.remarks(inspection.reading.columns), *_cents(inspection, currency), *_names(inspection))


def is_of_values(remark: Remark) -> bool:
    """Whether `value_remarks` makes it."""
    return remark.message in (units.CONVERTED, CENTS, NAMES)


def _cents(inspection: Inspection, currency: str) -> tuple[Remark, ...]:
    reading, headers = inspection.reading, inspection.shape.headers
    header = next((reading.columns[column] for column in PRICES if column in reading.columns), "")
    if reading.currency_header or header not in headers:
        return ()
    texts = pa.array([row[headers.index(header)] for row in inspection.sample], pa.string())
    numbers = parse_numbers(texts, reading.decimal_of(header)).to_numpy(zero_copy_only=False)
    with_cents = np.nan_to_num(numbers % 1) > 0
    if 2 * with_cents.sum() <= np.isfinite(numbers).sum() or has_decimals(currency):
        return ()
    example = texts[int(with_cents.argmax())].as_py()
    return (Remark(CENTS, {"header": header, "example": example, "currency": currency}),)


def _names(inspection: Inspection) -> tuple[Remark, ...]:
    used = inspection.reading.columns
    if inspection.reading.contract != "orders" or "product_id" not in used:
        return ()
    names = propose_columns(CONTRACTS["products"], inspection.shape.headers)
    if names.get("product_id") != used["product_id"] or names.get("name", "") in ("", *used.values()):
        return ()
    return (Remark(NAMES, {"header": names["name"]}),)


def shape_decisions(
    shape: FileShape,
    sample: Sequence[Sequence[str]],
    sheet: SheetText | None,
    chosen: str | None,
    header_row: int | None,
) -> tuple[Decision, ...]:
    """Which of several sheets, where more than one has rows; which row is the header, where none looks like one.

    An answer is given as `sheet` or `header_row` to the inspection; what is `chosen` so is no open question.
    """
    asked = []
    if sheet is not None and len(sheet.sheets) > 1:
        asked.append(_which_sheet(sheet, chosen))
    if header_row == 0 or not shape.header_rows:
        asked.append(_which_row(shape, sample, header_row is None))
    return tuple(asked)


def _which_sheet(sheet: SheetText, chosen: str | None) -> Decision:
    several = sum(one.meant for one in sheet.sheets) > 1
    hidden = not next(one.visible for one in sheet.sheets if one.name == sheet.sheet)
    why = N_("No sheet that can be seen has such columns, but this hidden one has them.") if hidden else ""
    options = tuple(
        Option(one.name, N_("{sheet}") if one.visible else N_("{sheet} (hidden)"), {"sheet": one.name}, one.rows)
        for one in sheet.sheets
    )
    return Decision(
        "sheet",
        N_("Which sheet of the workbook is it?"),
        options,
        why=N_("More than one sheet has such columns.") if several and not hidden else why,
        proposed=sheet.sheet,
        open=(several or hidden) and chosen is None,
    )


def _which_row(shape: FileShape, sample: Sequence[Sequence[str]], is_open: bool) -> Decision:
    first = shape.first_row
    options = [Option("0", N_("None: the first row is data, and the columns go by their place"))]
    for place, cells in enumerate(sample[:SHOWN_ROWS]):
        shown = " · ".join(cell for cell in cells[:SHOWN_CELLS] if cell)
        options.append(Option(str(first + place), N_("Row {row}: {cells}"), {"row": first + place, "cells": shown}))
    return Decision(
        "header_row",
        N_("Which row names the columns?"),
        tuple(options),
        why=N_("No row looks like a header: the first one is data already."),
        proposed="0",
        open=is_open,
    )
