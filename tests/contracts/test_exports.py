"""Every table that leaves the product, in both forms: no cell of it runs in a spreadsheet, and none is changed."""

import ast
import csv
import io
import typing
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from importlib import import_module
from types import UnionType
from typing import Any

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from ml_insights.churn.facts import AlertFact
from ml_insights.churn.facts import ScoreFact as ChurnScore
from ml_insights.core.csv_export import csv_lines, undefused
from ml_insights.core.exports import exported
from ml_insights.core.i18n import PACKAGE
from ml_insights.core.sheets import Kind, Sheet
from ml_insights.customers.facts import LineFact, ListRow
from ml_insights.demand.facts import ForecastPoint, Grain, ListedRow, ReorderRow
from ml_insights.demand.periods import Period
from ml_insights.demand.tables import Measure
from ml_insights.logistics.facts import HistoryRow
from ml_insights.pricing.facts import DecisionFact, LimitsFact, ProductDetail, ProductFact
from ml_insights.propensity.facts import PickFact, ScoreFact
from ml_insights.segments.facts import MemberFact
from ml_insights.sources.facts import Problem, RefusedRow

NASTY = [
    "=1+1",
    '=HYPERLINK("http://example.invalid/?q="&A1,"see")',
    "@SUM(1;1)",
    "+56 9 5555 0000",
    "-2+3",
    "\t=2+2",
    "\r=2+2",
    "-10%",
    "=NOW()",
    "<b>Café</b>",
]
AT = datetime(2026, 1, 31, 15, 30, tzinfo=UTC)
DAY = date(2026, 1, 31)
INTERNAL = {
    "core/csv_export.py": "the one writer",
    "core/xlsx_export.py": "the one writer",
    "commerce/bulk_postgres.py": "copies rows into PostgreSQL",
    "ledger/rows.py": "copies rows into PostgreSQL",
    "sources/supabase/extract.py": "keeps a table that was read, for our own importer",
    "sources/supabase/removal.py": "keeps rows that went, for our own importer",
    "sources/supabase/sampling.py": "keeps the first rows of a table, for our own importer",
    "sources/supabase/snapshot.py": "keeps a table that was read, for our own importer",
    "sources/workbooks/__main__.py": "keeps a sheet as text, for our own importer",
}
"""The files that write tables, and why they may."""
WRITERS = ("csv.writer", "csv.DictWriter", ".to_csv(", "write_csv(", ".to_excel(", "xlsxwriter")


def filled(kind: Any, text: str) -> Any:
    """An example of a type: texts are `text`, amounts are negative, dataclasses are filled field by field."""
    if isinstance(kind, UnionType) or typing.get_origin(kind) is typing.Union:
        kind = typing.get_args(kind)[0]
    if is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        return kind(**{field.name: filled(hints[field.name], text) for field in fields(kind)})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    plain = {str: text, int: -1, float: -1000.5, bool: True, date: DAY, datetime: AT}
    return plain.get(kind, ())


def priced(kind: Any, text: str) -> Any:
    """A fact about likely products, which have names too."""
    made = filled(kind, text)
    score = getattr(made, "score", made)
    object.__setattr__(score, "products", (("P", text),))
    return made


Made = Callable[[str], Sheet]
TIMELINE = {"at": AT.isoformat(), "kind": "order"}


def builder(slice_: str, name: str) -> Any:
    return getattr(import_module(f"ml_insights.{slice_}"), name)


EXAMPLES: dict[tuple[str, str], Made] = {
    ("segments.sheets", "members_sheet"): lambda text: builder("segments.sheets", "members_sheet")(
        [filled(MemberFact, text)], text
    ),
    ("customers.sheets", "list_sheet"): lambda text: builder("customers.sheets", "list_sheet")([filled(ListRow, text)]),
    ("customers.sheets", "lines_sheet"): lambda text: builder("customers.sheets", "lines_sheet")(
        text, text, [filled(LineFact, text)]
    ),
    ("customers.sheets", "timeline_sheet"): lambda text: builder("customers.sheets", "timeline_sheet")(
        text, [TIMELINE | {"text": text, "detail": text, "actor": text}]
    ),
    ("propensity.sheets", "everybody_sheet"): lambda text: builder("propensity.sheets", "everybody_sheet")(
        [priced(ScoreFact, text)]
    ),
    ("propensity.sheets", "week_sheet"): lambda text: builder("propensity.sheets", "week_sheet")(
        [priced(PickFact, text)], "es"
    ),
    ("logistics.sheets", "costs_sheet"): lambda text: builder("logistics.sheets", "costs_sheet")(
        [filled(HistoryRow, text)], text
    ),
    ("logistics.sheets", "stops_sheet"): lambda text: builder("logistics.sheets", "stops_sheet")(
        text, [{"place": 1, "before": 2, "lat": "-33.40000", "lon": "-70.60000"}]
    ),
    ("churn.sheets", "scores_sheet"): lambda text: builder("churn.sheets", "scores_sheet")([filled(ChurnScore, text)]),
    ("churn.sheets", "alerts_sheet"): lambda text: builder("churn.sheets", "alerts_sheet")(
        [filled(AlertFact, text)], "es"
    ),
    ("churn.sheets", "contracts_sheet"): lambda text: builder("churn.sheets", "contracts_sheet")(
        pd.DataFrame({text: [text], "months": [-1], "share": [-0.5], "left": [True]})
    ),
    ("pricing.sheets", "products_sheet"): lambda text: builder("pricing.sheets", "products_sheet")(
        [filled(ProductFact, text)], text
    ),
    ("pricing.sheets", "weeks_sheet"): lambda text: builder("pricing.sheets", "weeks_sheet")(
        ProductDetail(filled(ProductFact, text), (["2026-01-05", 9.5, -3.0, True],), LimitsFact(), ())
    ),
    ("pricing.sheets", "till_sheet"): lambda text: builder("pricing.sheets", "till_sheet")(
        [filled(DecisionFact, text)]
    ),
    ("demand.sheets", "series_sheet"): lambda text: builder("demand.sheets", "series_sheet")(
        text, Measure.REVENUE, [(DAY, -1000.5)], [filled(ForecastPoint, text)]
    ),
    ("demand.sheets", "answer_sheet"): lambda text: builder("demand.sheets", "answer_sheet")(
        [{"date": "2026-01-31", "mean": -1.5, "lo_80": None, "hi_80": 1, "lo_95": -2, "hi_95": 2}], Grain.DAY
    ),
    ("demand.sheets", "periods_sheet"): lambda text: builder("demand.sheets", "periods_sheet")(
        text, Measure.REVENUE, [filled(Period, text)]
    ),
    ("demand.sheets", "list_sheet"): lambda text: builder("demand.sheets", "list_sheet")(
        [filled(ListedRow, text)], Measure.REVENUE, DAY, DAY
    ),
    ("demand.sheets", "reorder_sheet"): lambda text: builder("demand.sheets", "reorder_sheet")(
        [filled(ReorderRow, text)], 7, text
    ),
    ("sources.refused", "refused_sheet"): lambda text: builder("sources.refused", "refused_sheet")(
        text,
        (text, "quantity"),
        [RefusedRow(2, (Problem(text, text, "not-a-number"),), (text, "-1"), 0)],
        "orders",
        "es",
    ),
}


def functions_that_build_sheets() -> Iterator[tuple[str, str]]:
    """(module, function) of every place that makes a Sheet."""
    for path in sorted(PACKAGE.rglob("*.py")):
        code = path.read_text()
        if "from ml_insights.core.sheets import" not in code:
            continue
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Sheet" for call in ast.walk(node)
            ):
                yield module, node.name


def test_every_table_that_leaves_is_tried_here() -> None:
    assert set(functions_that_build_sheets()) == set(EXAMPLES)


def test_tables_are_written_by_the_one_writer() -> None:
    places = {str(path.relative_to(PACKAGE)): path.read_text() for path in PACKAGE.rglob("*.py")}
    assert {place for place, code in places.items() if any(word in code for word in WRITERS)} == set(INTERNAL)


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("made", EXAMPLES.values(), ids=[".".join(place) for place in EXAMPLES])
def test_nothing_runs_and_nothing_changes(made: Made, text: str) -> None:
    in_csv = list(csv.reader(io.StringIO("".join(csv_lines(made(text))), newline="")))
    sheet, file = made(text), exported(made(text), "xlsx", "en")
    in_excel = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0).to_python()
    assert file.name.replace("-", "").replace("_", "").removesuffix(".xlsx").isalnum()
    assert len(in_csv) == len(in_excel) >= 2
    for column, head in zip(sheet.columns, in_csv[0], strict=True):
        assert undefused(head) == column.key and is_inert(head)
    for plain_row, row in zip(in_csv[1:], in_excel[1:], strict=True):
        for column, plain, cell in zip(sheet.columns, plain_row, row, strict=True):
            check(column.kind, plain, cell, translated=bool(column.words))


def check(kind: Kind, plain: str, cell: Any, translated: bool) -> None:
    """One value, as text of a CSV and as a cell of Excel."""
    if isinstance(cell, bool):
        assert plain == str(cell)
    elif isinstance(cell, float | int):
        assert float(plain) == pytest.approx(cell), "numbers stay numbers"
    elif isinstance(cell, datetime):
        assert datetime.fromisoformat(plain).replace(tzinfo=None, second=0) == cell.replace(second=0)
    elif isinstance(cell, date):
        assert date.fromisoformat(plain) == cell
    else:
        assert is_inert(plain) or kind == Kind.RAW
        assert translated or undefused(plain) == cell


def is_inert(cell: str) -> bool:
    """Whether a spreadsheet takes `cell` for a text, whatever spaces it begins with."""
    return not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
