"""An admin invites, keeps out and makes keys; strangers and other sites get nothing."""

import http.client
import re
from urllib.parse import urlsplit

from playwright.sync_api import StorageState, expect

from tests.e2e.conftest import ADMIN, PASSWORD, Opener
from tests.fixtures.sites import Site

GUEST, GUEST_NAME = "tomas@example.com", "Tomás"
LOAD_USERS = "reflex___state____state.ml_insights___accounts___state___users____users_state.load"
STRANGERS_EVENT = """
([url, name]) => new Promise((resolve) => {
  const heard = [], token = crypto.randomUUID();
  const socket = new WebSocket(`${url.replace("http", "ws")}/_event/?EIO=4&transport=websocket&token=${token}`);
  const event = { name, payload: {}, router_data: { pathname: "/users" } };
  socket.onmessage = ({ data }) => {
    heard.push(data);
    if (data.startsWith("0")) socket.send("40/_event,");
    if (data.startsWith("40/_event")) socket.send("42/_event," + JSON.stringify(["event", event]));
    if (heard.length > 2) resolve(heard.join("\\n"));
  };
})
"""


def test_somebody_is_invited_comes_in_by_the_link_and_is_kept_out_again(
    admin: StorageState, open_tab: Opener, site: Site
):
    page = open_tab(admin)
    page.goto("/users")
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_label("E-mail").fill(GUEST)
    page.get_by_label("Name", exact=True).fill(GUEST_NAME)
    page.locator("select[name=role]").select_option("technician")
    page.get_by_role("button", name="Make the invitation").click()
    link = page.get_by_label(f"One-time link for {GUEST}").input_value()

    guest = open_tab()
    guest.goto(link)
    expect(guest.locator("input[name=email]")).to_have_value(GUEST)
    guest.get_by_label("Password").fill(PASSWORD)
    guest.keyboard.press("Enter")
    expect(guest.get_by_role("heading", level=1)).to_have_text("Overview")
    expect(guest.get_by_role("link", name="Users")).to_have_count(0)
    guest.goto("/users")
    expect(guest.get_by_text("Your role does not include this page")).to_be_visible()
    other = open_tab()
    other.goto(link)
    expect(other.get_by_text("This link no longer works")).to_be_visible()

    page.get_by_label(f"Deactivate {GUEST_NAME}").click()
    page.get_by_role("button", name="Deactivate", exact=True).click()
    expect(page.get_by_role("row", name=GUEST_NAME).get_by_text("Deactivated")).to_be_visible()
    guest.goto("/account")
    expect(guest).to_have_url(re.compile("/sign-in"))


def test_the_last_admin_keeps_the_role(admin: StorageState, open_tab: Opener):
    page = open_tab(admin)
    page.goto("/users")
    role = page.get_by_role("row", name=ADMIN).locator("select")
    role.select_option("sales")
    expect(page.get_by_text("This is the last active admin")).to_be_visible()
    expect(role).to_have_value("admin")


def test_a_key_is_shown_once_works_and_is_revoked(admin: StorageState, open_tab: Opener):
    page = open_tab(admin)
    page.goto("/api-keys")
    page.get_by_role("button", name="New key").first.click()
    page.get_by_label("Name", exact=True).fill("Spreadsheet")
    page.get_by_role("button", name="Make the key").click()
    headers = {"X-API-Key": page.get_by_label("Your new key").input_value()}
    assert page.request.get("/api/auth/me", headers=headers).json()["name"] == "Spreadsheet"
    page.reload()
    row = page.get_by_role("row", name="Spreadsheet")
    expect(row).to_be_visible()
    expect(page.get_by_label("Your new key")).to_have_count(0)
    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Revoke").click()
    expect(row.get_by_text("Revoked")).to_be_visible()
    assert page.request.get("/api/auth/me", headers=headers).status == 401


def test_the_chosen_language_comes_with_the_account(admin: StorageState, open_tab: Opener):
    page = open_tab(admin)
    page.goto("/account")
    for language, heading in (("es", "Su cuenta"), ("", "Your account")):
        page.locator("select[name=language]").select_option(language)
        page.locator("form", has=page.locator("select[name=language]")).get_by_role("button").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def test_a_strangers_event_is_answered_with_sign_in_alone(open_tab: Opener, site: Site, admin: StorageState):
    page = open_tab()
    page.goto("/sign-in")
    answer = page.evaluate(STRANGERS_EVENT, [site.url, LOAD_USERS])
    assert "/sign-in" in answer and ADMIN not in answer


def test_another_site_cannot_open_the_socket(site: Site):
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=10)
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    connection.request(
        "GET", "/_event/?EIO=4&transport=websocket", headers=upgrade | key | {"Origin": "https://evil.example"}
    )
    assert connection.getresponse().status == 403
    connection.close()
