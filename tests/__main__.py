"""`make test`: what needs no browser on every core, then the browser tests one after the other.

    python -m tests [arguments of pytest]

Browsers get the machine to themselves: a person who waits for a page does not share it with a test suite either.

Data of tests stand in memory where the system keeps a folder there (/dev/shm) with room enough: thousands of databases
are made and thrown away, each of a few hundred files, which some file systems create a thousand times slower.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NOTHING_COLLECTED = 5
PARTS = (("-m", "not browser", "-n", "logical"), ("-m", "browser"))
MEMORY = Path("/dev/shm")
ROOM = 6 * 2**30
"""Bytes that must be free: a whole run leaves less than half of it behind until it ends."""


def main() -> int:
    """Run both parts with the given arguments; 0 when all tests passed, and there were any."""
    environment = {**in_memory(), **os.environ}
    codes = [
        subprocess.run([sys.executable, "-m", "pytest", *part, *sys.argv[1:]], check=False, env=environment).returncode
        for part in PARTS
    ]
    failed = [code for code in codes if code not in (0, NOTHING_COLLECTED)]
    return failed[0] if failed else min(codes)


def in_memory() -> dict[str, str]:
    """The variable by which temporary files stand in memory; none where there is no room. Yours, if set, counts."""
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return {"TMPDIR": str(MEMORY)} if roomy else {}


if __name__ == "__main__":
    raise SystemExit(main())
