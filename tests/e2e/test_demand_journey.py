"""The main job: a file of orders becomes a forecast on the page, and every number can be traced back to the rows."""

import csv
import re
import sqlite3
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import StorageState, expect

from tests.e2e.conftest import Opener
from tests.e2e.reading import headline, headline_card, wait_for_figure
from tests.e2e.scripts import Scripts
from tests.fixtures.sites import Site

DAYS, LAST = 160, date(2026, 6, 30)
REFUSED = (("not a date", "2", "990"), ("2026-06-01T10:00:00", "many", "990"), ("2026-06-01T10:00:00", "3", ""))


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Orders of three products with a weekly season, under headers of the user's own; three rows are wrong."""
    random = np.random.default_rng(3)
    rows = ["Pedido;Fecha;Producto;Cantidad;Precio;Cliente"]
    for back in range(DAYS):
        day = LAST - timedelta(days=back)
        for product, level, price in (("Arroz", 20, 1190), ("Fideos", 12, 790), ("Aceite", 7, 1890)):
            units = random.poisson(level * (1.6 if day.weekday() == 4 else 0.9))
            rows.append(f"P{back};{day}T10:00:00;{product};{units + 1};{price};C{back % 9}")
    rows += [f"X{number};{at};Arroz;{units};{price};C1" for number, (at, units, price) in enumerate(REFUSED)]
    path = tmp_path_factory.mktemp("orders") / "pedidos.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def imported(admin: StorageState, orders: Path, site: Site, browser) -> Path:
    """The file, imported by the page."""
    context = browser.new_context(base_url=site.url, storage_state=admin, locale="en-US")
    page = context.new_page()
    page.goto("/import")
    page.locator("#import-file").set_input_files(orders)
    expect(page.get_by_role("combobox", name=re.compile("^Product "))).to_have_value("Producto")
    expect(page.get_by_role("combobox", name=re.compile("^Quantity "))).to_have_value("Cantidad")
    page.get_by_role("button", name="Check all rows").click()
    refused = page.get_by_role("region", name="Refused rows")
    expect(refused.get_by_role("row")).to_have_count(1 + len(REFUSED))
    expect(refused).to_contain_text("many")
    assert lines(site) == 0
    page.get_by_role("button", name=re.compile(f"^Import {3 * DAYS:,} rows")).click()
    expect(page.get_by_text("pedidos.csv is imported")).to_be_visible()
    context.close()
    return orders


@pytest.fixture(scope="module")
def computed(imported: Path, site: Site) -> Path:
    """The file, once all that begins by itself after its import is over."""
    site.run("compute")
    return imported


def lines(site: Site) -> int:
    return int(query(site, "SELECT count(*) FROM order_lines WHERE dataset = 'company'"))


def query(site: Site, statement: str) -> float:
    with sqlite3.connect(site.data_dir / "ml_insights.db") as database:
        return database.execute(statement).fetchone()[0]


def test_refused_rows_can_be_downloaded_and_the_rest_is_in(imported: Path, site: Site):
    assert lines(site) == 3 * DAYS


def test_the_same_file_adds_nothing(imported: Path, admin: StorageState, open_tab: Opener, site: Site):
    page = open_tab(admin)
    page.goto("/import")
    page.locator("#import-file").set_input_files(imported)
    page.get_by_role("button", name="Check all rows").click()
    page.get_by_role("button", name=re.compile(f"^Import {3 * DAYS:,} rows")).click()
    expect(page.get_by_text("pedidos.csv is imported")).to_be_visible()
    assert lines(site) == 3 * DAYS


def test_the_forecast_computes_and_its_numbers_are_true(
    computed: Path, admin: StorageState, open_tab: Opener, site: Site
):
    page = open_tab(admin)
    page.goto("/ml-insights")
    headline_card(page, "Next 30 days").wait_for()

    answer = page.request.get("/api/ml/predict/demand/30?series=total&measure=units").json()
    expected = sum(day["mean"] for day in answer["forecast"])
    assert headline(page, "Next 30 days") == pytest.approx(expected, rel=0.005, abs=1)

    page.get_by_role("button", name="All", exact=True).click()
    drawn = wait_for_figure(page, "History", DAYS)
    assert sum(drawn["History"]) == query(site, "SELECT sum(quantity) FROM order_lines WHERE dataset = 'company'")
    assert drawn["Forecast"][-30:] == pytest.approx([day["mean"] for day in answer["forecast"]], rel=1e-3, abs=0.01)

    page.get_by_role("button", name="Revenue", exact=True).click()
    revenue = page.request.get("/api/ml/predict/demand/30?series=total&measure=revenue").json()
    expect(page.get_by_text("$").first).to_be_visible()
    assert headline(page, "Next 30 days") == pytest.approx(
        sum(day["mean"] for day in revenue["forecast"]), rel=0.005, abs=1
    )


LABELS = r"""(of) => Object.fromEntries([...document.querySelectorAll(of + " text")].flatMap((text) => {
  const box = text.getBoundingClientRect();
  return /^\d{1,3}[kM]?$/.test(text.textContent) ? [[text.textContent, [box.right, box.top]]] : [];
}))"""
"""Where the values of the vertical axis stand."""


def test_the_chart_stands_before_any_script_has_come_and_stays_where_it_is(
    computed: Path, admin: StorageState, open_tab: Opener, site: Site
):
    page = open_tab(admin)
    scripts = Scripts(page)
    page.goto("/ml-insights", wait_until="commit")
    expect(page.locator(".chart-sketch path[stroke-width='1.5']")).to_be_visible()
    chart = page.get_by_role("img", name="All products: ")
    expect(chart).to_be_visible()
    box, sketched = chart.bounding_box(), page.evaluate(LABELS, ".chart-sketch")

    scripts.release()
    expect(page.locator("figure.chart").first).to_have_attribute("data-drawn", "true")
    expect(page.locator(".chart-sketch").first).to_be_hidden()
    assert chart.bounding_box() == box
    drawn = page.evaluate(LABELS, ".js-plotly-plot")
    assert sketched and sketched.keys() == drawn.keys()
    assert all(drawn[value] == pytest.approx(place, abs=1) for value, place in sketched.items())


def test_a_line_can_be_left_out_with_the_keyboard(computed: Path, admin: StorageState, open_tab: Opener, site: Site):
    page = open_tab(admin)
    page.goto("/ml-insights")
    expect(page.locator("figure.chart").first).to_have_attribute("data-drawn", "true")
    band = page.get_by_role("button", name="95% band")
    band.focus()
    page.keyboard.press("Enter")
    expect(band).to_have_attribute("aria-pressed", "false")
    expect(band).to_be_focused()
    expect(page.locator(".js-plotly-plot").first.locator(".scatterlayer .trace")).to_have_count(4)


def test_a_figure_proves_itself_and_gives_the_days_that_add_up_to_it(
    computed: Path, admin: StorageState, open_tab: Opener, site: Site
):
    page = open_tab(admin)
    page.goto("/ml-insights")
    shown = headline(page, "Next 30 days")
    button = page.get_by_role("button", name="Proof of Next 30 days")
    button.click()
    proof = page.get_by_role("dialog", name="Next 30 days")
    expect(proof).to_contain_text("Jul 1, 2026 to Jul 30, 2026")
    expect(proof).to_contain_text(re.compile(r"Days in it\s*30"))
    expect(proof).to_contain_text(re.compile(r"Model version\s*demand/\d+"))

    with page.expect_download() as download:
        proof.get_by_role("button", name="Its days: Export CSV").click()
    with download.value.path().open(encoding="utf-8-sig") as file:
        days = list(csv.DictReader(file, delimiter=","))
    assert len(days) == 30
    assert sum(float(day["expected"]) for day in days) == pytest.approx(shown, rel=0.005, abs=1)

    page.keyboard.press("Escape")
    expect(proof).to_be_hidden()
    expect(button).to_be_focused()

    page.get_by_role("button", name="Proof of Against the 30 days before").click()
    proof = page.get_by_role("dialog", name="Against the 30 days before")
    expect(proof).to_contain_text("Jun 1, 2026 to Jun 30, 2026")
    expect(proof).to_contain_text(re.compile(r"Days in it\s*60"))
