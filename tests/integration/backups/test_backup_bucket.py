"""Copies in a real Supabase Storage (@supabase/lite)."""

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import Engine

from ml_insights.backups import bucket, checks, folder, service
from ml_insights.backups.errors import BucketFailed
from ml_insights.core.doctor import Status
from ml_insights.core.errors import NotFound
from ml_insights.core.settings import settings
from tests.fixtures.sites import free_port
from tests.integration.backups import stock
from tests.supabase_lite import Supabase, running


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supabase]:
    with running(tmp_path_factory.mktemp("storage"), free_port()) as started:
        yield started


@pytest.fixture
def stored(project: Supabase, sqlite_database: Engine, monkeypatch: pytest.MonkeyPatch) -> str:
    """Settings that name an empty bucket, and something to back up. Returns the bucket's name."""
    name = f"backups-{free_port()}"
    headers = {"apikey": project.secret_key, "Authorization": f"Bearer {project.secret_key}"}
    made = httpx.post(f"{project.url}/storage/v1/bucket", headers=headers, json={"id": name, "name": name})
    made.raise_for_status()
    monkeypatch.setenv("SUPABASE_URL", project.url)
    monkeypatch.setenv("SUPABASE_SERVICE_KEY", project.secret_key)
    monkeypatch.setenv("BACKUP_BUCKET", name)
    monkeypatch.setenv("BACKUP_KEEP", "2")
    settings.cache_clear()
    stock.fill(sqlite_database)
    return name


def test_a_backup_comes_back_from_the_bucket_alone(stored: str, sqlite_database: Engine) -> None:
    rows, files = stock.rows(sqlite_database), stock.files()
    made = service.create("tester")
    whole = made.path.read_bytes()
    assert bucket.names() == [made.name]
    assert checks.copies().status == Status.OK
    made.path.unlink()
    stock.wipe(sqlite_database)
    service.restore(made.name, "tester", keep_present=False)
    assert made.path.read_bytes() == whole
    assert (stock.without_trace(stock.rows(sqlite_database)), stock.files()) == (rows, files)


def test_the_bucket_keeps_as_many_as_the_folder(stored: str) -> None:
    names = [service.create("tester").name for _ in range(3)]
    assert bucket.names() == names[:0:-1]
    assert [path.name for path in folder.paths()] == names[:0:-1]
    with pytest.raises(NotFound):
        service.find(names[0])


def test_a_bucket_that_fails_is_told_and_the_folder_has_the_backup(
    stored: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKUP_BUCKET", "no-such-bucket")
    settings.cache_clear()
    with pytest.raises(BucketFailed, match="no-such-bucket"):
        service.create("tester")
    (path,) = folder.paths()
    assert service.verify(path.name).check
    assert checks.copies().status == Status.WARNING


def test_a_bucket_without_a_project_is_told(stored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUPABASE_URL")
    settings.cache_clear()
    with pytest.raises(BucketFailed, match="SUPABASE_URL"):
        bucket.names()
