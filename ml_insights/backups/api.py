"""Backups for programs, and the download that the page offers."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse
from pydantic import BaseModel

from ml_insights.backups import queries, service
from ml_insights.core.access import Area
from ml_insights.core.api import caller_for
from ml_insights.core.database import transaction
from ml_insights.core.identity import Caller

router = APIRouter(prefix="/backups", tags=["backups"])
Keeper = Annotated[Caller, Depends(caller_for(Area.BACKUPS))]
Taker = Annotated[Caller, Depends(caller_for(Area.BACKUPS, scope="write"))]
"""Whoever takes a backup away has everything that is in it, so reading alone is not enough."""


class BackupItem(BaseModel):
    """A backup. `size` is in bytes; `whole` says what the last check of every byte found, if there was one."""

    name: str
    size: int
    created_at: str
    readable: bool
    by: str
    product: str
    revision: str
    database: str
    rows: int
    models: int
    missing: list[str]
    before_restore: bool
    verified_at: str | None
    whole: bool | None


@router.get("", summary="Every backup in the folder, newest first")
async def listed(caller: Keeper) -> list[BackupItem]:
    """Those in the bucket are not asked for."""
    found = await asyncio.to_thread(queries.list_backups)
    return [BackupItem(**queries.as_json(fact)) for fact in found]


@router.get("/{name}", summary="Download a backup", response_class=FileResponse)
async def download(name: str, caller: Taker) -> FileResponse:
    """The archive as it is on the disk; needs the scope “write”, for all passwords' hashes are in it."""
    path = await asyncio.to_thread(_taken, name, caller.actor)
    return FileResponse(path, media_type="application/zip", filename=path.name)


def _taken(name: str, actor: str) -> Path:
    path = queries.stored(name)
    with transaction() as session:
        service.note_taken(session, path, actor)
    return path
