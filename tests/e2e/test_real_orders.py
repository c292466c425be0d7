"""The orders of a real online shop, imported by command: what the page shows is what the rows add up to."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import ADMIN, PASSWORD, Opener, fill_sign_in
from tests.e2e.reading import headline, wait_for_figure
from tests.fixtures.sites import Site, served

pytestmark = [pytest.mark.real_data, pytest.mark.slow]


@pytest.fixture(scope="module")
def shop(real_data: Path, tmp_path_factory: pytest.TempPathFactory):
    """A site with UCI Online Retail, its forecast computed, and an admin."""
    with served(tmp_path_factory.mktemp("shop")) as site:
        site.run("import", str(real_data / "online_retail_uci" / "online_retail.csv.gz"), "--skip-bad")
        site.run("forecast")
        added = [sys.executable, "-m", "ml_insights", "users", "add", ADMIN, "--role", "admin", "--password-stdin"]
        subprocess.run(added, env=site.environment, input=PASSWORD, text=True, check=True)
        yield site


def test_the_page_shows_what_the_rows_add_up_to(shop: Site, open_tab: Opener):
    page = open_tab(base_url=shop.url)
    page.goto("/sign-in?next=/ml-insights")
    fill_sign_in(page, ADMIN, PASSWORD)
    expect(page.get_by_text("you are looking at the invented orders")).to_have_count(0)
    answer = page.request.get("/api/ml/predict/demand/30?series=total&measure=units").json()
    assert headline(page, "Next 30 days") == pytest.approx(
        sum(day["mean"] for day in answer["forecast"]), rel=0.005, abs=1
    )
    assert sum(history(page)) == pytest.approx(units_sold(shop))


def history(page: Page) -> list[float]:
    """The whole history that the chart draws: the shop's file spans 1 December 2010 to 9 December 2011."""
    page.get_by_role("button", name="All", exact=True).click()
    return wait_for_figure(page, "History", 374)["History"]


def units_sold(site: Site) -> float:
    """Net units of the file."""
    with sqlite3.connect(site.data_dir / "ml_insights.db") as database:
        return database.execute("SELECT sum(quantity) FROM order_lines WHERE dataset = 'company'").fetchone()[0]
