"""Uploads for the import page, streamed to disk; and the refused rows, to be mended."""

import asyncio
from collections.abc import Iterator
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from ml_insights.core.access import Area
from ml_insights.core.api import caller_for
from ml_insights.core.database import reading, transaction
from ml_insights.core.exports import FILE, AskedForm, answer
from ml_insights.core.identity import Caller
from ml_insights.core.problems import language_of
from ml_insights.core.settings import settings
from ml_insights.core.sheets import Form
from ml_insights.sources import queries, service, uploads, work
from ml_insights.sources.facts import UndoFact
from ml_insights.sources.refused import read_refused, refused_csv, refused_sheet

router = APIRouter(prefix="/import", tags=["import"])
Importer = Annotated[Caller, Depends(caller_for(Area.IMPORT, scope="write"))]


class Uploaded(BaseModel):
    """A file that is stored and waits to be checked."""

    id: int
    name: str


@router.post("/files", summary="Upload a file (the body is the file itself), to be checked on the import page")
async def upload(
    request: Request,
    caller: Importer,
    name: Annotated[str, Query(max_length=200, description="What the file is called.")],
    contract: Annotated[str, Query(max_length=40, description="orders, customers or products.")] = "orders",
) -> Uploaded:
    """Nothing is imported yet."""
    service.require_importable(contract)
    announced = request.headers.get("content-length", "")
    length = int(announced) if announced.isdigit() else None
    key = await uploads.receive(name, request.stream(), length, settings().upload_limit_mb)
    return await asyncio.to_thread(_keep, key, name, contract, caller.actor)


def _keep(key: str, name: str, contract: str, actor: str) -> Uploaded:
    with transaction() as session:
        for stale in service.drop_stale(session):
            uploads.discard(stale)
        batch = service.register_upload(session, key, name, contract, actor)
        return Uploaded(id=batch.id or 0, name=name)


@router.get(
    "/{batch_id}/refused.csv",
    summary="The rows that were refused, with reasons, to mend and import again",
    response_class=Response,
    responses=FILE,
)
async def refused(
    request: Request,
    batch_id: int,
    caller: Annotated[Caller, Depends(caller_for(Area.IMPORT))],
    form: AskedForm = Form.CSV,
) -> Response:
    """The file's own columns, and what was wrong with each row."""
    key, name, headers = await asyncio.to_thread(_batch, batch_id)
    if form is Form.XLSX:
        sheet = refused_sheet(name, headers, read_refused(uploads.refused_of(key)), language_of(request))
        return await asyncio.to_thread(answer, sheet, form, language_of(request))
    return StreamingResponse(
        _lines(key, headers, language_of(request)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'refused-{name}')}.csv"},
    )


class Undoing(BaseModel):
    """What undoing an import takes back, or has taken back. `computed` is what goes because no row is left."""

    id: int
    file: str
    contract: str
    removed: int
    restored: int
    first: date | None = None
    last: date | None = None
    revenue: float | None = None
    later_imports: int = 0
    later_known_rows: int = 0
    emptied: bool = False
    computed: dict[str, int] = {}


@router.get("/{batch_id}/undo", summary="What undoing an import would take back")
async def undo_outlook(batch_id: int, caller: Annotated[Caller, Depends(caller_for(Area.IMPORT))]) -> Undoing:
    """Rows that would go, rows that would get their earlier values back, and what hangs on them. 409 says why not."""
    return _told(await asyncio.to_thread(work.undo_outlook, batch_id))


@router.post("/{batch_id}/undo", summary="Undo an import: the rows that it added go, those that it changed go back")
async def undo(batch_id: int, caller: Importer) -> Undoing:
    """All of it or nothing. 409 where it cannot be undone: it has been, or a later import changed its rows."""
    return _told(await asyncio.to_thread(work.undo, batch_id, caller.actor))


def _told(fact: UndoFact) -> Undoing:
    return Undoing(
        id=fact.batch_id,
        file=fact.file,
        contract=fact.contract,
        removed=fact.removed,
        restored=fact.restored,
        first=fact.first,
        last=fact.last,
        revenue=fact.revenue,
        later_imports=fact.later,
        later_known_rows=fact.known,
        emptied=fact.emptied,
        computed=fact.computed,
    )


def _batch(batch_id: int) -> tuple[str, str, tuple[str, ...]]:
    with reading() as session:
        batch = queries.batch(session, batch_id)
        return batch.file, batch.file_name.removesuffix(".gz").removesuffix(".csv"), tuple(batch.headers)


def _lines(key: str, headers: tuple[str, ...], language: str) -> Iterator[str]:
    yield "\ufeff"
    yield from refused_csv(headers, read_refused(uploads.refused_of(key)), language)
