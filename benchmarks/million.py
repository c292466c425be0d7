"""A running site with a million order lines, for the benchmarks that ask it for pages and answers."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np
import pandas as pd

OUT = Path(__file__).parent / "out"
ROOT = Path(__file__).parents[1]
DATA = OUT / "million"
LINES, PRODUCTS, CUSTOMERS, DAYS = 1_000_000, 250, 4_000, 3 * 365
EMAIL, PASSWORD = "bench@example.com", "a benchmark needs a password too"


@dataclass(frozen=True)
class Site:
    """Where the site answers, and how to get in."""

    url: str
    key: str
    cookie: str


def orders(path: Path, lines: int = LINES) -> None:
    """Write order lines with a trend, a week, a year and products of very different size. Seeded."""
    random = np.random.default_rng(0)
    day = np.arange(DAYS)
    weight = (1 + day / DAYS) * (1 + 0.4 * np.sin(2 * np.pi * day / 7)) * (1 + 0.2 * np.sin(2 * np.pi * day / 365))
    days = np.sort(random.choice(day, lines, p=weight / weight.sum()))
    product = random.zipf(1.3, lines) % PRODUCTS
    start = pd.Timestamp.now().normalize() - pd.Timedelta(days=DAYS)
    stamps = start + pd.to_timedelta(days, unit="D") + pd.to_timedelta(random.integers(8 * 3600, 19 * 3600, lines), "s")
    frame = pd.DataFrame(
        {
            "order_id": np.arange(lines) // 4,
            "ordered_at": stamps.strftime("%Y-%m-%dT%H:%M:%S"),
            "product_id": np.char.add("P", product.astype(str)),
            "quantity": random.poisson(3, lines) + 1,
            "unit_price": (1000 + 37 * product).astype(float),
            "customer_id": np.char.add("C", random.integers(0, CUSTOMERS, lines).astype(str)),
        }
    )
    frame.to_csv(path, index=False)


@contextmanager
def site(data: Path = DATA, prepare: Callable[[dict[str, str]], None] | None = None) -> Iterator[Site]:
    """The production site on a free port, its data made by `prepare(environment)` on first use and kept in `data`."""
    port = free_port()
    environment = os.environ | {
        "DATA_DIR": str(data),
        "DATABASE_URL": "",
        "PORT": str(port),
        "PUBLIC_URL": f"http://localhost:{port}",
        "RATE_LIMIT": "10000000/minute",
        "LOG_LEVEL": "WARNING",
    }
    if not (data / "ready").exists():
        data.mkdir(parents=True, exist_ok=True)
        (prepare or _prepare)(environment)
        (data / "ready").touch()
    url = f"http://localhost:{port}"
    with (OUT / "site.log").open("wb") as log:
        serving = subprocess.Popen(
            [sys.executable, "-m", "ml_insights", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        wait_for(f"{url}/api/ml/health", serving)
        yield Site(url, _key(environment), _sign_in(url))
    finally:
        serving.terminate()
        serving.wait(30)


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 300) -> None:
    """Return once `url` answers. Exits when the process ends first or time is up."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"{url} did not answer; see {OUT}")


def figure() -> str:
    """History and 30-day forecast of the total as JSON, for the peers' pages. Call it after `site` made the data."""
    program = (
        "import json\n"
        "from ml_insights.core.database import reading\n"
        "from ml_insights.core.settings import settings\n"
        "from ml_insights.commerce.queries import active_dataset, daily_totals\n"
        "from ml_insights.demand.policy import Ahead\n"
        "from ml_insights.demand.service import answers\n"
        "from ml_insights.demand.state.address import DEFAULT_SPAN\n"
        "with reading() as session:\n"
        "    past = daily_totals(session, active_dataset(session), settings().zone).tail(DEFAULT_SPAN)\n"
        "ahead = json.loads(answers.predict(answers.Question(Ahead(30)), 'en'))['forecast']\n"
        "columns = {name: [row[name] for row in ahead] for name in ahead[0]}\n"
        "days = past['day'].dt.strftime('%Y-%m-%d').tolist()\n"
        "print(json.dumps(columns | {'days': days, 'history': past['units'].tolist()}))\n"
    )
    return _asked(program, os.environ | {"DATA_DIR": str(DATA), "DATABASE_URL": ""})


def _prepare(environment: dict[str, str]) -> None:
    path = OUT / "million.csv"
    orders(path)
    command(environment, "migrate")
    command(environment, "import", str(path))
    command(environment, "forecast")
    add_admin(environment)


def add_admin(environment: dict[str, str]) -> None:
    """Who looks at the pages."""
    command(environment, "users", "add", EMAIL, "--role", "admin", "--password-stdin", text=PASSWORD)


def command(environment: dict[str, str], *arguments: str, text: str = "") -> None:
    """Run a command of the product on a site's data."""
    subprocess.run(
        [sys.executable, "-m", "ml_insights", *arguments],
        cwd=ROOT,
        env=environment,
        input=text,
        text=True,
        stdout=subprocess.DEVNULL,
        check=True,
    )


def _key(environment: dict[str, str]) -> str:
    """A key with the scope read. There is no command for it: keys are made on the page, by a person."""
    program = (
        "from ml_insights.accounts.service import create_key\n"
        "from ml_insights.core.access import Role\n"
        "from ml_insights.core.database import transaction\n"
        "with transaction() as session:\n"
        "    print(create_key(session, 'benchmark', Role.ANALYST, ['read'], None, 'benchmark').secret)\n"
    )
    return _asked(program, environment)


def _asked(program: str, environment: dict[str, str]) -> str:
    """What a program prints that works on the application's data; settings are read once per process."""
    made = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return made.stdout.strip()


def _sign_in(url: str) -> str:
    """Value of the session cookie."""
    import httpx

    form = {"email": EMAIL, "password": PASSWORD}
    answer = httpx.post(f"{url}/api/auth/sign-in", data=form, headers={"Origin": url})
    return answer.cookies["session"]


def free_port() -> int:
    """A TCP port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
