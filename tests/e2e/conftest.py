"""People with a browser: the first admin, the demo company's logins, and tabs that note every fault."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from ml_insights.core.access import Role
from tests.fixtures.sites import Site

ADMIN, PASSWORD, NAME = "ana@example.com", "one sentence to remember", "Ana Pérez"
READER = {"locale": "en-US", "timezone_id": "America/Santiago", "viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
Opener = Callable[..., Page]


@pytest.fixture
def open_tab(browser: Browser, site: Site) -> Iterator[Opener]:
    """Opens tabs of people on the session's site."""
    with tabs_of(browser, site) as opened:
        yield opened


@contextmanager
def tabs_of(browser: Browser, site: Site) -> Iterator[Opener]:
    """Opens tabs of people on a site; the test fails when any of them logs an error or an exception."""
    contexts, faults = [], []

    def opened(state: StorageState | None = None, **options: Any) -> Page:
        context = browser.new_context(**({"base_url": site.url, "storage_state": state} | READER | options))
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda line: faults.append(f"{page.url}: {line.text}") if line.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def admin(browser: Browser, site: Site) -> StorageState:
    """The first admin, signed in."""
    return first_admin(browser, site)


def first_admin(browser: Browser, site: Site) -> StorageState:
    """The first start: the one-time link makes the admin, who is signed in with it."""
    link = site.run("users", "setup-link").strip()
    context = browser.new_context(base_url=site.url, **READER)
    page = context.new_page()
    page.goto(link)
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("E-mail").fill(ADMIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="module")
def demo_logins(site: Site, admin: StorageState) -> dict[Role, tuple[str, str]]:
    """E-mail and password of one login per role."""
    return load_demo(site)


def load_demo(site: Site) -> dict[Role, tuple[str, str]]:
    """Make the demo company; e-mail and password of one login per role, as the command prints them."""
    printed = site.run("demo", "load")
    rows = [line.split() for line in printed.splitlines() if "@" in line]
    return {Role(role): (email, password) for role, email, password in rows}


@pytest.fixture
def sign_in(open_tab: Opener, demo_logins: dict[Role, tuple[str, str]]) -> Callable[[Role], Page]:
    """A tab in which the demo company's person of a role has signed in."""

    def signed_in(role: Role, **options: Any) -> Page:
        page = open_tab(**options)
        page.goto("/sign-in")
        fill_sign_in(page, *demo_logins[role])
        expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
        return page

    return signed_in


def asked_to_sign_in(page: Page) -> None:
    """Wait until a page has sent its reader to sign in."""
    page.wait_for_url(re.compile(r"/sign-in/?\?next="))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def fill_sign_in(page: Page, email: str, password: str) -> None:
    """Fill the sign-in form and send it."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
