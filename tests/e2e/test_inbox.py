"""The bell and the inbox, as somebody uses them: by mouse, by keyboard and on a phone."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, StorageState, expect

from tests.e2e.conftest import PHONE, Opener
from tests.fixtures.sites import Site

TELL = """
import sys
from ml_insights.core.access import Area
from ml_insights.core.database import transaction
from ml_insights.notifications.service import tell
with transaction() as session:
    tell(session, Area.USERS, "Users", route="/users", kind="warning")
    tell(session, Area.USERS, "API keys", route="/api-keys")
"""


@pytest.fixture
def told(site: Site, admin: StorageState) -> None:
    """Two messages for admins, in the process of a worker."""
    environment = os.environ | site.environment
    subprocess.run([sys.executable, "-c", TELL], cwd=Path(__file__).parents[2], env=environment, check=True)


def bell(page: Page, name: str):
    return page.get_by_role("button", name=name)


def test_what_is_told_is_counted_read_and_followed(
    told: None, admin: StorageState, open_tab: Callable[..., Page]
) -> None:
    page = open_tab(admin)
    page.goto("/")
    bell(page, "Inbox, 2 unread").focus()
    page.keyboard.press("Enter")
    newest = page.locator("#inbox-menu")
    expect(newest.get_by_role("listitem")).to_have_count(2)
    newest.get_by_role("link", name="API keys").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("API keys")
    bell(page, "Inbox, 1 unread").click()
    newest.get_by_role("link", name="Open the inbox").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Users")
    page.get_by_role("button", name="Unread", exact=True).click()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Mark as read").click()
    expect(page.get_by_role("heading", name="Nothing of this kind")).to_be_visible()
    expect(bell(page, "Inbox, nothing unread")).to_be_visible()


def test_a_phone_in_spanish_reads_everything(told: None, admin: StorageState, open_tab: Opener) -> None:
    page = open_tab(admin, **PHONE | {"locale": "es-CL"})
    page.goto("/inbox")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bandeja de entrada")
    expect(page.locator("main tbody tr").first).to_contain_text("Claves de API")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Marcar todo como leído").first.click()
    expect(bell(page, "Bandeja de entrada, nada sin leer")).to_be_visible()
