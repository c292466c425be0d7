"""Schedulers and workers as processes of their own, with a clock that runs fast and can be set.

`python -m tests.integration.jobs.processes scheduler` leads or stands by until it is told to stop; with the number of a
run instead, it is the worker that does it. The environment says how fast the clock is (FAST_SPEED), where it began
(FAST_FROM: real seconds, FAST_AT: seconds since 1970), which file holds by how many seconds it was set (FAST_SET), and
which file lets the slow job end (FAST_GATE). Every process sees the same time, as machines with good clocks do.
"""

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ml_insights.core import clock
from ml_insights.core.access import Area
from ml_insights.core.audit import record
from ml_insights.core.capability import Capability, Job, Progress, Schedule
from ml_insights.core.database import transaction
from ml_insights.jobs import declared, runner, scheduler, worker
from ml_insights.jobs import progress as progress_module

HERE = "tests.integration.jobs.processes"
EFFECT = "effect"
LEASE_SECONDS = 3.0
"""How long a lease lasts and a silent worker is waited for, by a real clock."""


def tally(progress: Progress) -> dict[str, Any]:
    """Leaves one row."""
    progress(0.5, "Tallying")
    with transaction() as session:
        record(session, "job", EFFECT, "tally")
    return {}


def slow(progress: Progress) -> dict[str, Any]:
    """Leaves one row, once the gate is open."""
    gate = Path(os.environ["FAST_GATE"])
    while not gate.exists():
        progress(0.5, "Waiting for the gate")
        time.sleep(0.02)
    with transaction() as session:
        record(session, "job", EFFECT, "slow")
    return {}


CAPABILITY = Capability(
    name="fast",
    jobs=(
        Job("tally", "Tally", f"{HERE}:tally", Area.JOBS, Schedule("* * * * *", grace_minutes=60)),
        Job("slow", "Slow", f"{HERE}:slow", Area.JOBS, Schedule("0 0 1 1 *", grace_minutes=60)),
    ),
)


def fast_now() -> datetime:
    """The time on the wall of every process of the test."""
    real = time.monotonic() - float(os.environ["FAST_FROM"])
    began = datetime.fromtimestamp(float(os.environ["FAST_AT"]), UTC)
    set_by = float(Path(os.environ["FAST_SET"]).read_text() or 0)
    return began + timedelta(seconds=real * float(os.environ["FAST_SPEED"]) + set_by)


def main(role: str) -> None:
    """Be a scheduler or a worker."""
    clock.now = fast_now
    declared.capabilities = lambda: (CAPABILITY,)
    runner.WORKER = HERE
    progress_module.HEARTBEAT = timedelta(seconds=0.2)
    if role != "scheduler":
        worker.main(int(role))
        return
    lease = timedelta(seconds=LEASE_SECONDS * float(os.environ["FAST_SPEED"]))
    scheduler.run_alone(lease, timedelta(seconds=LEASE_SECONDS / 6), timedelta(seconds=LEASE_SECONDS))


if __name__ == "__main__":
    main(sys.argv[1])
