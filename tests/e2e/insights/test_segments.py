"""An analyst computes the segments, follows a movement to its members, and one of them to their page."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from ml_insights.core.access import Role
from tests.fixtures.sites import Site

SECONDS = 120_000


def test_from_segments_to_one_customer(site: Site, sign_in: Callable[..., Page]) -> None:
    page = sign_in(Role.ANALYST)
    page.goto("/ml-insights/segments")
    expect(page.get_by_role("heading", name="No segments yet")).to_be_visible()
    page.get_by_role("button", name="Compute now").click()
    expect(page.get_by_role("heading", name="This is being computed")).to_be_visible()
    site.run("jobs", "run", "segments")  # the forecast is computed first, and takes minutes on a slow machine
    card = page.locator("[data-segment=champions]")
    expect(card.get_by_role("heading", name="Champions")).to_be_visible(timeout=SECONDS)

    card.get_by_role("button", name="Show members").click()
    page.wait_for_url(re.compile("segment=champions"))
    members = page.get_by_role("region", name="Members").get_by_role("row")
    expect(members.nth(1)).to_contain_text("Champions")
    expect(members.filter(has_text="Dormant")).to_have_count(0)

    cell = page.get_by_role("region", name="Movements in a month").locator("td button").first
    customers = cell.locator("span").first.inner_text()
    cell.click()
    page.wait_for_url(re.compile("from="))
    expect(page.locator(".pager-summary")).to_contain_text(f"of {customers}")
    page.reload()
    expect(page.locator(".pager-summary")).to_contain_text(f"of {customers}")

    link = members.nth(1).get_by_role("link")
    name = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("heading", name="Segment", exact=True)).to_be_visible()

    page.goto("/")
    expect(page.get_by_role("heading", name="Segment movements this month")).to_be_visible()
