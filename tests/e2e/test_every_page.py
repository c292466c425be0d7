"""What holds on every page: nothing untranslated, no barrier, no sideways scrolling, no console error."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, StorageState, expect

from ml_insights.capabilities import capabilities
from ml_insights.core.i18n import catalog
from tests.e2e.conftest import PHONE, Opener

ROUTES = [page.route for capability in capabilities() for page in capability.pages]
SERIOUS = {"serious", "critical"}
every_route = pytest.mark.parametrize("route", ROUTES)


def visit(page: Page, route: str) -> None:
    """Open a page and wait for its data."""
    page.goto(route)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".skeleton")).to_have_count(0)
    expect(page.locator("html.words-pending")).to_have_count(0)


@every_route
def test_no_barriers_in_either_theme(route: str, admin: StorageState, open_tab: Opener):
    page = open_tab(admin, color_scheme="light", reduced_motion="reduce")
    visit(page, route)
    found = {"light": barriers(page)}
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html.dark")).to_have_count(1)
    page.evaluate(REPAINTED)
    found["dark"] = barriers(page)
    assert found == {"light": [], "dark": []}


def barriers(page: Page) -> list[str]:
    """Serious faults that axe finds, with the first element of each."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {fault['nodes'][0]['html'][:160]} {fault['nodes'][0]['any'][:1]}"
        for fault in violations
        if fault["impact"] in SERIOUS
    ]


@every_route
def test_nothing_is_left_in_english_and_a_phone_shows_all(route: str, admin: StorageState, open_tab: Opener):
    page = open_tab(admin, locale="es-CL", **PHONE)
    visit(page, route)
    shown = page.evaluate(TEXTS)
    translated = {english for english, spanish in catalog("es").items() if english != spanish}
    known = set(catalog("es").values())
    assert [text for text in shown if text in translated - known] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]


REPAINTED = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null)));
}"""
"""Colours change with a transition and a frame later than the class that asks for it."""
TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [document.title];
  while (walker.nextNode()) found.push(walker.currentNode.textContent.trim());
  for (const element of document.querySelectorAll("[aria-label],[placeholder],[title],[alt]"))
    for (const name of ["aria-label", "placeholder", "title", "alt"]) found.push(element.getAttribute(name) ?? "");
  return [...new Set(found.filter(Boolean))];
}"""
