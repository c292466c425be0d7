"""Undoing an import by the API, on the command line and on the page: the same thing, told in the reader's words."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from ml_insights.__main__ import add_slices, app
from ml_insights.accounts import service as accounts
from ml_insights.core import clock
from ml_insights.core.access import Role
from ml_insights.core.api import create_api
from ml_insights.core.database import transaction
from ml_insights.core.identity import forget_callers
from ml_insights.sources import pipeline, service
from ml_insights.sources.errors import UndoneAlready
from ml_insights.sources.state import HistoryState
from ml_insights.ui.guard import Viewer, acting_as

HERE = "http://site.example"
ROWS = ["A1,2024-01-15T12:00:00Z,P1,2,1500,C1", "A2,2024-03-05T12:00:00Z,P2,1,4000,C2"]


@pytest.fixture
async def client(sqlite_database: Engine) -> AsyncIterator[httpx.AsyncClient]:
    forget_callers()
    transport = httpx.ASGITransport(app=create_api(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as opened:
        yield opened
    forget_callers()


@pytest.fixture
def runner(sqlite_database: Engine) -> CliRunner:
    add_slices()
    return CliRunner()


def key(role: Role = Role.ANALYST, *scopes: str) -> dict[str, str]:
    with transaction() as session:
        secret = accounts.create_key(session, "Test", role, scopes or ("read", "write"), None, "test").secret
    return {"Authorization": f"Bearer {secret}"}


def bring(folder: Path, rows: list[str], update: bool = False) -> int:
    path = folder / "ventas.csv"
    path.write_text("\n".join(["order_id,ordered_at,product_id,quantity,unit_price,customer_id", *rows]) + "\n")
    found = pipeline.inspect_file(path, "orders", limit_mb=100, zone="UTC")
    source = pipeline.Source(path, path.name, found.shape, found.reading, clock.now())
    with transaction() as session:
        made = service.import_recorded(session, source, "ana", skip_bad=False, update=update, on_chunk=lambda c: None)
        return made.id or 0


async def test_the_api_tells_undoes_and_refuses(client: httpx.AsyncClient, tmp_path: Path):
    first = bring(tmp_path, ROWS)
    second = bring(tmp_path, [ROWS[0].replace("1500", "1600")], update=True)
    refused = await client.post(f"/api/import/{first}/undo", headers=key() | {"Accept-Language": "es"})
    assert (refused.status_code, refused.json()["later"]) == (409, second)
    assert "deshaga primero esa" in refused.json()["detail"].lower()
    assert (await client.post(f"/api/import/{second}/undo", headers=key(Role.ANALYST, "read"))).status_code == 403
    assert (await client.post(f"/api/import/{second}/undo", headers=key(Role.SALES))).status_code == 403
    told = (await client.get(f"/api/import/{second}/undo", headers=key())).json()
    assert (told["removed"], told["restored"], told["revenue"], told["first"]) == (0, 1, 200, "2024-01-15")
    for batch, removed, restored in ((second, 0, 1), (first, 2, 0)):
        answer = await client.post(f"/api/import/{batch}/undo", headers=key())
        assert (answer.status_code, answer.json()["removed"], answer.json()["restored"]) == (200, removed, restored)
    assert answer.json()["emptied"]
    assert (await client.post(f"/api/import/{first}/undo", headers=key())).status_code == 409
    assert (await client.get("/api/import/99/undo", headers=key())).status_code == 404


def test_the_command_says_what_goes_and_asks(runner: CliRunner, tmp_path: Path):
    batch = str(bring(tmp_path, ROWS))
    asked = runner.invoke(app, ["undo-import", batch], input="n\n")
    assert asked.exit_code != 0
    assert "Rows that it added, and that go: 2" in asked.output and "$7,000" in asked.output
    assert "Days of these rows: Jan 15, 2024 to Mar 5, 2024" in asked.output
    done = runner.invoke(app, ["undo-import", batch, "--json"])
    told = json.loads(done.stdout)
    assert (told["removed"], told["revenue"], told["last"]) == (2, 7000, "2024-03-05")
    again = runner.invoke(app, ["undo-import", batch, "--yes"])
    assert isinstance(again.exception, UndoneAlready) and str(again.exception).startswith("The command line has undone")
    assert again.exception.message("es").startswith("La línea de comandos ya deshizo")


async def test_the_page_asks_undoes_and_shows_who_did(sqlite_database: Engine, tmp_path: Path):
    batch = bring(tmp_path, ROWS)
    with acting_as(Viewer(1, "Eva", "eva@x.cl", Role.ANALYST, "es")):
        state = HistoryState()  # pyright: ignore[reportCallIssue]
        await HistoryState.load.fn(state)
        assert [(row["status"], row["undoable"]) for row in state.rows] == [("done", True)]
        await HistoryState.ask.fn(state, batch)
        assert state.asked == batch
        assert "Filas que agregó y que se quitan: 2\n" in state.question and "$" in state.question
        told = [step async for step in HistoryState.undo.fn(state)]
        await HistoryState.ask.fn(state, batch)
    assert (state.asked, state.undoing, len(told)) == (0, 0, 3)
    assert [(row["status"], row["undoable"], row["undone_by"]) for row in state.rows] == [("undone", False, "eva@x.cl")]
