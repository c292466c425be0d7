"""Workbooks as tests need them, made by the libraries that make them and by hand."""

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt

from ml_insights.sources import pipeline
from ml_insights.sources.facts import Decision, Inspection

HEADER = ["Fecha", "N° Pedido", "Cliente", "Producto", "Cantidad", "Precio"]
ROWS: list[list[Any]] = [
    [date(2026, 10, 5), 10001, "Bazar Sur", 85123, 2, 12.995],
    [datetime(2026, 10, 6, 8, 15), 10002, "Kiosko Luna", "85123A", 1, 990],
]
SHOWN = [
    ["2026-10-05", "10001", "Bazar Sur", "85123", "2", "12.995"],
    ["2026-10-06 08:15:00", "10002", "Kiosko Luna", "85123A", "1", "990"],
]


def book(folder: Path, sheets: dict[str, list[list[Any]]], hidden: tuple[str, ...] = (), name: str = "v.xlsx") -> Path:
    path = folder / name
    with xlsxwriter.Workbook(str(path)) as made:
        formats = {
            datetime: made.add_format({"num_format": "dd-mm-yyyy hh:mm"}),
            date: made.add_format({"num_format": "dd-mm-yyyy"}),
            time: made.add_format({"num_format": "hh:mm"}),
            timedelta: made.add_format({"num_format": "[h]:mm"}),
        }
        for title, rows in sheets.items():
            sheet = made.add_worksheet(title)
            sheet.hide() if title in hidden else sheet.activate()
            for place, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if type(cell) in formats:
                        sheet.write_datetime(place, column, cell, formats[type(cell)])
                    elif cell != "":
                        sheet.write(place, column, cell)
    return path


def inspect(path: Path, contract: str = "orders", **given: Any) -> Inspection:
    return pipeline.inspect_file(
        path, contract, limit_mb=100, zone="America/Santiago", folder=path.parent / "text", **given
    )


def decision(inspection: Inspection, name: str) -> Decision:
    return next(one for one in inspection.decisions if one.name == name)


def old_book(folder: Path) -> Path:
    made = xlwt.Workbook()
    sheet = made.add_sheet("Ventas")
    formats = {datetime: "DD-MM-YYYY HH:MM", date: "DD-MM-YYYY"}
    for place, row in enumerate([["Informe"], HEADER, *ROWS]):
        for column, cell in enumerate(row):
            style = (
                xlwt.easyxf(num_format_str=formats[type(cell)]) if type(cell) in formats else xlwt.Style.default_style
            )
            sheet.write(place, column, cell, style)
    made.add_sheet("Oculta").visibility = 1
    path = folder / "v.xls"
    made.save(str(path))
    return path


ODS_CELL = {
    "string": '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>',
    "float": '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>',
    "date": '<table:table-cell office:value-type="date" office:date-value="{0}"><text:p/></table:table-cell>',
}
EMPTY = (
    '<table:table-row table:number-rows-repeated="1048570">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
)
ODS_BODY = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.2">
<office:body><office:spreadsheet>
<table:table table:name="Ventas">{rows}{rest}</table:table>
</office:spreadsheet></office:body></office:document-content>"""


def open_document(folder: Path, rows: list[list[str]], manifest: str = "") -> Path:
    path = folder / "v.ods"
    body = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", ODS_BODY.replace("{rows}", body).replace("{rest}", EMPTY))
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def with_part(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """The workbook with a part of it changed."""
    changed = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            data = source.read(item)
            target.writestr(item.filename, data.replace(old, new) if item.filename == part else data)
    return changed
