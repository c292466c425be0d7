"""A million order lines into SQLite: our whole `import` command against the sqlite3 shell's own `.import`.

    python -m benchmarks.import_orders [FILE]

Both start from nothing and take turns; each figure is the median. Ours parses, validates, converts times to UTC,
numbers equal lines and keeps a unique index; the index of pages by customer is made with the first computation after
it. `.import` copies text into a bare table without any index. Without the shell, Python's csv
and sqlite3 stand in for it, and the output says so.
"""

import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks import million, ratios

RUNS = int(os.environ.get("BENCH_RUNS", "3"))
MOST_MEGABYTES = 1536


def main() -> None:
    """Measure both, then import the same file again."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else million.OUT / "million.csv"
    if not file.exists():
        million.OUT.mkdir(parents=True, exist_ok=True)
        million.orders(file)
    ours, shell, memory, again = [], [], [], {}
    for _ in range(RUNS):
        with TemporaryDirectory() as folder:
            shell.append(timed_shell(file, Path(folder)))
            environment = os.environ | {"DATA_DIR": folder, "DATABASE_URL": ""}
            command(environment, "migrate")
            seconds, megabytes, first = command(environment, "import", str(file), "--json")
            ours.append(seconds)
            memory.append(megabytes)
            again = command(environment, "import", str(file), "--json")[2]
    print(f"{first['added']:,} lines: ours {median(ours):.2f} s, {max(memory):.0f} MB; {peer()} {median(shell):.2f} s")
    speed = median(shell) / median(ours)
    ratios.tell("speed of import over sqlite3 .import", speed, "at least 0.35", speed >= 0.35)
    ratios.tell("peak memory of the import, MB", max(memory), "below 1536", max(memory) < MOST_MEGABYTES)
    ratios.tell("lines that a second import adds", again["added"], "0", again["added"] == 0)


def peer() -> str:
    """What we are compared with on this machine."""
    return "sqlite3 .import" if shutil.which("sqlite3") else "Python's csv and sqlite3 (no sqlite3 shell here)"


def timed_shell(file: Path, folder: Path) -> float:
    """Seconds that the peer takes to copy `file` into a new database."""
    target = folder / "peer.db"
    started = time.perf_counter()
    if shutil.which("sqlite3"):
        subprocess.run(["sqlite3", str(target), ".mode csv", f".import {file} orders"], check=True)
    else:
        _copy(file, target)
    return time.perf_counter() - started


def _copy(file: Path, target: Path) -> None:
    with file.open(newline="", encoding="utf-8") as text, sqlite3.connect(target) as database:
        rows = csv.reader(text)
        columns = next(rows)
        database.execute(f"CREATE TABLE orders ({', '.join(columns)})")
        database.executemany(f"INSERT INTO orders VALUES ({', '.join('?' for _ in columns)})", rows)


def command(environment: dict[str, str], *arguments: str) -> tuple[float, float, dict[str, int]]:
    """Seconds, peak megabytes and JSON answer of `python -m ml_insights ARGUMENTS`, as a whole process."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "ml_insights", *arguments],
        cwd=million.ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    output = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments} failed: {output}")
    answer = json.loads(output.splitlines()[-1]) if "--json" in arguments else {}
    return time.perf_counter() - started, usage.ru_maxrss / 1024, answer


if __name__ == "__main__":
    main()
