"""The awkward files about how numbers and dates are written, with the right values beside them."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from ml_insights.core import clock
from ml_insights.sources import pipeline
from ml_insights.sources.answers import settle
from ml_insights.sources.checking import Checker
from ml_insights.sources.facts import CheckedChunk, Inspection
from ml_insights.sources.numbers import parse_numbers
from ml_insights.sources.reading import read_chunks

SANTIAGO = "America/Santiago"


def expected(folder: Path) -> Any:
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def inspected(path: Path, **columns: str) -> Inspection:
    found = pipeline.inspect_file(path, "orders", limit_mb=10, zone=SANTIAGO)
    return pipeline.with_columns(path, path.name, found, {**found.reading.columns, **columns})


def checked(path: Path, inspection: Inspection) -> tuple[pa.Table, list[CheckedChunk]]:
    """The accepted rows, and the chunks that they came in."""
    pipeline.require_ready(inspection, inspection.reading, path.name, False)
    checker = Checker(inspection.reading, inspection.shape.headers, clock.now())
    chunks = [checker.check(raw) for raw in read_chunks(path, inspection.shape, path.name)]
    return pa.concat_tables([chunk.valid for chunk in chunks]), chunks


def amounts(rows: pa.Table) -> list[float]:
    return [q * p for q, p in zip(rows["quantity"].to_pylist(), rows["unit_price"].to_pylist(), strict=True)]


def days(rows: pa.Table) -> list[str]:
    zone = ZoneInfo(SANTIAGO)
    return [moment.astimezone(zone).date().isoformat() for moment in rows["ordered_at"].to_pylist()]


def months(rows: pa.Table) -> dict[str, int]:
    found = [day[:7] for day in days(rows)]
    return {month: found.count(month) for month in sorted(set(found))}


def decision(inspection: Inspection, name: str):
    return next(one for one in inspection.decisions if one.name == name)


def test_pesos_with_points_are_thousands(cases: Path, tmp_path: Path):
    folder = cases / "02-clp-dot-thousands"
    right, path = expected(folder), tmp_path / "ventas.csv"
    path.write_bytes((folder / "ventas_clp.csv").read_bytes().split(b"\r\n", 1)[1])
    inspection = inspected(path, product_id="Producto")
    rows, chunks = checked(path, inspection)
    assert [row for chunk in chunks for row in chunk.refused] == []
    assert (rows.num_rows, sum(amounts(rows))) == (right["rows"], right["total_clp"])
    assert (min(amounts(rows)), max(amounts(rows))) == (right["min_line"], right["max_line"])
    products: dict[str, float] = {}
    for product, amount in zip(rows["product_id"].to_pylist(), amounts(rows), strict=True):
        products[product] = products.get(product, 0) + amount
    assert products == right["total_by_product"]


def test_pesos_whose_values_alone_prove_nothing(cases: Path):
    folder = cases / "02-clp-dot-thousands"
    path = folder / "ventas_clp_sin_prueba.csv"
    (right,) = (part for part in expected(folder).values() if isinstance(part, dict) and "total_clp" in part)
    inspection = inspected(path)
    rows, _ = checked(path, inspection)
    assert (rows.num_rows, sum(amounts(rows))) == (right["rows"], right["total_clp"])
    told = decision(inspection, "decimal")
    assert (told.open, told.proposed, told.values["currency"]) == (False, ",", "CLP")
    assert {option.value: option.money for option in told.options} == {
        ".": pytest.approx(right["WRONG"]),
        ",": right["total_clp"],
    }


def test_days_come_first_in_every_row(cases: Path):
    folder = cases / "04-dates-dayfirst-serial"
    right, path = expected(folder)["a"], folder / "a_dayfirst.csv"
    rows, _ = checked(path, inspected(path, total="total"))
    assert (rows.num_rows, min(days(rows)), max(days(rows))) == (right["rows"], right["first"], right["last"])
    assert months(rows) == right["rows_by_month"]


def test_order_numbers_tell_the_day_from_the_month(cases: Path):
    folder = cases / "04-dates-dayfirst-serial"
    right, path = expected(folder)["b"], folder / "b_all_ambiguous.csv"
    inspection = inspected(path, total="total")
    rows, _ = checked(path, inspection)
    assert months(rows) == right["rows_by_month_if_day_first"]
    told = decision(inspection, "dates")
    assert (told.open, told.proposed, told.examples[0][1]) == (False, "day-first", "2026-07-01")


def test_several_forms_in_one_column(cases: Path):
    folder = cases / "04-dates-dayfirst-serial"
    right, path = expected(folder)["c"], folder / "c_mixed_forms.csv"
    rows, chunks = checked(path, inspected(path, total="total"))
    assert days(rows) == [right["rows_9001_to_9005_date"]] * 6
    refused = [(row.cells[0], row.problems[0].code) for chunk in chunks for row in chunk.refused]
    assert refused == [("9007", "not-a-date"), ("9008", "missing")]


def test_amounts_with_the_signs_of_accountants(cases: Path):
    folder = cases / "07-accounting-negatives"
    right, path = expected(folder)["value_of_each_document"], folder / "libro.csv"
    inspection = inspected(path, total="amount")
    (raw,) = read_chunks(path, inspection.shape, path.name)
    texts = {header: raw.table.column(place).combine_chunks() for place, header in enumerate(inspection.shape.headers)}
    values = parse_numbers(texts["amount"], inspection.reading.decimal_of("amount")).to_pylist()
    assert dict(zip(texts["document"].to_pylist(), values, strict=True)) == right


def test_stops_that_cannot_be_right_are_refused(cases: Path, tmp_path: Path):
    """The file has an id for each stop, which stands for its place in the route here."""
    lines = (cases / "23-route-coordinates" / "paradas_con_fallas.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "paradas.csv"
    rows = [f"R1;{place};{line}" for place, line in enumerate(lines[1:])]
    path.write_text("\n".join(["route_id;seq;" + lines[0], *rows]) + "\n", encoding="utf-8")
    inspection = pipeline.inspect_file(path, "stops", limit_mb=10, zone=SANTIAGO)
    accepted, chunks = checked(path, inspection)
    refused = {row.cells[2]: row.problems[0].code for chunk in chunks for row in chunk.refused}
    assert refused == {
        "X1": "exchanged-place", "X2": "zero-place", "X3": "missing", "X4": "minus-place", "X6": "out-of-range",
    }  # fmt: skip
    assert accepted.num_rows == 8
    told = decision(inspection, "places")
    assert (told.open, told.proposed, told.options[0].rows) == (False, "out", 2)
    kept = settle(inspection, {"places": "keep"})
    assert checked(path, kept)[0].num_rows == 10
