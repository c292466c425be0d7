"""What the doctor asks of backups."""

from __future__ import annotations

from datetime import timedelta

from ml_insights.backups import bucket, folder, queries
from ml_insights.backups.errors import BucketFailed
from ml_insights.core import clock
from ml_insights.core.doctor import Finding, Status

STALE = timedelta(days=2)
"""The daily job has missed at least one day."""
CREATE = "Run: python -m ml_insights backup create"


def newest() -> Finding:
    """Is there a backup that is new enough, and can the next one be written?"""
    try:
        with folder.draft() as draft:
            (draft / "probe").write_bytes(b"")
    except OSError as error:
        fix = "Give this user the folder, or set BACKUP_DIR."
        return Finding(Status.WARNING, f"{folder.place()} cannot be written ({error.strerror}).", fix)
    found = queries.list_backups()
    if not found:
        return Finding(Status.NOTE, "None yet; one is made every night.", CREATE)
    last = found[0]
    message = f"{len(found)}, the last of {last.created_at:%Y-%m-%d %H:%M} UTC ({last.size / 1e6:.1f} MB)."
    if not last.readable or (last.check and not last.check.good):
        return Finding(Status.WARNING, f"{message} It is damaged.", CREATE)
    if clock.now() - last.created_at > STALE:
        return Finding(Status.WARNING, f"{message} That is long ago.", f"Is the scheduler running? {CREATE}")
    return Finding(Status.OK, message)


def copies() -> Finding:
    """Can the bucket be reached, and does it have the newest backup?"""
    if not bucket.configured():
        return Finding(Status.NOTE, "Not configured: backups are on this machine alone.", "Set BACKUP_BUCKET.")
    try:
        there = bucket.names()
    except BucketFailed as error:
        return Finding(Status.WARNING, error.message("en"), "Mend the settings, then ask again.")
    here = folder.paths()
    if here and here[0].name not in there:
        return Finding(Status.WARNING, f"The bucket answers, but lacks {here[0].name}.", CREATE)
    return Finding(Status.OK, f"The bucket answers; it holds {len(there)}.")
