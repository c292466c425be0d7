"""A sales person looks a customer up, and reads what happened with them."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from ml_insights.core.access import Role
from tests.e2e.conftest import PHONE


def test_a_customer_is_found_and_told_about(sign_in: Callable[..., Page]) -> None:
    page = sign_in(Role.SALES)
    page.goto("/ml-insights/customers")
    rows = page.get_by_role("region", name="Customers").get_by_role("row")
    expect(rows).to_have_count(26)
    page.get_by_label("Search in Customers").fill("C0407")
    expect(rows).to_have_count(2)
    page.wait_for_url(re.compile("q=C0407"))
    rows.nth(1).get_by_role("link").click()

    expect(page.get_by_role("heading", level=1)).not_to_have_text("Customer")
    expect(page.get_by_text("C0407 · ")).to_be_visible()
    lines = page.locator(".timeline > li")
    expect(lines).to_have_count(15)
    page.get_by_role("button", name="Show more").click()
    expect(lines).to_have_count(45)
    page.get_by_label("What is shown").select_option("order")
    expect(page.locator(".timeline > li:not([data-kind=order])")).to_have_count(0)
    with page.expect_download() as sent:
        page.get_by_role("button", name="Export CSV").click()
    assert sent.value.path().read_text(encoding="utf-8").startswith("at,kind,text")


def test_an_unknown_number_says_so_on_a_phone(sign_in: Callable[..., Page]) -> None:
    page = sign_in(Role.SALES, **PHONE)
    page.goto("/ml-insights/customer?id=nobody")
    expect(page.get_by_role("heading", name="No such customer")).to_be_visible()
    page.get_by_role("link", name="All customers").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ML Insights")
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
