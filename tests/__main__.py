"""`make test`: what needs no browser on every core, then the browser tests one after the other.

    python -m tests [arguments of pytest]

Browsers get the machine to themselves: a person who waits for a page does not share it with a test suite either.
"""

import subprocess
import sys

NOTHING_COLLECTED = 5
PARTS = (("-m", "not browser", "-n", "logical"), ("-m", "browser"))


def main() -> int:
    """Run both parts with the given arguments; 0 when all tests passed, and there were any."""
    codes = [
        subprocess.run([sys.executable, "-m", "pytest", *part, *sys.argv[1:]], check=False).returncode for part in PARTS
    ]
    failed = [code for code in codes if code not in (0, NOTHING_COLLECTED)]
    return failed[0] if failed else min(codes)


if __name__ == "__main__":
    raise SystemExit(main())
