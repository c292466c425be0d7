"""The frame: language, theme, palette by keyboard, phone."""

import re

from playwright.sync_api import StorageState, expect

from tests.e2e.conftest import PHONE, Opener


def test_language_switches_at_once_and_is_kept(admin: StorageState, open_tab: Opener):
    page = open_tab(admin)
    page.goto("/users")
    expect(page.get_by_role("heading", level=1)).to_have_text("Users")
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Usuarios")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Usuarios")
    expect(page).to_have_title(re.compile("Usuarios"))


def test_first_visit_follows_the_browser(open_tab: Opener):
    spanish = open_tab(locale="es-CL", color_scheme="dark")
    spanish.goto("/sign-in")
    expect(spanish.get_by_role("heading", level=1)).to_have_text("Ingresar")
    expect(spanish.locator("html")).to_have_class(re.compile(r"\bdark\b"))


def test_theme_switches_and_is_kept(admin: StorageState, open_tab: Opener):
    page = open_tab(admin, color_scheme="light")
    page.goto("/")
    expect(page.locator("html")).to_have_class(re.compile(r"\blight\b"))
    before = background(page)
    page.get_by_role("button", name="Dark", exact=True).click()
    expect(page.locator("html")).to_have_class(re.compile(r"\bdark\b"))
    assert background(page) != before
    page.reload()
    expect(page.locator("html")).to_have_class(re.compile(r"\bdark\b"))


def background(page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_palette_goes_to_a_page_by_keyboard_alone(admin: StorageState, open_tab: Opener):
    page = open_tab(admin)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("api")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("API keys")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_phone_has_the_navigation_in_a_drawer(admin: StorageState, open_tab: Opener):
    page = open_tab(admin, **PHONE)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    expect(page.get_by_role("link", name="Users")).to_be_hidden()
    page.get_by_role("button", name="Open the menu").click()
    page.get_by_role("link", name="Users").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Users")
