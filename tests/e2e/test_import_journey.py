"""From an empty company to a forecast and back: import a workbook, watch everything compute, undo the import."""

import re
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import first_admin, tabs_of
from tests.e2e.reading import headline, headline_card
from tests.fixtures.sites import Site, served

FIRST, DAYS = date(2026, 1, 5), 120
PRICES = {"Té negro 100 g": 2_990, "Yerba mate 1 kg": 12_990}
STATES = {"Pagado": 6, "Anulado": 1}
COMPUTED_MS = 100_000


@pytest.fixture(scope="module")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A company without any rows; nothing but what the test does may add some."""
    with served(tmp_path_factory.mktemp("journey")) as site:
        yield site


@pytest.fixture
def tab(browser: Browser, empty_site: Site) -> Iterator[Page]:
    """The first admin's tab; the test fails where it logs an error."""
    with tabs_of(browser, empty_site) as opened:
        yield opened(first_admin(browser, empty_site))


class Sales:
    """Sales as a shop's program exports them: a title, amounts as text with points, a state. `kept` are those paid."""

    def __init__(self, path: Path) -> None:
        self.path, random = path, np.random.default_rng(8)
        self.rows: list[list[str | float]] = []
        self.units, self.kept, self.revenue = 0, 0, 0
        for day in range(DAYS):
            at = FIRST + timedelta(days=day)
            for place, (product, price) in enumerate(PRICES.items()):
                paid = (2 * day + place) % sum(STATES.values()) < STATES["Pagado"]
                units = 1 + int(random.poisson(6 * (1.6 if at.weekday() == 4 else 0.9)))
                told = f"$ {price:,}".replace(",", ".")
                state = "Pagado" if paid else "Anulado"
                self.rows.append([f"P{day}-{place}", f"{at:%d-%m-%Y}", product, units, told, f"C{day % 5}", state])
                if paid:
                    self.units, self.kept, self.revenue = (
                        self.units + units,
                        self.kept + 1,
                        self.revenue + units * price,
                    )

    def save(self) -> None:
        with xlsxwriter.Workbook(str(self.path)) as book:
            sheet = book.add_worksheet("Ventas")
            sheet.write(0, 0, "Informe de ventas 2026")
            sheet.write_row(2, 0, ["N° pedido", "Fecha", "Producto", "Cantidad", "Precio", "Cliente", "Estado"])
            for number, row in enumerate(self.rows, 3):
                sheet.write_row(number, 0, row)


def rows(site: Site, table: str) -> int:
    with sqlite3.connect(site.data_dir / "ml_insights.db") as database:
        return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_a_company_begins_forecasts_and_takes_it_back(tab: Page, empty_site: Site, tmp_path: Path) -> None:
    sales = Sales(tmp_path / "ventas.xlsx")
    sales.save()
    says_that_there_is_nothing(tab)
    understands(tab, sales)
    imports(tab, sales)
    assert rows(empty_site, "order_lines") == sales.kept
    computes(tab, sales)
    undoes(tab, sales)
    assert (rows(empty_site, "order_lines"), rows(empty_site, "demand_series")) == (0, 0)
    says_that_there_is_nothing(tab)


def says_that_there_is_nothing(page: Page) -> None:
    page.goto("/ml-insights")
    expect(page.get_by_text("There are no data yet: import yours")).to_be_visible()
    expect(page.get_by_role("link", name="Import data")).to_be_visible()
    expect(page.locator(".computing-line")).to_have_count(0)


def understands(page: Page, sales: Sales) -> None:
    """What was understood is shown beside what the file says, and what only a person knows is asked."""
    page.get_by_role("link", name="Import data").click()
    page.locator("#import-file").set_input_files(sales.path)
    expect(page.get_by_text("The header is row 3.")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("^Jan 5, 2026 – "))).to_be_visible()
    first = page.get_by_role("region", name="First rows").get_by_role("row").nth(1)
    for told in ("Jan 5, 2026", "05-01-2026", "$2,990", "$ 2.990"):
        expect(first.get_by_text(told, exact=True)).to_be_visible()
    question = page.get_by_role("group", name="Which values of “Estado” are sales?")
    expect(question.get_by_role("row", name=re.compile("Anulado"))).to_contain_text("rows")
    expect(page.get_by_role("button", name="Check all rows")).to_be_disabled()
    question.get_by_role("button", name="Yes, that is right").click()
    expect(page.get_by_text("All questions are answered")).to_be_visible()


def imports(page: Page, sales: Sales) -> None:
    """What all rows amount to is seen before any of them counts; a double press imports once."""
    page.get_by_role("button", name="Check all rows").click()
    left_out = len(sales.rows) - sales.kept
    aside = page.get_by_role("listitem").filter(has_text="in a state that is no sale")
    expect(aside).to_contain_text(f"{left_out} rows")
    figure(page, "Units", f"{sales.units:,}")
    figure(page, "Revenue", f"${sales.revenue:,}")
    page.get_by_role("button", name=re.compile(f"^Import {sales.kept:,} rows · ")).dblclick()
    expect(page.get_by_text("ventas.xlsx is imported.")).to_be_visible()
    figure(page, "Added", f"{sales.kept:,}")


def figure(page: Page, label: str, value: str) -> None:
    shown = page.locator(".import-figure").filter(has=page.get_by_text(label, exact=True))
    expect(shown.locator("dd")).to_have_text(value)


def computes(page: Page, sales: Sales) -> None:
    """Without anything being asked for, every page says that it is being computed, and fills by itself."""
    expect(page.get_by_text("Your rows are in. Everything is being computed from them now")).to_be_visible()
    page.get_by_role("link", name="Demand", exact=True).last.click()
    expect(page.locator(".computing-line")).to_be_visible()
    expect(page.get_by_text("This is being computed")).to_be_visible()
    headline_card(page, "Next 30 days").wait_for(timeout=COMPUTED_MS)
    answer = page.request.get("/api/ml/predict/demand/30?series=total&measure=units").json()
    expected = sum(day["mean"] for day in answer["forecast"])
    assert headline(page, "Next 30 days") == pytest.approx(expected, rel=0.005, abs=1)
    assert expected == pytest.approx(sales.units / DAYS * 30, rel=0.3)
    expect(page.get_by_text(f"Data until {FIRST + timedelta(days=DAYS - 1):%b %-d, %Y}")).to_be_visible()
    expect(page.locator(".computing-line")).to_have_count(0, timeout=COMPUTED_MS)
    expect(page.get_by_text("These results are older than your data")).to_have_count(0)
    page.goto("/ml-insights/customers")
    expect(page.get_by_text("There are no data yet")).to_have_count(0)


def undoes(page: Page, sales: Sales) -> None:
    """The list of imports has the way back, and says first what goes."""
    page.goto("/import")
    page.get_by_role("button", name="Undo the import of ventas.xlsx…").click()
    asked = page.get_by_role("alertdialog").or_(page.get_by_role("dialog"))
    expect(asked).to_contain_text(f"Rows that it added, and that go: {sales.kept:,}")
    expect(asked).to_contain_text("No row of the company is left then")
    asked.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("The import is undone.")).to_be_visible()
    expect(page.get_by_role("region", name="Imports")).to_contain_text("Undone")
