"""Reads the numbers that a page shows."""

import re

from playwright.sync_api import Locator, Page, expect


def headline_card(page: Page, label: str) -> Locator:
    """The headline card of that name."""
    return page.locator(".kpi").filter(has=page.get_by_text(label, exact=True))


def headline(page: Page, label: str) -> float:
    """The number of a headline card, once it has one; large amounts of money are written as 1.48M."""
    value = headline_card(page, label).locator(".kpi-value")
    expect(value).to_have_text(re.compile(r"\d"))
    shown = value.inner_text()
    scale = {"K": 1e3, "M": 1e6, "B": 1e9}.get(shown[-1], 1.0)
    return float(re.sub(r"[^\d.-]", "", shown)) * scale


def wait_for_figure(page: Page, trace: str, points: int) -> dict[str, list[float]]:
    """Each trace's values, once `trace` has as many points as asked for."""
    page.wait_for_function(
        "([read, name, points]) => eval(read)()[name]?.length === points", arg=[FIGURE, trace, points]
    )
    return page.evaluate(FIGURE)


FIGURE = """() => Object.fromEntries(
  (document.querySelector(".js-plotly-plot")?.data ?? []).map((trace) => [trace.name, Array.from(trace.y)]))"""
