"""Rows of a report that are no data."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_insights.sources.checking import Checker
from ml_insights.sources.facts import RawChunk, Reading, Tally

NOW = datetime(2030, 1, 1, tzinfo=UTC)
HEADERS = ("Fecha", "Pedido", "Cliente", "Producto", "Cantidad", "Total")
COLUMNS = dict(zip(("ordered_at", "order_id", "customer_id", "product_id", "quantity", "total"), HEADERS, strict=True))
REPORT = [
    ("2026-07-01", "1", "Total Aseo SpA", "Total Shine 5 L", "2", "20"),
    ("2026-07-02", "2", "Bar Uno", "Cera", "3", "30"),
    ("Subtotal julio", "", "", "", "5", "50"),
    ("2026-08-01", "3", "Subtotal Medios", "Total Shine 5 L", "1", "10"),
    ("2026-08-02", "4", "Bar Uno", "Cera", "1", "10"),
    ("", "", "", "Subtotal agosto", "2", "20"),
    ("", "", "", "", "7", "70"),
    ("Gran total", "", "", "", "7", "70"),
    ("Impreso el 01-09-2026 - pag 1 de 1", "", "", "", "", ""),
]


def checked(rows: list[tuple[str, ...]], size: int = 100, **changed) -> tuple[Tally, list[tuple]]:
    reading = Reading(
        "orders",
        **{
            "columns": COLUMNS,
            "encoding": "utf-8",
            "separator": ";",
            "decimal": ",",
            "date_format": None,
            "zone": "UTC",
        }
        | changed,
    )
    checker, valid = Checker(reading, HEADERS, NOW), []
    for start in range(0, len(rows), size):
        some = rows[start : start + size]
        table = pa.table({str(p): pa.array([row[p] for row in some], pa.string()) for p in range(len(HEADERS))})
        chunk = checker.check(RawChunk(table, pa.array(range(start + 2, start + 2 + len(some)), pa.int64()), [], 1.0))
        valid += zip(
            *(chunk.valid[name].to_pylist() for name in ("order_id", "customer_id", "product_id")), strict=True
        )
    return checker.finish(), valid


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_sums_and_footers_are_set_aside_and_names_stay(size: int):
    tally, valid = checked(REPORT, size)
    summary = tally.summary
    assert (tally.rows, tally.accepted, tally.refused) == (4, 4, 0)
    assert summary.set_aside == {"totals": 4, "notes": 1}
    assert (summary.units, summary.revenue, summary.declared, summary.agrees) == (7, 70, 70, True)
    assert {line[1] for line in valid} >= {"Total Aseo SpA", "Subtotal Medios"}
    assert {line[2] for line in valid} == {"Total Shine 5 L", "Cera"}


def test_a_grand_total_that_does_not_agree_is_told():
    rows = [*REPORT[:7], ("Gran total", "", "", "", "9", "90")]
    tally, _ = checked(rows)
    assert (tally.summary.declared, tally.summary.agrees) == (90, False)


def test_a_broken_row_is_refused_and_not_taken_for_a_sum():
    rows = [
        *REPORT[:2],
        ("2026-07-03", "5", "Total Aseo SpA", "", "1", "10"),
        ("pronto", "6", "Bar Uno", "Cera", "1", "9"),
    ]
    tally, _ = checked(rows)
    assert (tally.rows, tally.refused, tally.summary.set_aside) == (4, 2, {})


def test_a_dated_sum_is_known_by_its_numbers():
    rows = [
        *REPORT[:2],
        ("2026-07-31", "", "", "Total julio", "5", "50"),
        ("2026-08-02", "7", "Bar Uno", "Total julio", "5", "51"),
    ]
    tally, _ = checked(rows)
    assert (tally.accepted, tally.summary.set_aside, tally.summary.revenue) == (3, {"totals": 1}, 101)


def test_rows_that_add_up_can_be_kept():
    tally, _ = checked(REPORT, totals_out=False)
    assert (tally.rows, tally.accepted, tally.summary.set_aside) == (9, 4, {})


CELLS = st.sampled_from(["", "Total", "Subtotal x", "2026-01-01", "1", "2", "10", "Cera", "Generado el 1 de mayo"])


@settings(deadline=None)
@given(st.lists(st.tuples(*[CELLS] * len(HEADERS)), max_size=30), st.integers(1, 9))
def test_every_row_is_accepted_refused_or_set_aside(rows: list[tuple[str, ...]], size: int):
    tally, _ = checked(rows, size)
    assert tally.accepted + tally.refused + sum(tally.summary.set_aside.values()) == len(rows)
