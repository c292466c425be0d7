"""Cold browser to visible chart: our demand page with a million orders, a Streamlit and a Dash page with its figure.

    benchmarks/.peers/bin/python -m benchmarks.page_load

Every run starts a new Chromium without cache. The clock is the page's own, from the start of the navigation until the
frame in which the history's line is painted: whatever drew it, an SVG path in sight with a point for most of its days.
Peers draw it with Plotly at once. We paint it before our scripts arrive and let Plotly take over, so the moment when
Plotly's own line stands there, and answers the pointer, is measured too. Bytes are all that came over the wire until a
second later, websockets included. Runs take turns, so that a slow moment of the machine hits all three. All servers are
warm, the peers' figure is made before anybody asks, and Dash runs under a production server.
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
MARKS = """
const VERTICES = 100;
const isLine = (path) => {
  const box = path.getBoundingClientRect();
  const seen = box.width > 200 && box.top < innerHeight && path.checkVisibility({ visibilityProperty: true });
  return seen && getComputedStyle(path).stroke !== "none" && path.getAttribute("d").split(/[LHV]/i).length > VERTICES;
};
// A task after the frame's callbacks runs when the frame has been painted.
const afterPaint = (name) => requestAnimationFrame(() => setTimeout(() => (window[name] = performance.now())));
let drawn = false;
const look = () => {
  if (!drawn && [...document.querySelectorAll("svg path[d]")].some(isLine)) {
    drawn = true;
    afterPaint("drawnAt");
  }
  const line = [...document.querySelectorAll(".js-plotly-plot .scatterlayer path.js-line")].find(isLine);
  if (line) afterPaint("liveAt");
  else requestAnimationFrame(look);
};
look();
"""


@dataclass
class Contender:
    """A page, how to be let in, and what was measured: seconds until the chart is seen and live, megabytes."""

    name: str
    url: str
    cookies: list[dict[str, Any]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    live: list[float] = field(default_factory=list)
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
        seen, live = median(contender.seconds), median(contender.live)
        print(f"{contender.name}: seen {seen:.2f} s, live {live:.2f} s, {median(contender.megabytes):.2f} MB")
    tell(ours, streamlit, 1 / 3)
    tell(ours, dash, 1 / 2)
    for other in (streamlit, dash):
        value = median(ours.live) / median(other.live)
        ratios.tell(f"seconds until it answers the pointer, ours over {other.name}", value, "below 1", value < 1)
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
    page.add_init_script(MARKS)
    moved = bytes_moved(page)
    page.goto(contender.url, wait_until="commit")
    page.wait_for_function("window.drawnAt && window.liveAt", timeout=120_000)
    seconds, live = (page.evaluate(f"window.{mark}") / 1000 for mark in ("drawnAt", "liveAt"))
    page.wait_for_timeout(1000)
    browser.close()
    if counts:
        contender.seconds.append(seconds)
        contender.live.append(live)
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
    dash = ["-m", "waitress", "--threads=8", f"--listen=localhost:{port}", "dash_page:server"]
    command = [sys.executable, *(streamlit if name == "streamlit" else dash)]
    with (million.OUT / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            env=os.environ | {"FIGURE": str(FIGURE), "PYTHONPATH": str(PAGES)},
            stdout=log,
            stderr=log,
            cwd=million.OUT,
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
