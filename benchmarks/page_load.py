"""Cold browser to visible chart: our demand page with a million orders, a Streamlit and a Dash page with its figure.

    benchmarks/.peers/bin/python -m benchmarks.page_load

Every run starts a new Chromium without cache. The clock is the page's own, from the start of the navigation until the
history's line is drawn; bytes are all that came over the wire, websockets included. Runs take turns, so that a slow
moment of the machine hits all three. The peers' servers are warm and their figure is made before anybody asks.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import BrowserType, Page, sync_playwright

from benchmarks import million, ratios

RUNS = int(os.environ.get("BENCH_RUNS", "7"))
FIGURE = million.OUT / "figure.json"
PAGES = Path(__file__).parent / "peers"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
DRAWN = """
const look = () => {
  const line = document.querySelector(".js-plotly-plot .scatterlayer path.js-line");
  if (line && line.getAttribute("d")) window.drawnAt = performance.now();
  else requestAnimationFrame(look);
};
look();
"""


@dataclass
class Contender:
    """A page, how to be let in, and what was measured: seconds and megabytes per run."""

    name: str
    url: str
    cookies: list[dict[str, Any]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)


def main() -> None:
    """Measure all three and tell the ratios of the medians."""
    with ExitStack() as stack:
        site = stack.enter_context(million.site())
        FIGURE.write_text(million.figure())
        cookie = {"name": "session", "value": site.cookie, "url": site.url}
        ours = Contender("ML Insights", f"{site.url}/ml-insights", [cookie])
        streamlit, dash = (stack.enter_context(peer(name)) for name in ("streamlit", "dash"))
        contenders = [ours, streamlit, dash]
        playwright = stack.enter_context(sync_playwright())
        for run in range(RUNS + 1):
            for contender in contenders:
                measure(playwright.chromium, contender, counts=run > 0)
    for contender in contenders:
        print(f"{contender.name}: {median(contender.seconds):.2f} s, {median(contender.megabytes):.2f} MB")
    tell(ours, streamlit, 1 / 3)
    tell(ours, dash, 1 / 2)
    size = max(ours.megabytes)
    ratios.tell("megabytes moved until the chart is visible", size, "below 1", size < 1)


def tell(ours: Contender, peer: Contender, most: float) -> None:
    """The ratio of two medians."""
    value = median(ours.seconds) / median(peer.seconds)
    ratios.tell(f"seconds to the chart, ours over {peer.name}", value, f"at most {most:.2f}", value <= most)


def measure(chromium: BrowserType, contender: Contender, counts: bool) -> None:
    """One visit with a browser that has never been there; the first round only warms the servers up."""
    path = os.environ.get("CHROMIUM") or ("/usr/bin/chromium" if Path("/usr/bin/chromium").exists() else None)
    browser = chromium.launch(executable_path=path, args=FLAGS)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    context.add_cookies(contender.cookies)  # pyright: ignore[reportArgumentType]
    page = context.new_page()
    page.add_init_script(DRAWN)
    moved = bytes_moved(page)
    page.goto(contender.url, wait_until="commit")
    page.wait_for_function("window.drawnAt", timeout=120_000)
    seconds = page.evaluate("window.drawnAt") / 1000
    page.wait_for_timeout(1000)
    browser.close()
    if counts:
        contender.seconds.append(seconds)
        contender.megabytes.append(sum(moved) / 1e6)


def bytes_moved(page: Page) -> list[float]:
    """A list that grows with every byte that arrives: answers as they were encoded, and websocket frames."""
    moved: list[float] = []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: moved.append(event["encodedDataLength"]))
    network.on("Network.webSocketFrameReceived", lambda event: moved.append(len(event["response"]["payloadData"])))
    return moved


@contextmanager
def peer(name: str) -> Iterator[Contender]:
    """A peer's page, served from its own process."""
    port = million.free_port()
    script = PAGES / f"{name}_page.py"
    streamlit = ["-m", "streamlit", "run", "--server.headless=true", f"--server.port={port}"]
    streamlit += ["--browser.gatherUsageStats=false", "--server.fileWatcherType=none", str(script)]
    command = [sys.executable, *(streamlit if name == "streamlit" else [str(script), str(port)])]
    with (million.OUT / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=os.environ | {"FIGURE": str(FIGURE)}, stdout=log, stderr=log, cwd=million.OUT
        )
    url = f"http://localhost:{port}"
    try:
        million.wait_for(url, process)
        yield Contender(name.capitalize(), url)
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    main()
