"""An analyst looks at what prices sell, and changes one by keyboard; sales people look at them on a phone."""

import re
import sqlite3
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ml_insights.core.access import Role
from tests.e2e.conftest import PHONE
from tests.fixtures.sites import Site

SignIn = Callable[..., Page]
PAGE = "/ml-insights/prices"


@pytest.fixture(scope="module")
def priced(demo_logins: dict[Role, tuple[str, str]], site: Site) -> None:
    """The demo company's products, priced."""
    site.run("jobs", "run", "prices")


def decided(site: Site) -> list[tuple[str, float, str]]:
    with sqlite3.connect(site.data_dir / "ml_insights.db") as database:
        return database.execute("SELECT state, price, decided_by FROM price_decisions ORDER BY id").fetchall()


@pytest.mark.usefixtures("priced")
def test_an_analyst_changes_a_price(sign_in: SignIn, site: Site) -> None:
    page = sign_in(Role.ANALYST)
    page.goto(PAGE)
    first = page.get_by_role("region", name="Prices of products").get_by_role("row").nth(1)
    name = first.get_by_role("button").inner_text()
    first.get_by_role("button").click()
    sheet = page.get_by_role("dialog", name=name)
    expect(sheet).to_contain_text("higher price sells about")

    slider = sheet.get_by_role("slider")
    said = slider.get_attribute("aria-valuetext") or ""
    for _ in range(3):
        slider.press("ArrowLeft")
    expect(slider).not_to_have_attribute("aria-valuetext", said)
    chosen = slider.get_attribute("aria-valuetext") or ""
    approve = sheet.get_by_role("button", name=f"Approve {chosen}", exact=True)
    approve.click()
    expect(sheet.get_by_role("button", name="It holds now")).to_be_visible()
    expect(sheet).to_contain_text("Approved")
    sheet.get_by_role("button", name="It holds now").click()
    expect(sheet.get_by_role("listitem").filter(has_text="Applied")).to_contain_text("expected")
    sheet.get_by_role("button", name="Close").click()
    ((state, price, by),) = decided(site)
    assert (state, by) == ("applied", "analyst@trescoihues.example")
    assert f"{price:,.0f}" in chosen
    page.get_by_role("button", name="Applied").click()
    expect(page.get_by_role("button", name=name)).to_be_visible()
    expect(page).to_have_url(re.compile("show=applied"))


@pytest.mark.usefixtures("priced")
def test_what_nobody_can_know_is_said(sign_in: SignIn) -> None:
    page = sign_in(Role.ANALYST)
    page.goto(f"{PAGE}?show=unknown")
    table = page.get_by_role("region", name="Prices of products")
    expect(table.get_by_text("Not enough price variation").first).to_be_visible()


@pytest.mark.usefixtures("priced")
def test_sales_people_look_on_a_phone_and_do_not_decide(sign_in: SignIn) -> None:
    page = sign_in(Role.SALES, **PHONE)
    page.goto(PAGE)
    page.get_by_role("region", name="Prices of products").get_by_role("row").nth(1).get_by_role("button").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_role("slider")).to_be_visible()
    expect(sheet).to_contain_text("You may look at prices, not decide them.")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
