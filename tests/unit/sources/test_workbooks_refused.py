"""Workbooks that are locked, damaged or made to harm: each gets a clear answer and takes no memory."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile

from ml_insights.sources import errors, workbooks
from tests.workbooks import HEADER, ODS_CELL, ROWS, SHOWN, book, inspect, old_book, open_document, with_part


def test_a_table_that_begins_far_from_the_corner(tmp_path: Path):
    away = [[]] * 300 + [["", "", *HEADER], *[["", "", *row] for row in ROWS]]
    found = inspect(book(tmp_path, {"Ventas": away}))
    assert found.shape.headers == tuple(HEADER) and found.numbers == (302, 303) and found.sample == SHOWN


def test_a_million_formatted_rows_without_values_cost_nothing(tmp_path: Path):
    path = book(tmp_path, {"Ventas": [HEADER, *ROWS]})
    rows = "".join(
        f'<row r="{place}" s="1"><c r="A{place}" s="1"/><c r="F{place}" s="1"/></row>' for place in range(4, 200_000)
    )
    found = inspect(with_part(path, "xl/worksheets/sheet1.xml", b"</sheetData>", rows.encode() + b"</sheetData>"))
    assert found.sample == SHOWN and found.path.stat().st_size < 1000


def test_a_value_in_the_farthest_cell_is_answered_and_takes_no_memory(tmp_path: Path):
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("V")
        sheet.write_row(0, 0, HEADER)
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(errors.WorkbookTooLarge):
        inspect(path)


def test_a_workbook_that_takes_too_long_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbooks, "MOST_SECONDS", 0.001)
    with pytest.raises(errors.WorkbookTooLarge):
        inspect(book(tmp_path, {"V": [HEADER, *ROWS]}))


def test_a_password_is_told(tmp_path: Path):
    path = book(tmp_path, {"Ventas": [HEADER, *ROWS]})
    locked = tmp_path / "locked.xlsx"
    with path.open("rb") as plain, locked.open("wb") as target:
        OOXMLFile(plain).encrypt("secreto", target)
    with pytest.raises(errors.PasswordProtected):
        inspect(locked)


def test_a_password_of_an_old_workbook_is_told(tmp_path: Path):
    path = old_book(tmp_path)
    data = bytearray(path.read_bytes())
    start = data.index(bytes.fromhex("09081000"))
    following = start + 4 + struct.unpack_from("<H", data, start + 2)[0]
    struct.pack_into("<H", data, following, 0x2F)
    path.write_bytes(data)
    with pytest.raises(errors.PasswordProtected):
        inspect(path)


def test_a_password_of_an_open_document_is_told(tmp_path: Path):
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
        "</manifest:manifest>"
    )
    path = open_document(tmp_path, [[ODS_CELL["string"].format("x")]], manifest)
    with pytest.raises(errors.PasswordProtected):
        inspect(path)


def test_macros_are_kept_shut_and_the_sheet_is_read(tmp_path: Path):
    path = tmp_path / "v.xlsm"
    project = tmp_path / "vbaProject.bin"
    project.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000)
    with xlsxwriter.Workbook(str(path)) as made:
        made.add_vba_project(str(project))
        sheet = made.add_worksheet("V")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["2026-10-05", 10001, "Bazar Sur", 85123, 2, 12.995])
    assert inspect(path).sample == SHOWN[:1]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path):
    path = book(tmp_path, {"V": [HEADER, *ROWS]})
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for item in source.infolist():
            if item.filename != "xl/worksheets/sheet1.xml":
                target.writestr(item.filename, source.read(item))
        with target.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(150):
                part.write(b" " * (1 << 20))
    assert bomb.stat().st_size < 1 << 20
    with pytest.raises(errors.UnpacksTooLarge):
        inspect(bomb)


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path: Path):
    path = book(tmp_path, {"V": [HEADER, *ROWS]})
    inflated = b"<x>" + b" " * (8 << 20)
    bomb = with_part(path, "xl/worksheets/sheet1.xml", b"<?xml", inflated + b"<?xml")
    with zipfile.ZipFile(bomb) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    data = bomb.read_bytes()
    bomb.write_bytes(data.replace(struct.pack("<I", size), struct.pack("<I", 900)))
    with pytest.raises(errors.UnpacksTooLarge):
        inspect(bomb)


def test_an_archive_within_an_archive_is_no_workbook(tmp_path: Path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.txt", b"0" * (64 << 20))
    path = tmp_path / "v.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.zip", inner.getvalue())
    with pytest.raises(errors.NotText):
        inspect(path)


def test_a_damaged_workbook_is_told(tmp_path: Path):
    good = book(tmp_path, {"Ventas": [HEADER, *ROWS] * 200}).read_bytes()
    old = old_book(tmp_path).read_bytes()
    for place, data in enumerate(
        (good[:-300], good[:2000], b"PK\x03\x04" + b"x" * 4000, old[:1500], old[:512] + b"x" * 4000)
    ):
        path = tmp_path / f"damaged-{place}.xlsx"
        path.write_bytes(data)
        with pytest.raises(errors.BrokenWorkbook):
            inspect(path)


def test_a_damaged_part_is_told(tmp_path: Path):
    path = book(tmp_path, {"Ventas": [HEADER, *ROWS]})
    for old, new in ((b'<row r="3"', b"\0\0"), (b"</row></sheetData>", b"<!--")):
        with pytest.raises(errors.BrokenWorkbook):
            print(inspect(with_part(path, "xl/worksheets/sheet1.xml", old, new)))
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    path.write_bytes(data[:start] + zlib.compress(b"?")[:8] + data[start + 8 :])
    with pytest.raises(errors.BrokenWorkbook):
        inspect(path)


def test_every_refusal_says_what_to_do_in_both_languages():
    for error in (errors.PasswordProtected, errors.UnpacksTooLarge, errors.WorkbookTooLarge, errors.BrokenWorkbook):
        told = error(file="ventas.xlsx", size_mb=5000)
        assert "ventas.xlsx" in told.message("es") and "CSV" in told.message("es") + "CSV" * (
            "contraseña" in told.message("es")
        )
        assert told.message("es") != told.message("en")
