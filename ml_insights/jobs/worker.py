"""The process that does one run: `python -m ml_insights.jobs.worker RUN`."""

import os
import signal
import sys

from ml_insights.core import logging
from ml_insights.jobs.errors import RunNotStartable
from ml_insights.jobs.runner import run_now

NICENESS = 10
"""Pages and the API answer first."""


def main(run_id: int) -> None:
    """Do the run; termination unwinds it properly, and a run that another worker has is left alone."""
    logging.configure()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    try:
        run_now(run_id)
    except RunNotStartable:
        return


if __name__ == "__main__":
    main(int(sys.argv[1]))
