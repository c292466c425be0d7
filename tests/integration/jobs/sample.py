"""A capability with jobs for tests, and a process that has it.

`python -m tests.integration.jobs.sample RUN` does a run, `… command jobs list` is the product's command line.
"""

import logging
import re
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import Session

from ml_insights.__main__ import main
from ml_insights.commerce.queries import data_version
from ml_insights.commerce.tables import Dataset
from ml_insights.core.access import Area
from ml_insights.core.audit import record
from ml_insights.core.capability import Capability, Job, ModelSpec, Progress, Published
from ml_insights.core.database import transaction
from ml_insights.core.errors import InvalidInput
from ml_insights.core.logging import get_logger
from ml_insights.jobs import declared
from ml_insights.jobs.runner import run_now

HERE = "tests.integration.jobs.sample"


def add(progress: Progress, a: int, b: int, dataset: str = "") -> dict[str, Any]:
    """Two numbers together, in two steps."""
    progress(0.0, "Adding {a}", a=a)
    progress(1.0, "Added")
    return {"sum": a + b}


def nothing(progress: Progress) -> dict[str, Any]:
    """Done at once."""
    return {}


def step(progress: Progress) -> dict[str, Any]:
    """Done in two steps, with a line for the log."""
    progress(0.5, "Half way")
    get_logger(__name__).warning("half the work is done", rows=2)
    return {"steps": 2}


def indiscreet(progress: Progress) -> dict[str, Any]:
    """Logs what it should not."""
    logging.getLogger(__name__).warning("connecting to postgresql://ana:hunter2@db/shop")
    return {}


def refuse(progress: Progress) -> dict[str, Any]:
    """Fails as a job does that knows why."""
    raise InvalidInput(field="a", value=1, reason="too small")


def crash(progress: Progress) -> dict[str, Any]:
    """Fails as a job does that does not know why."""
    return {"ratio": 1 / 0}


def write_for_ever(progress: Progress) -> dict[str, Any]:
    """Writes in one transaction that it never gets to the end of."""
    progress(0.25, "Writing")
    with transaction() as session:
        record(session, "job", "half-written")
        session.flush()
        print("writing", flush=True)
        time.sleep(600)
    return {}


def report_for_ever(progress: Progress) -> dict[str, Any]:
    """Only stops when progress says so."""
    while True:
        progress(0.5, "Still at it")
        time.sleep(0.01)


def stubborn(progress: Progress, pid_file: str) -> dict[str, Any]:
    """Hears nothing: one call that keeps Python to itself for years, in a process that has a child of its own."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    progress(0.1, "About to be deaf")
    child = subprocess.Popen(["sleep", "600"])
    Path(pid_file).write_text(str(child.pid))
    re.match(r"(a+)+$", "a" * 60 + "b")
    return {}


def never(session: object, dataset: str) -> None:
    """Nothing to see."""


def always(session: Session, dataset: Dataset) -> Published:
    """Something to see, of the present data."""
    return Published(data_version(session, dataset), date(2026, 1, 31))


NAMES = ("add", "nothing", "step", "indiscreet", "refuse", "crash", "write_for_ever", "report_for_ever", "stubborn")
CAPABILITY = Capability(
    name="sample",
    jobs=tuple(Job(name, f"Title of {name}", f"{HERE}:{name}", Area.DEMAND_RECOMPUTE) for name in NAMES),
    models=(
        ModelSpec("missing", "Missing", "add", f"{HERE}:never"),
        ModelSpec("there", "There", "add", f"{HERE}:always"),
    ),
)

if __name__ == "__main__":
    declared.capabilities = lambda: (CAPABILITY,)
    if sys.argv[1] == "command":
        del sys.argv[1]
        main()
    else:
        run_now(int(sys.argv[1]))
