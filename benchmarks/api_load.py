"""p95 of the demand API at 50 connections, measured from a process of its own.

    python -m benchmarks.api_load [http://localhost:3000 --key mli_…] [--connections 50] [--seconds 10]

Without an address it starts a site with a million orders. A site of your own needs a RATE_LIMIT that allows it (e.g.
RATE_LIMIT=1000000/minute). Each connection asks again as soon as
it has its answer, for another series, measure or number of days each time, so that no single answer is measured.
"""

import argparse
import asyncio
import itertools
import json
import random
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass

import httpx

from benchmarks import million, ratios

LIMIT_MS = 100.0


@dataclass(frozen=True)
class Load:
    """Milliseconds per answer under load. `failed` counts answers that were not 200."""

    connections: int
    requests: int
    failed: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float

    @property
    def passed(self) -> bool:
        """Whether nothing failed and p95 is below the limit."""
        return self.failed == 0 and self.p95_ms < LIMIT_MS


async def measure(base: str, key: str, connections: int, seconds: float) -> Load:
    """Ask with `connections` at once for `seconds`, after one second to warm up."""
    paths = questions(base, key)
    await asyncio.gather(*[_ask(base, key, paths, 1.0, seed) for seed in range(connections)])
    started = time.perf_counter()
    answers = await asyncio.gather(*[_ask(base, key, paths, seconds, seed) for seed in range(connections)])
    return summarise(list(itertools.chain.from_iterable(answers)), connections, time.perf_counter() - started)


def questions(base: str, key: str) -> list[str]:
    """Paths for the biggest series of both measures and several horizons."""
    paths: list[str] = []
    with httpx.Client(base_url=base, headers={"Authorization": f"Bearer {key}"}, timeout=30) as client:
        for measured in ("units", "revenue"):
            page = client.get("/api/ml/demand/series", params={"measure": measured, "limit": 20}).raise_for_status()
            for series, days in itertools.product(page.json()["series"], (7, 30, 90)):
                paths.append(
                    f"/api/ml/predict/demand/{days}?{httpx.QueryParams(series=series['id'], measure=measured)}"
                )
    return paths


async def _ask(base: str, key: str, paths: list[str], seconds: float, seed: int) -> list[tuple[float, bool]]:
    """Milliseconds and success of every answer on one kept connection.

    Written on bare streams: a full client costs more than the server, and its own queue would be measured instead.
    """
    address = httpx.URL(base)
    reader, writer = await asyncio.open_connection(address.host, address.port or 80)
    headers = f"Host: {address.netloc.decode()}\r\nAuthorization: Bearer {key}"
    chosen, answers = random.Random(seed), []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        started = time.perf_counter()
        writer.write(f"GET {chosen.choice(paths)} HTTP/1.1\r\n{headers}\r\n\r\n".encode())
        fine = await _answered(reader)
        answers.append((1000 * (time.perf_counter() - started), fine))
    writer.close()
    return answers


async def _answered(reader: asyncio.StreamReader) -> bool:
    """Read one answer to its end; whether it was 200."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = next(line for line in head.split("\r\n") if line.startswith("content-length:"))
    await reader.readexactly(int(length.partition(":")[2]))
    return head.startswith("http/1.1 200 ")


def summarise(answers: list[tuple[float, bool]], connections: int, seconds: float) -> Load:
    """Percentiles of the answers' times."""
    times = sorted(milliseconds for milliseconds, _ in answers)

    def percentile(share: float) -> float:
        return round(times[min(int(share * len(times)), len(times) - 1)], 1)

    failed = sum(not fine for _, fine in answers)
    rate = round(len(times) / seconds, 1)
    return Load(connections, len(times), failed, rate, percentile(0.5), percentile(0.95), percentile(0.99))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", nargs="?")
    parser.add_argument("--key", help="an API key with the scope read")
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10.0)
    asked = parser.parse_args()
    with ExitStack() as stack:
        if not asked.base:
            site = stack.enter_context(million.site())
            asked.base, asked.key = site.url, site.key
        load = asyncio.run(measure(asked.base, asked.key, asked.connections, asked.seconds))
    print(json.dumps(asdict(load)))
    claim = f"milliseconds, p95 of the demand API at {load.connections} connections"
    ratios.tell(claim, load.p95_ms, f"below {LIMIT_MS:.0f}, no failures", load.passed)


if __name__ == "__main__":
    main()
