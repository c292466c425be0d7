"""The HTTP API of imports: send a file, see what was understood, settle what is open, check it, write it."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from ml_insights.core.access import Area
from ml_insights.core.api import caller_for
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import Forbidden
from ml_insights.core.exports import FILE, AskedForm, answer
from ml_insights.core.identity import Caller
from ml_insights.core.paging import RowNumber
from ml_insights.core.problems import language_of
from ml_insights.core.settings import settings
from ml_insights.core.sheets import Form
from ml_insights.sources import queries, service, uploads, work
from ml_insights.sources.asked import ChangeAsked, CheckAsked, WriteAsked
from ml_insights.sources.documents import ImportDocument, Undoing, Uploaded
from ml_insights.sources.errors import ImportBusy
from ml_insights.sources.facts import UndoFact
from ml_insights.sources.refused import read_refused, refused_csv, refused_sheet
from ml_insights.sources.tables import ImportStatus

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/import", tags=["import"])
Reader = Annotated[Caller, Depends(caller_for(Area.IMPORT))]
Importer = Annotated[Caller, Depends(caller_for(Area.IMPORT, scope="write"))]

PATIENCE_SECONDS = 25.0
"""How long an answer waits for the work; what takes longer goes on, and is looked after with GET."""
GONE: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such import, or it was given up."}}
CHANGED: dict[int | str, dict[str, Any]] = {
    409: {"description": "Somebody else has changed it since `version`, is at work on it, or has imported it."}
}
LONGER: dict[int | str, dict[str, Any]] = {
    202: {"model": ImportDocument, "description": "It takes longer: ask GET /api/import/{batch_id} how far it is."}
}
_running: set[asyncio.Task[None]] = set()


@router.post("/files", summary="Upload a file (the body is the file itself), to be checked and imported")
async def upload(
    request: Request,
    caller: Importer,
    name: Annotated[str, Query(max_length=200, description="What the file is called.")],
    contract: Annotated[
        str,
        Query(max_length=40, description="What its rows are: orders, customers, products, prices, deliveries, stops."),
    ] = "orders",
) -> Uploaded:
    """Nothing is imported yet: GET /api/import/{id} says what was understood."""
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


@router.get("/{batch_id}", summary="An import as it stands: what was understood, what is open", responses=GONE)
async def show(request: Request, batch_id: RowNumber, caller: Reader) -> ImportDocument:
    """Figures of the first rows until the file is checked, then of all. Texts are in the language of the request."""
    return await asyncio.to_thread(work.look, batch_id, language_of(request))


@router.patch(
    "/{batch_id}", summary="Settle something: columns, answers, how the file is written", responses=GONE | CHANGED
)
async def change(request: Request, batch_id: RowNumber, asked: ChangeAsked, caller: Importer) -> ImportDocument:
    """What is not named stays as it is. A file that was checked must be checked again."""

    if asked.count_in and not caller.may(Area.COMPANY, "write"):
        raise Forbidden

    def settled() -> ImportDocument:
        version = work.version_of(batch_id, asked.version)
        if asked.count_in:
            work.count_in(asked.count_in.strip().upper(), caller.actor)
        if asked.afresh:
            version = work.start_afresh(batch_id, version, _person(caller))
        work.choose(batch_id, version, _person(caller), asked.applied)
        return work.look(batch_id, language_of(request))

    return await asyncio.to_thread(settled)


@router.post("/{batch_id}/check", summary="Check every row; nothing is imported", responses=GONE | CHANGED | LONGER)
async def check(
    request: Request, response: Response, batch_id: RowNumber, caller: Importer, asked: CheckAsked | None = None
) -> ImportDocument:
    """Then the summary is that of all rows, and refused.csv has those that were refused."""
    wanted = asked or CheckAsked()

    def checked() -> None:
        version = work.version_of(batch_id, wanted.version)
        if wanted.accept_proposed:
            version = work.accept_proposed(batch_id, version, _person(caller))
        work.check(batch_id, version)

    return await _worked(request, response, batch_id, checked)


@router.post("/{batch_id}/write", summary="Import the rows that were accepted", responses=GONE | CHANGED | LONGER)
async def write(
    request: Request, response: Response, batch_id: RowNumber, caller: Importer, asked: WriteAsked | None = None
) -> ImportDocument:
    """All of them or none, and once: asked again, it answers with what came of it."""
    wanted = asked or WriteAsked()

    def written() -> None:
        version = work.version_of(batch_id, wanted.version)
        work.write(batch_id, version, _person(caller), update=wanted.update)

    return await _worked(request, response, batch_id, written)


@router.delete(
    "/{batch_id}", summary="Give an import up: its file is forgotten", status_code=204, responses=GONE | CHANGED
)
async def give_up(batch_id: RowNumber, caller: Importer) -> None:
    """Only before its rows are in the tables; afterwards nothing happens."""
    await asyncio.to_thread(work.give_up, batch_id, caller.actor)


@router.get(
    "/{batch_id}/refused.csv",
    summary="The rows that were refused, with reasons, to mend and import again",
    response_class=Response,
    responses=FILE,
)
async def refused(request: Request, batch_id: RowNumber, caller: Reader, form: AskedForm = Form.CSV) -> Response:
    """The file's own columns, and what was wrong with each row."""
    key, name, headers, contract = await asyncio.to_thread(_batch, batch_id)
    if form is Form.XLSX:
        sheet = refused_sheet(name, headers, read_refused(uploads.refused_of(key)), contract, language_of(request))
        return await asyncio.to_thread(answer, sheet, form, language_of(request))
    return StreamingResponse(
        _lines(key, headers, contract, language_of(request)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'refused-{name}')}.csv"},
    )


@router.get("/{batch_id}/undo", summary="What undoing an import would take back")
async def undo_outlook(batch_id: RowNumber, caller: Reader) -> Undoing:
    """Rows that would go, rows that would get their earlier values back, and what hangs on them. 409 says why not."""
    return _told(await asyncio.to_thread(work.undo_outlook, batch_id))


@router.post("/{batch_id}/undo", summary="Undo an import: the rows that it added go, those that it changed go back")
async def undo(batch_id: RowNumber, caller: Importer) -> Undoing:
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


async def _worked(request: Request, response: Response, batch_id: int, begin: Callable[[], None]) -> ImportDocument:
    """Do long work in a thread; whoever waits for it sees its end, or how far it is. Raises ImportBusy where the work
    was begun by somebody else."""
    task = asyncio.create_task(asyncio.to_thread(begin))
    _running.add(task)
    task.add_done_callback(_over)
    done, _ = await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
    if done:
        task.result()
    document = await asyncio.to_thread(work.look, batch_id, language_of(request))
    if document.status in (ImportStatus.CHECKING, ImportStatus.WRITING):
        if done:
            raise ImportBusy
        response.status_code = 202
    return document


def _over(task: asyncio.Task[None]) -> None:
    _running.discard(task)
    if not task.cancelled() and task.exception():
        logger.info("import work ended: %s", task.exception())


def _person(caller: Caller) -> work.Person:
    return work.Person(caller.actor, caller.name)


def _batch(batch_id: int) -> tuple[str, str, tuple[str, ...], str]:
    with reading() as session:
        batch = queries.batch(session, batch_id)
        name = batch.file_name.removesuffix(".gz").removesuffix(".csv")
        return batch.file, name, tuple(batch.headers), batch.contract


def _lines(key: str, headers: tuple[str, ...], contract: str, language: str) -> Iterator[str]:
    yield "\ufeff"
    yield from refused_csv(headers, read_refused(uploads.refused_of(key)), contract, language)
