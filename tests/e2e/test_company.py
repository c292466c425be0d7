"""An admin sets the company up in the page, and every page reads by it."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.e2e.conftest import PHONE, first_admin, tabs_of
from tests.fixtures.sites import Site, served

FIRST_DAY, DAYS = date(2026, 1, 5), 60
SUNDAY, SLOW_MS = 6, 20_000
RATES = {"P1": 0.5, "P2": 1_250.0}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A small company of its own: its currency is changed, which other tests must not see."""
    with served(tmp_path_factory.mktemp("shop"), SCHEDULER="false") as site:
        yield site


@pytest.fixture(scope="module")
def owner(browser: Browser, shop: Site) -> StorageState:
    return first_admin(browser, shop)


@pytest.fixture
def tab(browser: Browser, shop: Site, owner: StorageState) -> Iterator[Page]:
    """The owner's tab; the test fails where it logs an error."""
    with tabs_of(browser, shop) as opened:
        yield opened(owner)


def orders(path: Path) -> Path:
    """Sixty days but Sundays, of two products, one that costs pennies and one that costs a fortune; and postage."""
    lines = ["order_id,ordered_at,product_id,quantity,unit_price,customer_id"]
    lines += [f"0-0,{FIRST_DAY}T12:00:00,POST,1,3.5,C0"]
    for day in range(DAYS):
        at = FIRST_DAY + timedelta(days=day)
        if at.weekday() == SUNDAY:
            continue
        for place, (product, price) in enumerate(RATES.items()):
            lines.append(f"{day}-{place},{at}T12:00:00,{product},{2 + day % 3},{price},C{day % 4}")
    path.write_text("\n".join(lines) + "\n")
    return path


def choose(page: Page, label: str, value: str) -> None:
    page.get_by_label(label, exact=True).select_option(value)


def amounts(page: Page) -> list[str]:
    """Every amount of money that the page shows, in any currency."""
    text = page.inner_text("main")
    return re.findall(r"[-+]?(?:US)?[$£€¥]\u00a0?[-+]?[\d.,]+", text)


def test_a_new_company_is_set_up(tab: Page) -> None:
    tab.goto("/company")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Company")
    expect(tab.get_by_text("These are the settings of the environment.")).to_be_visible()
    choose(tab, "Country", "GB")
    expect(tab.get_by_label("Currency", exact=True)).to_have_value("GBP")
    expect(tab.get_by_label("Time zone", exact=True)).to_have_value("Europe/London")
    expect(tab.get_by_text("Amounts read £0.50 and £12,990;")).to_be_visible()
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_text("Saved")).to_be_visible()
    expect(tab.get_by_text("These are the settings of the environment.")).to_have_count(0)
    expect(tab.locator("html")).to_have_attribute("data-company", re.compile('"currency":"GBP".*"Europe/London"'))


def test_closing_days_come_and_go(tab: Page) -> None:
    tab.goto("/company")
    tab.get_by_label("Name").fill("Stocktaking")
    tab.get_by_label("First day").fill("2026-02-02")
    tab.get_by_label("Last day").fill("2026-02-03")
    tab.get_by_text("The same days every year").click()
    tab.get_by_role("button", name="Add").click()
    row = tab.get_by_role("listitem").filter(has_text="Stocktaking")
    expect(row).to_contain_text("every Feb 2 – Feb 3")
    tab.get_by_role("button", name="Remove Stocktaking").click()
    expect(row).to_have_count(0)


def test_pages_follow_a_change_of_the_currency(tab: Page, shop: Site, tmp_path: Path) -> None:
    shop.run("import", str(orders(tmp_path / "orders.csv")))
    tab.goto("/ml-insights/customer?id=C1")
    expect(tab.get_by_text("Revenue, 12 months")).to_be_visible()
    expect(tab.locator("main")).to_contain_text("£")
    assert amounts(tab) and {found.lstrip("-+")[0] for found in amounts(tab)} == {"£"}

    tab.goto("/company")
    choose(tab, "Currency", "EUR")
    tab.get_by_role("button", name="Save").click()
    dialog = tab.get_by_role("alertdialog")
    expect(dialog).to_contain_text("Amounts are not converted: what is £12,990 now will be called €12,990.")
    dialog.get_by_role("button", name="Cancel").click()
    tab.reload()
    expect(tab.get_by_label("Currency", exact=True)).to_have_value("GBP")
    choose(tab, "Currency", "EUR")
    tab.get_by_role("button", name="Save").click()
    dialog.get_by_role("button", name="Change it").click()
    expect(tab.get_by_text("Saved")).to_be_visible()

    tab.goto("/ml-insights/customer?id=C1")
    expect(tab.locator("main")).to_contain_text("€")
    assert {found.lstrip("-+")[0] for found in amounts(tab)} == {"€"}
    expect(tab.locator(".chart[data-drawn=true]").first).to_be_visible()
    ticks = tab.locator(".ytick text").all_text_contents()
    assert ticks and all(re.fullmatch(r"€[\d.,]+[KM]?", tick) for tick in ticks), ticks


def test_a_weekday_without_orders_is_offered_and_confirmed(tab: Page) -> None:
    tab.goto("/company")
    expect(tab.get_by_text("Orders never fall on these days of the week: Sunday.")).to_be_visible(timeout=SLOW_MS)
    tab.get_by_role("button", name="Yes, we are closed then").click()
    expect(tab.get_by_label("Sunday", exact=True)).to_be_checked(timeout=SLOW_MS)
    expect(tab.get_by_text("Orders never fall on these days of the week")).to_have_count(0)
    tab.reload()
    expect(tab.get_by_label("Sunday", exact=True)).to_be_checked()


def test_services_are_searched_and_confirmed(tab: Page) -> None:
    tab.goto("/services")
    table = tab.get_by_role("region", name="Services")
    postage = table.get_by_role("row").filter(has_text="POST")
    expect(postage).to_contain_text("until somebody says", timeout=SLOW_MS)
    postage.get_by_role("button", name="A service").click()
    expect(postage.get_by_role("button", name="A service")).to_have_attribute("aria-pressed", "true", timeout=SLOW_MS)
    expect(tab.get_by_text("nobody has said yet")).to_have_count(0)
    tab.get_by_role("searchbox").fill("p1")
    product = table.get_by_role("row").filter(has_text="P1")
    expect(product).to_contain_text("A product", timeout=SLOW_MS)
    expect(postage).to_have_count(0)
    tab.get_by_role("searchbox").fill("nothing of this name")
    expect(tab.get_by_text("No code and no name of anything that you sell holds this.")).to_be_visible(timeout=SLOW_MS)


def test_a_change_of_the_zone_says_how_many_orders_move(tab: Page) -> None:
    tab.goto("/company")
    choose(tab, "Time zone", "Asia/Tokyo")
    tab.get_by_role("button", name="Save").click()
    dialog = tab.get_by_role("alertdialog")
    expect(dialog).to_contain_text("No order falls on another day of the calendar in Asia/Tokyo.")
    expect(dialog).to_contain_text("computed anew")


def test_it_fits_a_phone(browser: Browser, shop: Site, owner: StorageState) -> None:
    context = browser.new_context(base_url=shop.url, storage_state=owner, locale="es-CL", **PHONE)
    page = context.new_page()
    page.goto("/company")
    expect(page.get_by_role("heading", level=1)).to_have_text("Empresa")
    expect(page.get_by_label("Moneda", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 1
    context.close()
