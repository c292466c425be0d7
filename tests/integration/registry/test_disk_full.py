"""A disk that is really full while a version is saved: nothing half-written, and the champion still answers."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ml_insights.core.settings import settings
from ml_insights.registry import queries, service
from tests.integration.registry.conftest import MANIFEST

PROGRAM = """
import sys
from dataclasses import replace
from ml_insights.core.database import transaction
from ml_insights.registry import service
from ml_insights.registry.errors import NotSaved
from tests.integration.registry.conftest import MANIFEST

{limit}
with transaction() as session:
    try:
        service.save(session, replace(MANIFEST, version="2"), {{"a.json": b"x" * 1000, "b.json": b"x" * 10**7}}, "demo")
    except NotSaved as error:
        print(error)
with transaction() as session:
    assert service.load(session, "demand", "demo").files == {{"recipe.json": b"1"}}
print(sorted(str(path.relative_to(service.model_folder())) for path in service.model_folder().rglob("*.*")))
"""
OWN_DISK = "mount -t tmpfs -o size=5m tmpfs {models} && cp -r {copy}/. {models} && exec {python} -c '{program}'"
NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")


def run(command: list[str]) -> list[str]:
    environment = os.environ | {"DATA_DIR": str(settings().data_dir), "DATABASE_URL": settings().database_url}
    done = subprocess.run(
        command, cwd=Path(__file__).parents[3], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def on_a_small_disk() -> list[str]:
    """In a mount namespace of its own, where the model folder is a tmpfs of 5 MB: writing ends with ENOSPC."""
    if subprocess.run([*NAMESPACE, "mount -t tmpfs tmpfs /mnt"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets no test mount a file system")
    models = service.model_folder()
    copy = shutil.copytree(models, models.with_name("copy"))
    program = PROGRAM.format(limit="").replace("'", '"')
    return run([*NAMESPACE, OWN_DISK.format(models=models, copy=copy, python=sys.executable, program=program)])


def below_a_limit() -> list[str]:
    """Where no file may be longer than 5 MB: writing ends with EFBIG."""
    limit = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, 5_000_000))"
    )
    return run([sys.executable, "-c", PROGRAM.format(limit=limit)])


@pytest.mark.parametrize(
    ("where", "reason"), [(on_a_small_disk, "No space left on device"), (below_a_limit, "File too large")]
)
def test_nothing_is_half_written(sqlite_database: Engine, where: Callable[[], list[str]], reason: str) -> None:
    with Session(sqlite_database, expire_on_commit=False) as session:
        saved = service.save(session, MANIFEST, {"recipe.json": b"1"}, "demo")
        service.promote(session, saved.id, "tester", "first")
        session.commit()
        said, left = where()
        assert f"could not be stored ({reason})" in said
        assert left == str(["demo/demand/1/manifest.json", "demo/demand/1/recipe.json"])
        assert [version.version for version in queries.versions(session, "demand", "demo")] == ["1"]
