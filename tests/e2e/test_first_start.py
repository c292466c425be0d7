"""The first start: from the one-time link in the terminal to the overview."""

from playwright.sync_api import StorageState, expect

from tests.e2e.conftest import ADMIN, NAME, PASSWORD, Opener, asked_to_sign_in, fill_sign_in
from tests.fixtures.sites import Site


def test_the_admin_is_signed_in(admin: StorageState, open_tab: Opener):
    page = open_tab(admin)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    expect(page.get_by_text(f"Hello, {NAME}")).to_be_visible()
    assert page.request.get("/api/auth/me").json()["email"] == ADMIN


def test_the_link_worked_once(admin: StorageState, site: Site):
    assert "http" not in site.run("users", "setup-link")


def test_the_password_opens_the_page_that_was_asked_for(admin: StorageState, open_tab: Opener):
    page = open_tab()
    page.goto("/users")
    asked_to_sign_in(page)
    fill_sign_in(page, ADMIN, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Users")


def test_a_wrong_password_says_so_and_keeps_the_address(admin: StorageState, open_tab: Opener):
    page = open_tab()
    page.goto("/sign-in")
    fill_sign_in(page, ADMIN, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("do not match")
    expect(page.get_by_label("E-mail")).to_have_value(ADMIN)


def test_signing_out_ends_it(admin: StorageState, open_tab: Opener):
    page = open_tab()
    page.goto("/sign-in")
    fill_sign_in(page, ADMIN, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    page.get_by_role("button", name="Account of").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in**")
    page.goto("/users")
    asked_to_sign_in(page)
