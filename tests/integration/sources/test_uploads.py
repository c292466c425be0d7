"""Uploads: who may send, and what is kept of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine
from starlette.requests import ClientDisconnect

from ml_insights.accounts import service as accounts
from ml_insights.core.access import Role
from ml_insights.core.api import create_api
from ml_insights.core.database import transaction
from ml_insights.core.identity import forget_callers
from ml_insights.sources import errors, uploads

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
