"""The copies in a Supabase Storage bucket, for the day on which the machine is gone."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

from ml_insights.backups import folder
from ml_insights.backups.errors import BucketFailed
from ml_insights.core.settings import settings

ANSWER_SECONDS = 600.0
"""A large file is answered once the bucket has stored it."""
MOST_LISTED = 1000
CHUNK = 1024**2

_Function = TypeVar("_Function", bound=Callable[..., Any])


def configured() -> bool:
    """Whether backups are to be copied to a bucket."""
    return bool(settings().backup_bucket)


def _told(function: _Function) -> _Function:
    """Whatever goes wrong with the bucket is a BucketFailed."""

    @functools.wraps(function)
    def wrapped(*arguments: Any, **named: Any) -> Any:
        import httpx
        from storage3.utils import StorageException

        if not settings().supabase_url or not settings().supabase_service_key.get_secret_value():
            raise BucketFailed(bucket=settings().backup_bucket, reason="SUPABASE_URL or SUPABASE_SERVICE_KEY is empty")
        try:
            return function(*arguments, **named)
        except (StorageException, httpx.HTTPError, KeyError) as error:
            reason = " ".join(str(error).split())[:200] or type(error).__name__
            raise BucketFailed(bucket=settings().backup_bucket, reason=reason) from error

    return wrapped  # pyright: ignore[reportReturnType]


@_told
def send(path: Path) -> None:
    """Copy a backup to the bucket, from the disk as it is read. Raises BucketFailed."""
    with path.open("rb") as file:
        _bucket().upload(path.name, file, {"content-type": "application/zip", "upsert": "true"})


@_told
def names() -> list[str]:
    """Backups in the bucket, newest first. Raises BucketFailed."""
    found = _bucket().list("", {"limit": MOST_LISTED, "sortBy": {"column": "name", "order": "desc"}})
    return sorted((one["name"] for one in found if folder.NAME.fullmatch(one["name"])), reverse=True)


@_told
def rotate(spared: Collection[str] = ()) -> list[str]:
    """Keep as many as in the folder. Returns the names of those removed. Raises BucketFailed."""
    old = [name for name in names()[max(settings().backup_keep, 1) :] if name not in spared]
    if old:
        _bucket().remove(old)
    return old


@_told
def fetch(name: str, target: Path) -> None:
    """Write a backup of the bucket to `target`. Raises BucketFailed."""
    import httpx

    address = f"{settings().supabase_url.rstrip('/')}/storage/v1/object/{settings().backup_bucket}/{name}"
    timeout = httpx.Timeout(settings().supabase_timeout_seconds)
    with httpx.stream("GET", address, headers=_headers(), timeout=timeout, follow_redirects=True) as answer:
        answer.raise_for_status()
        with target.open("xb") as file:
            for chunk in answer.iter_bytes(CHUNK):
                file.write(chunk)


def _bucket() -> Any:
    import httpx
    from storage3 import SyncStorageClient

    timeout = httpx.Timeout(settings().supabase_timeout_seconds, read=ANSWER_SECONDS)
    address = f"{settings().supabase_url.rstrip('/')}/storage/v1/"
    client = SyncStorageClient(address, _headers(), http_client=httpx.Client(timeout=timeout))
    return client.from_(settings().backup_bucket)


def _headers() -> dict[str, str]:
    key = settings().supabase_service_key.get_secret_value()
    return {"apikey": key, "Authorization": f"Bearer {key}"}
