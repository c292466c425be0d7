"""The orders of a real online shop, imported by command: figures on its pages are what the rows add up to, parts are
what the whole is, and each proves itself."""

import csv
import re
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Locator, Page, StorageState, expect

from tests.e2e.conftest import ADMIN, PASSWORD, READER, Opener, fill_sign_in
from tests.e2e.reading import headline, headline_card, wait_for_figure
from tests.fixtures.sites import Site, served

pytestmark = [pytest.mark.real_data, pytest.mark.slow]

COST = 0.6
"""Of the median price: the shop's own costs are not known."""
STEP = 0.10
SATURDAY = 5


@pytest.fixture(scope="module")
def shop(real_data: Path, tmp_path_factory: pytest.TempPathFactory):
    """A site with UCI Online Retail and invented costs, everything computed, and an admin."""
    orders, folder = real_data / "online_retail_uci" / "online_retail.csv.gz", tmp_path_factory.mktemp("shop")
    with served(folder) as site:
        site.run("import", str(orders), "--skip-bad", "--count-in", "GBP")
        site.run("import", str(_costs(orders, folder / "products.csv")), "--as", "products")
        site.run("compute")
        added = [sys.executable, "-m", "ml_insights", "users", "add", ADMIN, "--role", "admin", "--password-stdin"]
        subprocess.run(added, env=site.environment, input=PASSWORD, text=True, check=True)
        yield site


@pytest.fixture(scope="module")
def manager(shop: Site, browser: Browser) -> StorageState:
    """Who signed in."""
    context = browser.new_context(base_url=shop.url, **READER)
    page = context.new_page()
    page.goto("/sign-in")
    fill_sign_in(page, ADMIN, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    state = context.storage_state()
    context.close()
    return state


def _costs(orders: Path, path: Path) -> Path:
    """What each product costs, and what it is called, as a file of products."""
    lines = pd.read_csv(orders, usecols=["StockCode", "Description", "UnitPrice"], encoding="utf-8-sig")
    grouped = lines[lines["UnitPrice"] > 0].groupby("StockCode")
    products = grouped.agg(name=("Description", "last"), unit_cost=("UnitPrice", "median"))
    products["unit_cost"] = (products["unit_cost"] * COST).round(4)
    products.rename_axis("product_id").to_csv(path)
    return path


def proof_of(place: Locator, figure: str) -> Locator:
    """What stands behind a figure, once its button is pressed."""
    place.get_by_role("button", name=f"Proof of {figure}", exact=True).click()
    opened = place.page.get_by_role("dialog", name=figure)
    expect(opened.get_by_text("Model version")).to_be_visible()
    return opened


def exported(place: Page | Locator, name: str = "Export CSV") -> list[dict[str, str]]:
    """The rows of the CSV file that a button gives."""
    page = place if isinstance(place, Page) else place.page
    with page.expect_download() as sent:
        place.get_by_role("button", name=name, exact=True).click()
    with sent.value.path().open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_page_shows_what_the_rows_add_up_to(shop: Site, manager: StorageState, open_tab: Opener):
    page = open_tab(manager, base_url=shop.url)
    page.goto("/ml-insights")
    expect(page.get_by_text("you are looking at the invented orders")).to_have_count(0)
    answer = page.request.get("/api/ml/predict/demand/30?series=total&measure=units").json()
    assert headline(page, "Next 30 days") == pytest.approx(
        sum(day["mean"] for day in answer["forecast"]), rel=0.005, abs=1
    )
    assert sum(history(page)) == pytest.approx(units_sold(shop))


def test_the_parts_add_up_to_the_total_and_saturdays_are_closed(shop: Site, manager: StorageState, open_tab: Opener):
    page = open_tab(manager, base_url=shop.url)
    page.goto("/ml-insights")
    total = headline(page, "Next 30 days")
    days = exported(proof_of(headline_card(page, "Next 30 days"), "Next 30 days"), "Its days: Export CSV")
    page.keyboard.press("Escape")
    assert sum(float(day["expected"]) for day in days) == pytest.approx(total, abs=1)
    saturdays = [day for day in days if date.fromisoformat(day["day"]).weekday() == SATURDAY]
    assert len(saturdays) >= 4
    assert all(float(day[name]) == 0 for day in saturdays for name in ("expected", "lo_80", "hi_80", "lo_95", "hi_95"))

    listed = exported(page.locator("section.card").filter(has=page.get_by_role("heading", name="All series")))
    whole = sum(float(row["expected"]) for row in listed if row["level"] == "total")
    parts = [float(row["expected"]) for row in listed if row["level"] in ("product", "others") and row["expected"]]
    assert whole == pytest.approx(total, abs=1) and len(parts) > 200
    assert sum(parts) == pytest.approx(whole, rel=1e-6)


def test_no_price_moves_by_more_than_the_step(shop: Site, manager: StorageState, open_tab: Opener):
    page = open_tab(manager, base_url=shop.url)
    page.goto("/ml-insights/prices")
    gain = headline(page, "Expected profit")
    worth = exported(proof_of(headline_card(page, "Expected profit"), "Expected profit"), "Its suggestions: Export CSV")
    page.keyboard.press("Escape")
    assert worth and sum(float(row["profit_change"]) for row in worth) == pytest.approx(gain, rel=0.005, abs=1)

    listed = exported(page.locator("section.card").filter(has=page.get_by_label("Search in Prices of products")))
    moves = [float(row["suggested"]) / float(row["price"]) - 1 for row in listed if row["suggested"]]
    assert len(moves) > 100 and max(map(abs, moves)) <= STEP + 1e-9


def test_a_customer_is_worth_something_within_the_range(shop: Site, manager: StorageState, open_tab: Opener):
    page = open_tab(manager, base_url=shop.url)
    page.goto(f"/ml-insights/customer?id={best_customer(shop)}")
    card = page.locator(".kpi").filter(has=page.get_by_text("Worth, next 365 days", exact=True))
    low, high = (amount(one) for one in card.locator(".kpi-hint").inner_text().removesuffix("with 80 %").split("–"))
    worth = amount(card.locator(".kpi-value").inner_text())
    assert 0 <= low <= worth <= high
    proof = proof_of(card, "Worth, next 365 days")
    expect(proof).to_contain_text("Dec 10, 2011 to Dec 8, 2012")
    lines = exported(proof, "Its order lines: Export CSV")
    with sqlite3.connect(shop.data_dir / "ml_insights.db") as database:
        stored = "SELECT count(*), sum(quantity * unit_price) FROM order_lines WHERE customer_id = ?"
        rows, money = database.execute(stored, [best_customer(shop)]).fetchone()
    assert len(lines) == rows and sum(float(line["amount"]) for line in lines) == pytest.approx(money)


def amount(shown: str) -> float:
    """A sum of money as a page writes it."""
    return float(re.sub(r"[^\d.]", "", shown))


def best_customer(site: Site) -> str:
    """Whoever brought the most money."""
    with sqlite3.connect(site.data_dir / "ml_insights.db") as database:
        return database.execute(
            "SELECT customer_id FROM order_lines WHERE dataset = 'company' AND customer_id IS NOT NULL "
            "GROUP BY customer_id ORDER BY sum(quantity * unit_price) DESC LIMIT 1"
        ).fetchone()[0]


def history(page: Page) -> list[float]:
    """The whole history that the chart draws: the shop's file spans 1 December 2010 to 9 December 2011."""
    page.get_by_role("button", name="All", exact=True).click()
    return wait_for_figure(page, "History", 374)["History"]


def units_sold(site: Site) -> float:
    """Net units of the file."""
    with sqlite3.connect(site.data_dir / "ml_insights.db") as database:
        return database.execute("SELECT sum(quantity) FROM order_lines WHERE dataset = 'company'").fetchone()[0]
