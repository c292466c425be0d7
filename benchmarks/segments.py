"""Segments of every real order line, end to end, against pandas with scikit-learn and the same search for k.

    python -m benchmarks.segments [MEASURE FOLDER]

Both start from the rows in the same SQLite file and end with a segment for everybody. Ours is the product's job, from
nothing: orders added up by the database, the number of segments by silhouette and stability, names, movements of twelve
months, quintile scores, and everything written to tables, ledger and registry. The peer reads the rows with pandas,
groups them, asks the same questions of the same ranks with scikit-learn, and writes nothing. They take turns, each in a
process of its own with one thread, which is the faster way for both with so few points; each figure is the median of
user and system time, which other programs on the machine hardly change. Then the lines are ten times as many: ten times
the orders of the same customers.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import ratios, series

RUNS = int(os.environ.get("BENCH_RUNS", "3"))
TIMES = 10
MOST_TIMES, MOST_GROWTH_MB = 11.0, 64.0
PAIRS = 4
FEWEST, MOST = 3, 8


def main() -> None:
    """Measure both, then ours with ten times the rows."""
    if len(sys.argv) > 1:
        measure(sys.argv[1], Path(sys.argv[2]))
        return
    orders = real_orders()
    with TemporaryDirectory() as folder:
        small, large = Path(folder) / "once", Path(folder) / "ten"
        fill(small, orders, 1)
        fill(large, orders, TIMES)
        ours, peer, big = [], [], []
        for _ in range(RUNS):
            ours.append(run("ours", small))
            peer.append(run("peer", small))
            big.append(run("ours", large))
    tell(len(orders), middle(ours), middle(peer), middle(big))


def tell(lines: int, ours: dict[str, float], peer: dict[str, float], big: dict[str, float]) -> None:
    """The figures of all three."""
    for name, one in (("ours", ours), ("pandas with scikit-learn", peer), ("ours, ten times the lines", big)):
        print(f"{name}: {one['cpu']:.2f} s of CPU, {one['wall']:.2f} s, {one['megabytes']:.0f} MB, k = {one['k']:.0f}")
    against = ours["cpu"] / peer["cpu"]
    ratios.tell(f"time for {lines:,} lines over pandas with scikit-learn", against, "at most 2", against <= 2)
    growth = big["cpu"] / ours["cpu"]
    ratios.tell("time for ten times the lines", growth, "at most 11 times", growth <= MOST_TIMES)
    more = big["megabytes"] - ours["megabytes"]
    ratios.tell("memory for ten times the lines, MB more", more, "below 64", more < MOST_GROWTH_MB)


def middle(runs: list[dict[str, float]]) -> dict[str, float]:
    """Median of each figure."""
    return {name: median(one[name] for one in runs) for name in runs[0]}


def run(who: str, folder: Path) -> dict[str, float]:
    """One measurement, in a process of its own, on a database that nothing was computed from yet."""
    with TemporaryDirectory() as place:
        copy = Path(place) / "data"
        shutil.copytree(folder, copy)
        environment = os.environ | {"DATA_DIR": str(copy), "DATABASE_URL": "", "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "benchmarks.segments", who, str(copy)]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(who: str, folder: Path) -> None:
    """Do it, and print what it took as JSON; libraries are loaded before."""
    import sklearn.cluster
    import sklearn.metrics

    from ml_insights.segments import jobs  # noqa: F401

    database = folder / "ml_insights.db"
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    k = ours() if who == "ours" else peer(database, sklearn)
    after = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "wall": time.perf_counter() - started,
        "megabytes": after.ru_maxrss / 1024,
        "k": k,
    }
    print(json.dumps(told))


def ours() -> int:
    """The product's job."""
    from ml_insights.segments.jobs import segment

    return len(segment(lambda *_, **__: None, "company", force=True)["segments"])


def peer(database: Path, sklearn: Any) -> int:
    """What an analyst writes: read, group, rank, search for k, assign."""
    with sqlite3.connect(database) as connection:
        lines = pd.read_sql(
            "SELECT order_id, ordered_at, quantity, unit_price, customer_id FROM order_lines "
            "WHERE customer_id IS NOT NULL",
            connection,
        )
    lines["ordered_at"] = pd.to_datetime(lines["ordered_at"], format="ISO8601")
    lines["amount"] = lines["quantity"] * lines["unit_price"]
    sales = lines[lines["quantity"] > 0]
    last = lines["ordered_at"].max()
    table = pd.DataFrame(
        {
            "recency": (last - sales.groupby("customer_id")["ordered_at"].max()).dt.days,
            "frequency": sales.groupby("customer_id")["order_id"].nunique(),
            "monetary": lines.groupby("customer_id")["amount"].sum(),
        }
    ).dropna(subset=["recency"])
    points = table.assign(recency=-table["recency"]).rank(pct=True).to_numpy()
    return search(points, sklearn)


def search(points: np.ndarray, sklearn: Any) -> int:
    """Silhouette times the agreement of halves, for each k; then the labels of the best."""
    scores: dict[int, float] = {}
    for k in range(FEWEST, MOST + 1):
        labels = sklearn.cluster.KMeans(k, n_init=4, random_state=0).fit_predict(points)
        agreed = []
        for pair in range(PAIRS):
            order = np.random.default_rng(pair + 1).permutation(len(points))
            halves = (order[: len(points) // 2], order[len(points) // 2 :])
            found = [sklearn.cluster.KMeans(k, n_init=2, random_state=0).fit(points[half]) for half in halves]
            agreed.append(sklearn.metrics.adjusted_rand_score(*(one.predict(points) for one in found)))
        scores[k] = sklearn.metrics.silhouette_score(points, labels) * float(np.mean(agreed))
    best = max(scores, key=lambda k: scores[k])
    sklearn.cluster.KMeans(best, n_init=4, random_state=0).fit_predict(points)
    return best


def real_orders() -> pd.DataFrame:
    """Online Retail as order lines of the product."""
    path = series.folder() / "online_retail_uci" / "online_retail.csv.gz"
    frame = pd.read_csv(path, encoding_errors="replace", dtype={"InvoiceNo": str, "StockCode": str})
    times = pd.to_datetime(frame["InvoiceDate"]).dt.strftime("%Y-%m-%d %H:%M:%S.%f")
    customer = frame["CustomerID"].astype("Int64").astype(object).where(frame["CustomerID"].notna(), None)
    return pd.DataFrame(
        {
            "order_id": frame["InvoiceNo"],
            "product_id": frame["StockCode"],
            "ordered_at": times,
            "quantity": frame["Quantity"].astype(float),
            "unit_price": frame["UnitPrice"].astype(float),
            "customer_id": [None if one is None else str(one) for one in customer],
        }
    )


def fill(folder: Path, orders: pd.DataFrame, times: int) -> None:
    """A database of the product that holds the lines `times` times, each time as orders of other numbers."""
    folder.mkdir()
    environment = os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": ""}
    subprocess.run([sys.executable, "-m", "ml_insights", "migrate"], env=environment, check=True, capture_output=True)
    columns = ("order_id", "product_id", "ordered_at", "quantity", "unit_price", "customer_id")
    occurrence = orders.groupby(["order_id", "product_id"]).cumcount().tolist()
    statement = (
        "INSERT INTO order_lines (dataset, occurrence, order_id, product_id, ordered_at, quantity, unit_price, "
        "customer_id) VALUES ('company', ?, ?, ?, ?, ?, ?, ?)"
    )
    with sqlite3.connect(folder / "ml_insights.db") as database:
        for copy in range(times):
            again = orders.assign(order_id=orders["order_id"] + f"-{copy}" if copy else orders["order_id"])
            rows = zip(occurrence, *(again[name].tolist() for name in columns), strict=True)
            database.executemany(statement, rows)


if __name__ == "__main__":
    main()
