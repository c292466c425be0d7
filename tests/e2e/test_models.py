"""The model factory from the page: what the first import trained, a worse challenger, changes by hand, and why."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, StorageState, expect

from tests.e2e.conftest import Opener
from tests.fixtures.sites import Site, served

DAYS, LAST = 150, date(2026, 6, 30)
RUN_SECONDS = 240
ENGLISH = re.compile(
    r"\b(the|begun|challenger|champion|check|every|judged|lines|naive|yes|days|rows|units|trained)\b", re.IGNORECASE
)


@pytest.fixture(scope="module")
def factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own with five months of orders, imported and computed by the commands."""
    folder = tmp_path_factory.mktemp("factory")
    random = np.random.default_rng(5)
    rows = ["order_id,ordered_at,product_id,quantity,unit_price"]
    for back in range(DAYS):
        day = LAST - timedelta(days=back)
        for product, level, price in (("Arroz", 40, 1190), ("Fideos", 25, 790), ("Aceite", 15, 1890)):
            units = random.poisson(level * (1.6 if day.weekday() == 4 else 0.9)) + 1
            rows.append(f"P{back},{day}T10:00:00,{product},{units},{price}")
    orders = folder / "orders.csv"
    orders.write_text("\n".join(rows), encoding="utf-8")
    with served(folder, WORKERS="2") as site:
        site.run("import", str(orders))
        site.run("compute")
        yield site


@pytest.fixture(scope="module")
def factory_admin(factory: Site, browser) -> StorageState:
    """The admin of that site, signed in."""
    context = browser.new_context(base_url=factory.url, locale="en-US")
    page = context.new_page()
    page.goto(factory.run("users", "setup-link").strip())
    page.get_by_label("Name").fill("Ana Pérez")
    page.get_by_label("E-mail").fill("ana@example.com")
    page.get_by_label("Password").fill("one sentence to remember")
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    state = context.storage_state()
    context.close()
    return state


def over(page: Page) -> None:
    expect(page.get_by_text("The run is over.")).to_be_visible(timeout=RUN_SECONDS * 1000)


def test_a_model_is_trained_challenged_changed_by_hand_and_back(
    factory: Site, factory_admin: StorageState, open_tab: Opener
):
    page = open_tab(factory_admin, base_url=factory.url)
    page.goto("/models")
    expect(page.get_by_text("Version 1", exact=True).first).to_be_visible()

    page.get_by_label("Recipe").select_option("seasonal-naive")
    page.get_by_role("button", name="Train as challenger").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    over(page)
    expect(page.get_by_text("Last run kept it")).to_be_visible()
    versions = page.get_by_role("region", name="Versions side by side")
    expect(versions.get_by_role("columnheader")).to_have_text(["Version", "2", "1"])
    expect(versions.get_by_text("in production")).to_have_count(1)

    versions.get_by_role("button", name="Promote").click()
    page.get_by_label("Reason").fill("to see what it does")
    page.locator("form").get_by_role("button", name="Promote").click()
    expect(page.get_by_text("Version 2", exact=True)).to_be_visible(timeout=60_000)
    answer = page.request.get("/api/ml/predict/demand/7?series=total").json()
    assert answer["provenance"]["model_version"] == "demand/2"

    page.get_by_label("Recipe").select_option("standard")
    page.get_by_role("button", name="Train as challenger").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    over(page)
    expect(page.get_by_text("The new recipe is better beyond noise")).not_to_have_count(0)
    expect(page.get_by_text("Version 3", exact=True)).to_be_visible()

    page.get_by_role("button", name="Roll back to 2").click()
    page.get_by_label("Reason").fill("to see it once more")
    page.locator("form").get_by_role("button", name="Roll back").click()
    expect(page.get_by_text("Version 2", exact=True)).to_be_visible(timeout=60_000)
    history = page.get_by_role("region", name="Promotion history")
    expect(history.get_by_text("to see it once more")).to_be_visible()
    expect(history.get_by_role("row")).to_have_count(1 + 4)


def test_the_reports_are_kept_read_and_downloaded(factory: Site, factory_admin: StorageState, open_tab: Opener):
    page = open_tab(factory_admin, base_url=factory.url)
    page.goto("/models/reports")
    listed = page.get_by_role("region", name="Retraining reports")
    expect(listed.get_by_role("row")).to_have_count(1 + 2)
    listed.get_by_role("button", name="Read").first.click()
    article = page.locator("article.report")
    expect(article.get_by_role("heading", level=1)).to_contain_text("Retraining of")
    assert article.locator("img").count() > 0
    with page.expect_download() as download:
        page.get_by_role("button", name="Download Markdown").click()
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith("# Retraining of")


def test_a_report_that_was_made_in_english_is_read_in_spanish(
    factory: Site, factory_admin: StorageState, open_tab: Opener
):
    page = open_tab(factory_admin, base_url=factory.url, locale="es-CL")
    page.goto("/models/reports")
    listed = page.get_by_role("region", name="Informes de reentrenamiento")
    expect(listed.get_by_text("A mano, ana@example.com")).to_have_count(2, timeout=20_000)
    article = page.locator("article.report")
    expect(article.get_by_role("heading", level=1)).to_contain_text("Reentrenamiento del", timeout=60_000)
    expect(article.get_by_text("A mano, ana@example.com; iniciado el")).to_be_visible()
    expect(article.get_by_role("heading", name="Qué cambió y por qué")).to_be_visible()
    assert ENGLISH.findall(article.inner_text()) == []
    spoken = [image.get_attribute("alt") or "" for image in article.locator("img").all()]
    assert spoken and ENGLISH.findall(" ".join(spoken)) == []


def test_the_monitor_shows_what_matured(factory: Site, factory_admin: StorageState, open_tab: Opener):
    page = open_tab(factory_admin, base_url=factory.url)
    page.goto("/models/monitor")
    expect(page.get_by_text("No outcomes yet")).to_be_visible()
    page.get_by_label("Which predictions").select_option("evaluation")
    weeks = page.get_by_role("region", name="Accuracy by week")
    expect(weeks.get_by_role("row").nth(4)).to_be_visible()
    factory.run("jobs", "run", "watch-models")
    page.reload()
    expect(page.get_by_role("region", name="Drift of inputs").get_by_text("PSI")).to_be_visible()
    expect(page.get_by_text("Price, over the product's median")).to_be_visible()
