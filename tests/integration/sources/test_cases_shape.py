"""Awkward files with the right values: where their header is, and what of them is no data."""

import json
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import Engine

from ml_insights.sources.facts import Inspection
from ml_insights.sources.pipeline import inspect_file
from ml_insights.sources.reading import read_chunks
from tests.integration.sources.test_import import lines, run


def inspect(path: Path) -> Inspection:
    return inspect_file(path, "orders", limit_mb=10, zone="America/Santiago")


def test_the_separator_line_of_pesos_is_no_header(cases: Path):
    folder = cases / "02-clp-dot-thousands"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    found = inspect(folder / "ventas_clp.csv")
    assert (found.shape.encoding, found.shape.separator, found.shape.skipped) == ("cp1252", ";", 1)
    assert found.shape.headers[:3] == ("Fecha", "N° Pedido", "Cliente")
    assert len(found.sample) == expected["rows"] and found.numbers[0] == 3
    assert {row[3] for row in found.sample} == set(expected["total_by_product"])
    marked = inspect(folder / "ventas_clp_sin_prueba.csv")
    assert marked.shape.headers[0] == "Fecha" and (marked.shape.skipped, len(marked.sample)) == (0, 40)


def test_the_titles_of_a_report_are_no_header(cases: Path):
    found = inspect(cases / "05-report-totals-preamble" / "informe_ventas.csv")
    assert found.shape.headers == ("Fecha", "Cliente", "Producto", "Cantidad", "Total")
    assert (found.shape.skipped, found.numbers[0]) == (4, 6)
    aside = [row for chunk in read_chunks(found.path, found.shape, "informe") for row in chunk.aside]
    assert [(row.row, row.reason) for row in aside] == [(73, "notes")]


def test_a_workbook_enters_as_its_text_does(database: Engine, tmp_path: Path):
    header = ["Fecha", "N° Pedido", "Cliente", "Producto", "Cantidad", "Precio"]
    rows = [["2026-01-05", 10001, "Bazar Sur", 85123, 2, 12.995], ["2026-01-06", 10002, "Kiosko", "85123A", -1, 990]]
    path = tmp_path / "ventas.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Ventas")
        for place, row in enumerate([["Informe de ventas"], [], header, *rows, ["Página 1 de 1"]]):
            sheet.write_row(place, 0, row)
    batch, refused = run(path)
    assert (batch.counts["added"], refused) == (2, [])
    assert batch.summary["set_aside"] == {"notes": 1}
    assert [(line[0], line[1], line[4], line[5], line[6]) for line in lines(database)] == [
        ("10001", "85123", 2, pytest.approx(12.995), "Bazar Sur"),
        ("10002", "85123A", -1, 990, "Kiosko"),
    ]
