"""Work on a backup that dies on the way; as a process: `python -m tests.integration.backups.dying VERB AT [FILE]`.

It kills itself with SIGKILL when progress is told for the AT-th time; it ends well when that is never.
"""

import os
import signal
import sys
from typing import Any

from ml_insights.backups import service, sqlite


def main(verb: str, at: int, file: str = "") -> None:
    """Do it, and die when it is time."""
    sqlite.PAGES_AT_ONCE = 8
    told = 0

    def progress(share: float, message: str, **values: Any) -> None:
        nonlocal told
        told += 1
        if told == at:
            os.kill(os.getpid(), signal.SIGKILL)

    if verb == "create":
        service.create("dying", progress)
    else:
        service.restore(file, "dying", progress, keep_present=False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
