"""The demo company: said above every page, and gone in one click."""

import json

from playwright.sync_api import StorageState, expect

from tests.e2e.conftest import Opener
from tests.fixtures.sites import Site


def test_it_goes_in_one_click_and_comes_back_in_another(
    admin: StorageState, demo_logins: dict, open_tab: Opener, site: Site
):
    page = open_tab(admin)
    page.goto("/demo")
    expect(page.get_by_role("main")).to_contain_text("Order lines")
    page.get_by_role("button", name="Remove the demo company").click()
    page.get_by_role("button", name="Remove it", exact=True).click()
    expect(page.get_by_text("The demo company is gone")).to_be_visible()
    expect(page.get_by_role("heading", name="The demo company is not here")).to_be_visible()
    expect(page.get_by_text("you are looking at the invented orders")).to_have_count(0)
    assert json.loads(site.run("demo", "status", "--json")) == {}

    page.get_by_role("button", name="Make the demo company").click()
    expect(page.get_by_role("button", name="Remove the demo company")).to_be_visible(timeout=60_000)
    assert json.loads(site.run("demo", "status", "--json"))["order_lines"] > 100_000
