"""What the registry costs above ONNX Runtime itself: for each row, at the first load, and until a promotion is seen.

    benchmarks/.peers/bin/python -m benchmarks.registry_load

A realistic classifier: XGBoost, 300 trees of depth 6 over 20 features. CPU seconds (user and system) beside the wall
clock, as other programs may be running.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

TREES, FEATURES, ROWS = 300, 20, 4_000
ROW_TARGET, COLD_TARGET, SEEN_TARGET = 0.10, 2.0, 5.0
READER = """
import sys, time
from ml_insights.registry import serving
first = serving.champion("bench").version.version
print("ready", flush=True)
while serving.champion("bench").version.version == first:
    time.sleep(0.01)
print(time.time(), flush=True)
"""


def main() -> None:
    """Save a model into an installation of its own, and measure."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(DATA_DIR=folder, DATABASE_URL="")
        promote()
        lookups()
        cold_loads()
        until_seen()


def promote() -> float:
    """Train once, save and promote the next version; the moment of its commit."""
    from ml import artifact
    from ml.parity import Parity
    from ml_insights.core.database import engine, transaction
    from ml_insights.core.migrations import upgrade
    from ml_insights.registry import service

    upgrade(engine())
    onnx, rows, answers = trained()
    with transaction() as session:
        version = service.next_version(session, "bench")
        manifest = artifact.Manifest(
            "bench", version, "xgboost", "2026-01-01", ("2025-01-01", "2025-12-31"), {}, {}, {}
        )
        saved = service.save(session, manifest, {"model.onnx": onnx}, "", Parity(rows, answers))
        service.promote(session, saved.id, "benchmark", "newer")
    return time.time()


def trained(made: list = []) -> tuple[bytes, object, object]:  # noqa: B006  fitted once
    """The classifier as ONNX, rows and its own answers for them."""
    if not made:
        import numpy as np
        import xgboost
        from onnxmltools import convert_xgboost
        from onnxmltools.convert.common.data_types import FloatTensorType

        random = np.random.default_rng(0)
        rows = random.normal(size=(ROWS, FEATURES))
        labels = (rows[:, 0] + rows[:, 1] ** 2 + random.normal(size=ROWS) > 1).astype(int)
        model = xgboost.XGBClassifier(n_estimators=TREES, max_depth=6).fit(rows, labels)
        onnx = convert_xgboost(model, initial_types=[("input", FloatTensorType([None, FEATURES]))])
        made += [onnx.SerializeToString(), rows, model.predict_proba(rows)]
    return tuple(made)  # pyright: ignore[reportReturnType]


def lookups() -> None:
    """Time of asking for the champion against one row's inference, polling of the database included."""
    import numpy as np

    from benchmarks import ratios
    from ml_insights.registry import serving

    row = np.zeros((1, FEATURES), dtype=np.float32)
    session = serving.champion("bench").session
    inference = per_call(lambda: session.run(None, {"input": row}), 50_000)
    lookup = per_call(lambda: serving.champion("bench"), 3_000_000) - per_call(lambda: None, 3_000_000)
    print(f"one row {inference * 1e6:.2f} µs, lookup {lookup * 1e6:.3f} µs of CPU")
    ratio = lookup / inference
    ratios.tell("lookup of the champion over a one-row inference", ratio, f"at most {ROW_TARGET}", ratio <= ROW_TARGET)


def per_call(call: Callable[[], object], calls: int) -> float:
    """CPU seconds of one call: the smallest of five rounds' means."""
    rounds = []
    for _ in range(5):
        started = time.process_time()
        for _ in range(calls // 5):
            call()
        rounds.append((time.process_time() - started) / (calls // 5))
    return min(rounds)


def cold_loads() -> None:
    """The first load (database, manifest, digests, session) against opening the same ONNX file, in turns."""
    import onnxruntime

    from benchmarks import ratios
    from ml.parity import open_session
    from ml_insights.registry import service, serving

    path = service.model_folder() / "shared/bench/1/model.onnx"

    def ours() -> None:
        serving._shelf.held.clear()
        serving.champion("bench")

    def default() -> None:
        onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])

    def same_options() -> None:
        open_session(path.read_bytes())

    times = {call: ([], []) for call in (ours, default, same_options)}
    for _ in range(40):
        for call, (walls, cpus) in times.items():
            wall, cpu = time.perf_counter(), time.process_time()
            call()
            walls.append(time.perf_counter() - wall)
            cpus.append(time.process_time() - cpu)
    wall = {call: statistics.median(walls) for call, (walls, _) in times.items()}
    cpu = {call: statistics.median(cpus) for call, (_, cpus) in times.items()}
    for call in times:
        print(f"{call.__name__}: {wall[call] * 1e3:.2f} ms wall, {cpu[call] * 1e3:.2f} ms of CPU")
    for name, peer in (("with its defaults", default), ("with our options", same_options)):
        ratio = wall[ours] / wall[peer]
        claim = f"cold load of the champion over opening the session {name}"
        ratios.tell(claim, ratio, f"at most {COLD_TARGET:g}", ratio <= COLD_TARGET)


def until_seen() -> None:
    """Seconds from the commit of a promotion until two other processes answer with it; the slowest of five rounds."""
    from benchmarks import ratios

    slowest = 0.0
    for _ in range(5):
        readers = [reader() for _ in range(2)]
        for process in readers:
            process.stdout.readline()  # pyright: ignore[reportOptionalMemberAccess]
        committed = promote()
        for process in readers:
            slowest = max(slowest, float(process.communicate()[0]) - committed)
    claim, target = "seconds until a promotion is seen by other processes", f"at most {SEEN_TARGET:g}"
    ratios.tell(claim, slowest, target, slowest <= SEEN_TARGET)


def reader() -> subprocess.Popen[str]:
    """Another process that waits for a new champion."""
    root = Path(__file__).parents[1]
    return subprocess.Popen([sys.executable, "-c", READER], cwd=root, stdout=subprocess.PIPE, text=True)


if __name__ == "__main__":
    main()
