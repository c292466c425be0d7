"""Uploads, and the steps of the import page on them: who may send, what is kept, what comes back."""

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine
from sqlmodel import Session, select
from starlette.requests import ClientDisconnect

from ml_insights.accounts import service as accounts
from ml_insights.commerce.queries import counts
from ml_insights.commerce.tables import Dataset
from ml_insights.core.access import Role
from ml_insights.core.api import create_api
from ml_insights.core.database import transaction
from ml_insights.core.errors import NotFound, ProductError
from ml_insights.core.identity import forget_callers
from ml_insights.sources import errors, uploads, work
from ml_insights.sources.tables import ImportBatch, ImportStatus

FILE = (
    b"Pedido;Fecha;SKU;Cantidad;Precio\nA1;15/01/2024;P1;2;1.990,50\nA2;16/01/2024;P1;=2;3,5\nA3;17/01/2024;P2;1;-2,5\n"
)
HERE = "http://site.example"


@pytest.fixture
async def client(sqlite_database: Engine) -> AsyncIterator[httpx.AsyncClient]:
    forget_callers()
    transport = httpx.ASGITransport(app=create_api(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as opened:
        yield opened
    forget_callers()


def key(role: Role = Role.ANALYST, *scopes: str) -> dict[str, str]:
    with transaction() as session:
        secret = accounts.create_key(session, "Test", role, scopes or ("read", "write"), None, "test").secret
    return {"Authorization": f"Bearer {secret}"}


async def send(client: httpx.AsyncClient, data: bytes = FILE, **options) -> httpx.Response:
    return await client.post("/api/import/files", params={"name": "ventas.csv"}, content=data, **options)


def kept() -> list[Path]:
    return [path for path in uploads.folder().rglob("*") if path.is_file()] if uploads.folder().exists() else []


async def test_a_file_is_checked_confirmed_and_imported(client: httpx.AsyncClient, sqlite_database: Engine):
    answer = await send(client, headers=key())
    batch = answer.json()["id"]
    seen = work.look(batch, work.Choices(), "en")
    assert (seen.decimal, seen.date_format, seen.separator, seen.preview.missing) == (",", "day-first", ";", [])
    assert (seen.preview.tried, seen.preview.refused) == (3, 1)
    shares: list[float] = []
    tally = work.check(batch, work.Choices(seen_columns(seen), seen.decimal, seen.date_format), shares.append)
    assert (tally["rows"], tally["accepted"], tally["refused"], shares[-1]) == (3, 2, 1, 1.0)
    with Session(sqlite_database) as session:
        assert counts(session, Dataset.COMPANY).order_lines == 0
    assert work.write(batch, False, shares.append)["added"] == 2
    mend = await client.get(f"/api/import/{batch}/refused.csv", headers=key())
    header, row = csv.reader(io.StringIO(mend.text.lstrip("\ufeff")))
    assert header[:5] == ["Pedido", "Fecha", "SKU", "Cantidad", "Precio"] and row[3] == "'=2"
    book = await client.get(f"/api/import/{batch}/refused.csv?format=xlsx", headers=key())
    head, cells = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert head[:5] == header[:5] and cells[3] == "=2", "a text in Excel, and no formula"
    assert [path.name for path in kept()] == [uploads.REFUSED]


def seen_columns(seen: work.Seen) -> dict[str, str]:
    return {column["name"]: column["header"] for column in seen.preview.columns if column["header"]}


async def test_strangers_send_nothing(client: httpx.AsyncClient):
    assert (await send(client)).status_code == 401
    assert (await send(client, headers={"Authorization": "Bearer mli_forged"})).status_code == 401
    assert (await send(client, headers=key(Role.SALES))).status_code == 403
    assert (await send(client, headers=key(Role.ANALYST, "read"))).status_code == 403
    assert (await client.get("/api/import/1/refused.csv")).status_code == 401
    assert kept() == []


async def test_what_is_too_large_is_refused_before_it_is_read(client: httpx.AsyncClient):
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    answer = await client.post(
        "/api/import/files",
        params={"name": "huge.csv"},
        content=never(),
        headers={**key(), "Content-Length": str(2 << 30)},
    )
    assert answer.status_code == 413 and answer.json()["title"] == "File too large"
    assert kept() == []


async def stream(*parts: bytes, error: BaseException | None = None) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    if error:
        raise error


@pytest.mark.parametrize(
    ("chunks", "length", "error"),
    [
        (stream(b"a" * 700_000, b"b" * 700_000), None, errors.FileTooLarge),
        (stream(b"half"), 8, errors.UploadCutOff),
        (stream(b"half", error=ClientDisconnect()), 8, ClientDisconnect),
    ],
)
async def test_nothing_is_kept_of_a_failed_upload(data_dir: Path, chunks, length, error):
    with pytest.raises(error):
        await uploads.receive("orders.csv", chunks, length, limit_mb=1)
    assert kept() == []


async def test_an_unknown_kind_is_told(client: httpx.AsyncClient):
    answer = await client.post("/api/import/files", params={"name": "x", "contract": "ghosts"}, headers=key())
    assert answer.status_code == 422 and "orders" in answer.json()["detail"]


async def test_a_broken_upload_is_told_when_it_is_looked_at(client: httpx.AsyncClient):
    batch = (await send(client, b"", headers=key())).json()["id"]
    with pytest.raises(errors.EmptyFile):
        work.look(batch, work.Choices(), "en")
    with pytest.raises(ProductError):
        work.look(batch + 1, work.Choices(), "en")


async def test_giving_up_forgets_the_file(client: httpx.AsyncClient, sqlite_database: Engine):
    batch = (await send(client, headers=key())).json()["id"]
    work.give_up(batch, "test")
    assert kept() == []
    with Session(sqlite_database) as session:
        assert session.get(ImportBatch, batch) is None
    with pytest.raises(NotFound):
        work.give_up(batch, "test")


async def test_a_failed_write_is_remembered_and_changes_nothing(
    client: httpx.AsyncClient, sqlite_database: Engine, monkeypatch: pytest.MonkeyPatch
):
    batch = (await send(client, headers=key())).json()["id"]
    seen = work.look(batch, work.Choices(), "en")
    work.check(batch, work.Choices(seen_columns(seen)), lambda share: None)

    def broken(*_: object, **__: object):
        raise errors.CutOff(file="ventas.csv", row=3)

    monkeypatch.setattr("ml_insights.sources.pipeline.Checker.check", broken)
    with pytest.raises(errors.CutOff):
        work.write(batch, False, lambda share: None)
    with Session(sqlite_database) as session:
        (stored,) = session.exec(select(ImportBatch)).all()
        assert stored.status == ImportStatus.FAILED and "ventas.csv" in stored.error
        assert counts(session, Dataset.COMPANY).order_lines == 0
