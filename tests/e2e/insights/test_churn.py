"""Churn alerts, as a sales team works them: from the inbox to "retained", many at once, and only looking."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ml_insights.core.access import Role
from tests.e2e.conftest import PHONE
from tests.fixtures.sites import Site

SignIn = Callable[..., Page]
PAGE = "/ml-insights/churn"


@pytest.fixture(scope="module")
def alerts(site: Site, demo_logins: dict[Role, Any]) -> None:
    """The demo company's customers scored, and the alerts that this raises."""
    site.run("jobs", "run", "churn-alerts")


@pytest.fixture(autouse=True)
def _alerts(alerts: None) -> None:
    """Every test here needs them."""


def rows(page: Page) -> Locator:
    return page.locator("main tbody tr")


def sheet(page: Page) -> Locator:
    return page.locator("dialog[open]")


def test_a_seller_works_an_alert_to_retained_from_the_inbox(sign_in: SignIn) -> None:
    page = sign_in(Role.SALES)
    page.get_by_role("button", name=re.compile("Inbox, 1 unread")).click()
    page.locator("#inbox-menu").get_by_role("link", name=re.compile("Customers to call")).click()
    expect(page).to_have_url(re.compile(r"churn/?\?owner=me"))
    expect(page.get_by_label("Owner").first).to_have_value("me")
    before = rows(page).count()
    expect(rows(page).first).to_contain_text("Felipe Araya")
    name = rows(page).first.locator(".job-name").inner_text()
    rows(page).first.locator(".job-name").click()
    opened = sheet(page)
    expect(opened.get_by_role("heading", level=2)).to_have_text(name)
    expect(opened.get_by_role("heading", name="Why")).to_be_visible()
    opened.get_by_label("Note").fill("Spoke to Rosa, she orders on Friday")
    opened.get_by_role("button", name="Contacted").click()
    expect(opened.get_by_role("button", name="Retained")).to_be_visible()
    expect(opened.get_by_text("Spoke to Rosa, she orders on Friday")).to_be_visible()
    opened.get_by_role("button", name="Retained").click()
    expect(opened.get_by_role("button", name="Reopen")).to_be_visible()
    expect(opened.locator(".churn-history li").first).to_contain_text("Felipe Araya")
    page.keyboard.press("Escape")
    expect(rows(page)).to_have_count(before - 1)
    expect(page.locator(".kpi", has_text="Saved so far")).to_contain_text("100% of 1 contacted")
    page.get_by_role("button", name="Closed", exact=True).click()
    expect(rows(page).first).to_contain_text("Retained")
    page.reload()
    expect(rows(page).first).to_contain_text(name)


def test_a_phone_in_spanish_dismisses_and_snoozes(sign_in: SignIn) -> None:
    page = sign_in(Role.SALES)
    address = page.url
    page.context.add_cookies([{"name": "language", "value": "es", "url": address}])
    page.set_viewport_size(PHONE["viewport"])
    page.goto(PAGE)
    expect(page.get_by_text("Clientes en riesgo")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    rows(page).nth(0).locator(".job-name").click()
    opened = sheet(page)
    opened.get_by_role("button", name="2 semanas").click()
    expect(opened.get_by_text("Volver a la lista")).to_be_visible()
    page.keyboard.press("Escape")
    rows(page).nth(0).locator(".job-name").click()
    opened.get_by_role("button", name="Descartar…").click()
    opened.get_by_label("¿Por qué no hay nada más que hacer?").select_option("seasonal")
    opened.get_by_role("button", name="Descartar", exact=True).click()
    expect(opened.get_by_text("Siempre hacen una pausa en esta época").first).to_be_visible()


def test_a_manager_gives_many_alerts_to_one_person_and_sets_the_rules(sign_in: SignIn) -> None:
    page = sign_in(Role.MANAGER)
    page.goto(PAGE)
    page.get_by_label("Select this page").click()
    expect(page.get_by_label("Select this page")).to_be_checked()
    count = page.get_by_label(re.compile("^Select .+")).count() - 1
    assert count > 5
    page.get_by_label("Give the selected alerts to").select_option(label="Valentina Muñoz")
    expect(page.get_by_text(f"{count} alerts changed.")).to_be_visible()
    expect(page.locator("main tbody tr", has_text="Valentina Muñoz")).to_have_count(count)
    page.get_by_role("button", name="What pays").click()
    page.get_by_role("button", name="Change").click()
    form = sheet(page)
    form.get_by_label("Cost of a contact").fill("12345")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("$12,345")).to_be_visible()


def test_the_page_says_its_horizon_and_when_another_takes_effect(sign_in: SignIn) -> None:
    page = sign_in(Role.MANAGER)
    page.goto(f"{PAGE}?view=profit")
    rhythm = re.compile(r"So many days because 19 in 20 returns of customers came within \d+ days\.")
    expect(page.get_by_text("customers who may not buy within 90 days")).to_be_visible()
    expect(page.get_by_text(rhythm).first).to_be_visible()
    _set_horizon(page, "30")
    expect(page.get_by_text("From the next retraining on it is 30 days").first).to_be_visible()
    expect(page.get_by_text("customers who may not buy within 90 days")).to_be_visible()
    _set_horizon(page, "")
    expect(page.get_by_text(rhythm).first).to_be_visible()


def _set_horizon(page: Page, days: str) -> None:
    page.get_by_role("button", name="Change").click()
    sheet(page).get_by_label("Days without a purchase that count as leaving").fill(days)
    sheet(page).get_by_role("button", name="Save").click()


def test_an_analyst_may_only_look(sign_in: SignIn) -> None:
    page = sign_in(Role.ANALYST)
    page.goto(f"{PAGE}?view=customers")
    expect(rows(page)).to_have_count(25)
    page.get_by_role("button", name="Alerts", exact=True).click()
    expect(page.get_by_label("Select this page")).to_have_count(0)
    rows(page).first.locator(".job-name").press("Enter")
    expect(sheet(page).get_by_text("You may look at alerts, not work them.")).to_be_visible()
    expect(sheet(page).get_by_role("button", name="Contacted")).to_have_count(0)
