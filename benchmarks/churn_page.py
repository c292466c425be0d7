"""Opening the churn page with 100,000 scored customers: seconds from the click to the table.

    benchmarks/.peers/bin/python -m benchmarks.churn_page

The customers are scored by the product itself, from orders that are imported. Every run starts a new Chromium without
cache; the clock is the page's own, from the start of the navigation until the frame in which the table's first rows are
painted. Measured twice: the work list that the page opens with, and the list of every customer.
"""

import os
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from playwright.sync_api import BrowserType, sync_playwright

from benchmarks import million, ratios
from benchmarks.page_load import FLAGS

RUNS = int(os.environ.get("BENCH_RUNS", "7"))
CUSTOMERS, DAYS = 145_000, 730
DATA = million.OUT / "churn"
VIEWS = {"alerts": "/ml-insights/churn", "customers": "/ml-insights/churn?view=customers"}
LEAST_ROWS = 10
MARK = f"""
const afterPaint = () => requestAnimationFrame(() => setTimeout(() => (window.tableAt = performance.now())));
const look = () => {{
  const rows = document.querySelectorAll("main .table tbody tr");
  rows.length >= {LEAST_ROWS} && rows[0].checkVisibility() ? afterPaint() : requestAnimationFrame(look);
}};
look();
"""


def main() -> None:
    """Measure both views and tell the medians."""
    with million.site(DATA, prepare) as site, sync_playwright() as playwright:
        for view, path in VIEWS.items():
            runs = [measure(playwright.chromium, site, path) for _ in range(RUNS + 1)][1:]
            print(f"{view}: {', '.join(f'{one:.2f}' for one in runs)} s")
            value = median(runs)
            ratios.tell(f"seconds to the table of {view}, 100,000 customers", value, "below 1", value < 1)


def measure(chromium: BrowserType, site: million.Site, path: str) -> float:
    """One visit with a browser that has never been there."""
    executable = os.environ.get("CHROMIUM") or ("/usr/bin/chromium" if Path("/usr/bin/chromium").exists() else None)
    browser = chromium.launch(executable_path=executable, args=FLAGS)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    context.add_cookies([{"name": "session", "value": site.cookie, "url": site.url}])
    page = context.new_page()
    page.add_init_script(MARK)
    page.goto(site.url + path, wait_until="commit")
    page.wait_for_function("window.tableAt", timeout=120_000)
    seconds = page.evaluate("window.tableAt") / 1000
    browser.close()
    return seconds


def prepare(environment: dict[str, str]) -> None:
    """Orders of many customers, imported and scored."""
    path = million.OUT / "churn.csv"
    orders(path)
    million.command(environment, "migrate")
    million.command(environment, "import", str(path))
    million.command(environment, "jobs", "run", "churn-alerts")
    million.add_admin(environment)


def orders(path: Path) -> None:
    """Write orders of customers who each buy at a pace of their own until they leave. Seeded."""
    random = np.random.default_rng(0)
    pace, leaves = random.gamma(4, 20, CUSTOMERS) + 20, random.exponential(1500, CUSTOMERS)
    joined = random.uniform(0, DAYS - 60, CUSTOMERS)
    steps = random.exponential(1, (CUSTOMERS, 12)) * pace[:, None]
    days = joined[:, None] + np.cumsum(steps, axis=1) - steps[:, :1]
    customer, order = np.nonzero((days < DAYS) & (days <= joined[:, None] + leaves[:, None]))
    start = pd.Timestamp.now().normalize() - pd.Timedelta(days=DAYS + 1)
    stamps = start + pd.to_timedelta(days[customer, order].astype(int), unit="D") + pd.Timedelta(hours=12)
    frame = pd.DataFrame(
        {
            "order_id": np.arange(len(customer)),
            "ordered_at": stamps.strftime("%Y-%m-%dT%H:%M:%S"),
            "product_id": np.char.add("P", (customer % 50).astype(str)),
            "quantity": 1,
            "unit_price": np.round(random.lognormal(10, 1, len(customer))),
            "customer_id": np.char.add("C", customer.astype(str)),
        }
    )
    frame.to_csv(path, index=False)


if __name__ == "__main__":
    main()
