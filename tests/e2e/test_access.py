"""Who may see and do what, tried from the outside."""

import json
import re
import sqlite3

import pytest
from playwright.sync_api import Page, StorageState, expect

from ml_insights.core.access import Role, allowed
from ml_insights.ui.navigation import groups, pages
from tests.e2e.conftest import ADMIN, PASSWORD, Opener, asked_to_sign_in, fill_sign_in
from tests.e2e.scripts import Scripts
from tests.fixtures.sites import Site

LISTED = [page for _, entries in groups() for page in entries]
CATCH_SOCKETS = """
  window.sockets = [];
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      window.sockets.push(this);
      window.received = [];
      this.addEventListener("message", (message) => window.received.push(String(message.data)));
    }
  };
"""
REMOVE_DEMO = "reflex___state____state.ml_insights___commerce___state____demo_state.remove"
LOAD_USERS = "reflex___state____state.ml_insights___accounts___state___users____users_state.load"


@pytest.mark.parametrize("role", [Role.ANALYST, Role.SALES, Role.TECHNICIAN])
def test_a_role_sees_its_own_pages_and_no_others(role: Role, sign_in):
    page = sign_in(role)
    for entry in LISTED:
        link = page.locator(f'.side [data-route="{entry.route}"]')
        expect(link).to_be_visible(visible=entry.area is None or allowed(role, entry.area))
    for entry in pages():
        if entry.area and not allowed(role, entry.area):
            page.goto(entry.route)
            page.wait_for_url(re.compile("/forbidden"))
            expect(page.get_by_role("main")).not_to_contain_text("@")


def test_a_forged_event_gets_nothing(sign_in, site: Site):
    before = demo_customers(site)
    page: Page = sign_in(Role.SALES)
    page.add_init_script(CATCH_SOCKETS)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    for name in (LOAD_USERS, REMOVE_DEMO):
        forged = {"name": name, "payload": {}, "router_data": {"pathname": "/", "asPath": "/", "query": {}}}
        page.evaluate("frame => window.sockets.at(-1).send(frame)", f"42/_event,{json.dumps(['event', forged])}")
    expect(page.get_by_text("Your role does not allow this").first).to_be_visible()
    answers = "".join(page.evaluate("window.received"))
    assert "@trescoihues" not in answers.replace("sales@trescoihues.example", "")
    assert demo_customers(site) == before > 0


def demo_customers(site: Site) -> int:
    with sqlite3.connect(site.data_dir / "ml_insights.db") as database:
        return database.execute("SELECT count(*) FROM customers WHERE dataset = 'demo'").fetchone()[0]


def test_a_session_that_ends_leads_to_sign_in_and_back(admin: StorageState, open_tab: Opener):
    page = open_tab()
    page.goto("/sign-in?next=/users")
    fill_sign_in(page, ADMIN, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Users")
    other = open_tab()
    other.goto("/sign-in?next=/account")
    fill_sign_in(other, ADMIN, PASSWORD)
    expect(other.get_by_role("heading", level=1)).to_have_text("Your account")
    page.context.clear_cookies(name="session")
    page.reload()
    asked_to_sign_in(page)
    fill_sign_in(page, ADMIN, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Users")


def test_a_stranger_gets_no_data(open_tab: Opener, admin: StorageState):
    page = open_tab()
    for entry in pages():
        if not entry.public:
            page.goto(entry.route)
            asked_to_sign_in(page)
    assert page.request.get("/api/ml/predict/demand/30").status == 401


REFUSED = "/sign-in?error=wrong-credentials&email=ana%40example.com"


def test_a_refused_sign_in_shows_the_address_that_was_tried(open_tab: Opener):
    page = open_tab()
    page.goto(REFUSED)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value("ana@example.com")


def test_what_was_typed_before_the_page_was_ready_stays(open_tab: Opener):
    page = open_tab()
    scripts = Scripts(page)
    page.goto(REFUSED, wait_until="commit")
    page.get_by_label("E-mail").fill("luz@example.com")
    scripts.release()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value("luz@example.com")
