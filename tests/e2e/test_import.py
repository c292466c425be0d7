"""A person imports a file: maps, checks, sees what is refused, confirms the rest."""

import re
from pathlib import Path

from playwright.sync_api import Page, StorageState, expect

from tests.e2e.conftest import Opener

ROWS = """N° interno;Fecha;SKU;Cantidad;Precio
A1;15/01/2024 10:30;P1;2;1.990,50
A1;15/01/2024 10:30;P1;2;1.990,50
A2;31/02/2024 10:30;P1;1;990
A3;17/01/2024 12:00;P2;-1;500
"""


def send(page: Page, path: Path) -> None:
    page.goto("/import")
    expect(page.get_by_role("heading", level=1)).to_have_text("Import")
    page.locator("#import-file").set_input_files(path)


def test_a_file_is_imported(admin: StorageState, open_tab: Opener, tmp_path: Path) -> None:
    path = tmp_path / "ventas.csv"
    path.write_text(ROWS, encoding="cp1252")
    page = open_tab(admin)
    send(page, path)
    check = page.get_by_role("button", name="Check all rows")
    expect(page.get_by_text("What is one order?")).to_be_visible()
    expect(check).to_be_disabled()
    page.get_by_label("Order number").select_option("N° interno")
    expect(page.get_by_role("heading", name="Jan 15, 2024 – Jan 17, 2024")).to_be_visible()
    expect(page.get_by_role("region", name="First rows")).to_contain_text("refused: Date is not a date")
    check.click()
    table = page.get_by_role("region", name="Refused rows")
    expect(table.get_by_role("row")).to_have_count(2)
    expect(table).to_contain_text("31/02/2024 10:30")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download the refused rows: Export CSV").click()
    assert "Date is not a date" in downloading.value.path().read_text(encoding="utf-8")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download the refused rows: Export Excel").click()
    assert downloading.value.suggested_filename == "refused-ventas.xlsx"
    assert downloading.value.path().read_bytes().startswith(b"PK")
    page.get_by_role("button", name=re.compile("^Import 3 rows")).dblclick()
    expect(page.get_by_text("ventas.csv is imported.")).to_be_visible()
    added = page.locator(".import-figure").filter(has_text=re.compile("^Added"))
    expect(added).to_contain_text("3")
    expect(page.get_by_role("region", name="Imports")).to_contain_text("ventas.csv")
    expect(page.get_by_role("link", name="Demand", exact=True)).to_have_attribute("href", "/ml-insights")


def test_a_file_that_is_none_is_told(admin: StorageState, open_tab: Opener, tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_bytes(b"PK\x03\x04 a workbook")
    page = open_tab(admin)
    send(page, path)
    expect(page.get_by_role("alert")).to_contain_text("cannot be opened as a workbook")
    expect(page.locator("#import-file")).to_be_enabled()
