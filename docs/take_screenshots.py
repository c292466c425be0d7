"""Take the pictures of the demand page again, from the real orders of an online shop.

    ML_INSIGHTS_REAL_DATA=folder python -m docs.take_screenshots

Builds a site of its own (pounds, London) in a temporary folder, imports UCI Online Retail by command, computes the
forecast, and photographs the page in both themes and languages. Charts only: no row of the data is shown.
"""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.fixtures.browsers import FLAGS, chromium
from tests.fixtures.sites import Site, served

IMAGES = Path(__file__).parent / "images"
SHOP = {"CURRENCY": "GBP", "TIMEZONE": "Europe/London", "COUNTRY": "GB"}
EMAIL, PASSWORD = "admin@example.com", "one sentence to remember"
VIEWPORT = {"width": 1440, "height": 980}


def main() -> None:
    """Import, forecast, photograph."""
    orders = Path(os.environ["ML_INSIGHTS_REAL_DATA"]) / "online_retail_uci" / "online_retail.csv.gz"
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, served(Path(folder), **SHOP, REFLEX_WEB_WORKDIR=f"{folder}/web") as site:
        print(site.run("import", str(orders), "--skip-bad"))
        site.run("forecast")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(playwright), args=FLAGS)
            add_admin(site)
            for language, locale in (("en", "en-GB"), ("es", "es-CL")):
                for theme in ("light", "dark"):
                    photograph(browser, site, locale, theme, IMAGES / f"demand-{theme}-{language}.png")
            browser.close()


def add_admin(site: Site) -> None:
    """Somebody who may look; the password goes by standard input, as on any server."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "ml_insights",
            "users",
            "add",
            EMAIL,
            "--role",
            "admin",
            "--name",
            "Ana",
            "--password-stdin",
        ],
        env=site.environment,
        input=PASSWORD,
        text=True,
        check=True,
    )


def photograph(browser: Browser, site: Site, locale: str, theme: str, path: Path) -> None:
    """Sign in and take one picture, from the top to the end of the chart."""
    context = browser.new_context(base_url=site.url, locale=locale, color_scheme=theme, viewport=VIEWPORT)
    page = context.new_page()
    page.goto("/sign-in?next=/ml-insights")
    page.locator("input[name=email]").fill(EMAIL)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path, clip={"x": 0, "y": 0, "width": VIEWPORT["width"], "height": chart_end(page)})
    context.close()


def chart_end(page: Page) -> float:
    """Where the chart's card ends, in pixels from the top."""
    box = page.locator("section.card", has=page.locator(".js-plotly-plot")).first.bounding_box()
    return min(VIEWPORT["height"], box["y"] + box["height"] + 16) if box else VIEWPORT["height"]


if __name__ == "__main__":
    main()
