"""Likely buyers, as a sales person works the list on the phone, and as an analyst looks at what customers are worth."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ml_insights.core.access import Role
from tests.e2e.conftest import PHONE
from tests.fixtures.sites import Site

SignIn = Callable[..., Page]
PAGE = "/ml-insights/propensity"


@pytest.fixture(scope="module")
def scored(site: Site, demo_logins: dict[Role, Any]) -> None:
    """The demo company's customers scored, and the list of the week."""
    site.run("jobs", "run", "propensity")


@pytest.fixture(autouse=True)
def _scored(scored: None) -> None:
    """Every test here needs it."""


def rows(page: Page) -> Locator:
    return page.locator("main tbody tr")


def test_a_seller_works_the_list_on_the_phone_in_spanish(sign_in: SignIn) -> None:
    page = sign_in(Role.SALES)
    page.context.add_cookies([{"name": "language", "value": "es", "url": page.url}])
    page.set_viewport_size(PHONE["viewport"])
    page.goto(PAGE)
    expect(rows(page)).to_have_count(30)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    name = rows(page).first.locator(".job-name").inner_text()
    expect(rows(page).first.locator("a[href^='tel:']")).to_be_visible()
    rows(page).first.locator(".buyers-mark").click()
    opened = page.locator("dialog[open]")
    expect(opened.get_by_role("heading", level=2)).to_have_text(name)
    expect(opened.get_by_role("heading", name="Por qué ahora")).to_be_visible()
    opened.get_by_label("Nota").fill("Pide el jueves")
    opened.get_by_role("button", name="Llamado").click()
    expect(opened.locator(".buyers-standing")).to_contain_text("Llamado")
    page.keyboard.press("Escape")
    expect(rows(page).first).to_contain_text("Llamado")
    page.get_by_label("Anotado").first.select_option("called")
    expect(rows(page)).to_have_count(1)
    page.reload()
    expect(rows(page).first).to_contain_text(name)
    expect(rows(page).first).to_contain_text("Llamado")


def test_an_analyst_finds_customers_and_what_they_are_worth(sign_in: SignIn) -> None:
    page = sign_in(Role.ANALYST)
    page.goto(PAGE)
    expect(page.locator(".kpi", has_text="Customers who buy this week")).to_contain_text("80 %")
    page.get_by_role("button", name="All customers").click()
    expect(rows(page)).to_have_count(25)
    page.get_by_role("searchbox").fill("hotel")
    expect(rows(page).first).to_contain_text(re.compile("hotel", re.IGNORECASE))
    page.get_by_role("button", name="Lifetime value", exact=True).first.click()
    expect(page).to_have_url(re.compile("view=value"))
    expect(page.locator(".buyers-track").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    assert download.value.suggested_filename == "likely-buyers.csv"
    page.reload()
    expect(page.get_by_role("button", name="Lifetime value", exact=True).first).to_have_attribute(
        "aria-pressed", "true"
    )
