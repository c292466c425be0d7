"""What a full retraining of the demo company takes beyond its models' own fits.

    python -m benchmarks.retrain

A folder and database of its own: the demo company, a first retraining as of thirty days ago, and the monthly one of
today, in which challenger and champion are judged on the same hold-out, the model is renewed and its predictions are
published.
"""

from __future__ import annotations

import os
import tempfile
from datetime import timedelta

from benchmarks import ratios
from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock, demo, migrations
from ml_insights.core.database import engine, reading, transaction
from ml_insights.jobs import runner, service
from ml_insights.retraining import queries

MOST_SECONDS = 15.0


def main() -> None:
    """Print the seconds of every step and the ratio's line."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DATABASE_URL": ""}
        _fill()
        with clock.frozen(clock.now() - timedelta(days=30)):
            first = _retrained()
        with transaction() as session:
            mark_changed(session, Dataset.DEMO)
        runs = {"first model": first, "a month later": _retrained()}
    for name, run in runs.items():
        beyond = run["seconds"] - run["fit_seconds"]
        print(f"{name}: {run['seconds']:.1f} s, {run['fit_seconds']:.1f} s of them fits")
        claim = f"seconds of a full retraining beyond its models' fits, {name}"
        ratios.tell(claim, beyond, f"at most {MOST_SECONDS:g}", beyond <= MOST_SECONDS)


def _fill() -> None:
    migrations.upgrade(engine())
    with transaction() as session:
        demo.fill(session, "benchmark")


def _retrained() -> dict[str, float]:
    with transaction() as session:
        run_id = service.enqueue(session, "retrain", "benchmark").id or 0
    done = runner.run_now(run_id)
    if done.result is None:
        raise SystemExit(done.error_in("en"))
    with reading() as session:
        run = queries.run_fact(session, done.result["run"])
    for step in run.steps:
        print(f"  {step.name.value:<10} {step.model:<10} {step.seconds:6.1f} s, fits {step.fit_seconds:5.1f} s")
    for told in done.result["models"].values():
        print(f"  {told['failed'] or told['reason']}")
    return {"seconds": done.result["seconds"], "fit_seconds": done.result["fit_seconds"]}


if __name__ == "__main__":
    main()
