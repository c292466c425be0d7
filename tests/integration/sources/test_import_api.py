"""The life of an import over the API: sent, understood, settled, checked, written once, undone or given up."""

import io
from collections.abc import AsyncIterator
from threading import Event
from typing import Any

import anyio
import httpx
import pytest
import python_calamine
from sqlalchemy import Engine
from sqlmodel import Session

from ml_insights.accounts import service as accounts
from ml_insights.commerce.queries import counts
from ml_insights.commerce.tables import Dataset
from ml_insights.core.access import Role
from ml_insights.core.api import create_api
from ml_insights.core.database import transaction
from ml_insights.core.identity import forget_callers
from ml_insights.sources import api, uploads
from ml_insights.sources.pipeline import Checker

FILE = """Pedido;Fecha;SKU;Cantidad;Precio;Estado;Nota
A1;15/01/2024;P1;2;1.990,50;Pagado;rápido
A2;16/01/2024;P1;x;3,5;Pagado;
A3;17/01/2024;P2;1;-2,5;Anulado;
A4;18/01/2024;P2;3;10,5;Pagado;
"""
UNCLEAR = "Pedido;Fecha;SKU;Cantidad;Precio\nA1;03/01/2024;P1;2;1990\nA2;04/02/2024;P1;1;990\n"
STATES = {"Pagado": "sale", "Anulado": "out"}
EUROS = "order_id,date,product,quantity,price,currency\n" + "".join(
    f"A{number},2026-05-0{number},P1,2,{number}0.5,EUR\n" for number in range(1, 6)
)
Answer = dict[str, Any]


@pytest.fixture
async def client(database: Engine) -> AsyncIterator[httpx.AsyncClient]:
    forget_callers()
    transport = httpx.ASGITransport(app=create_api(), raise_app_exceptions=False)
    headers = key("Ana")
    async with httpx.AsyncClient(transport=transport, base_url="http://site.example", headers=headers) as opened:
        yield opened
    forget_callers()


def key(name: str = "Ben", role: Role = Role.ANALYST, *scopes: str) -> dict[str, str]:
    with transaction() as session:
        secret = accounts.create_key(session, name, role, scopes or ("read", "write"), None, "test").secret
    return {"Authorization": f"Bearer {secret}"}


async def sent(client: httpx.AsyncClient, text: str = FILE, name: str = "ventas.csv") -> str:
    """Upload a file; the address of its import."""
    answer = await client.post("/api/import/files", params={"name": name}, content=text.encode())
    assert answer.status_code == 200, answer.text
    return f"/api/import/{answer.json()['id']}"


async def told(client: httpx.AsyncClient, method: str, path: str, status: int = 200, **options: Any) -> Answer:
    answer = await client.request(method, path, **options)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else {}


def decision(document: Answer, name: str) -> Answer:
    return next(one for one in document["decisions"] if one["name"] == name)


def header_of(document: Answer, column: str) -> str:
    return next(one["header"] for one in document["columns"] if one["name"] == column)


def lines(database: Engine) -> int:
    with Session(database) as session:
        return counts(session, Dataset.COMPANY).order_lines


async def written(client: httpx.AsyncClient) -> str:
    """A file that was imported; its address."""
    path = await sent(client)
    await told(client, "PATCH", path, json={"answers": {"states": STATES}})
    await told(client, "POST", f"{path}/check")
    await told(client, "POST", f"{path}/write")
    return path


async def test_an_admin_can_let_the_company_count_in_the_currency_of_its_first_file(client: httpx.AsyncClient) -> None:
    path = await sent(client, EUROS)
    assert decision(await told(client, "GET", path), "currency")["foreign"] == "EUR"
    wanted = {"count_in": "EUR"}
    assert "role does not allow" in (await told(client, "PATCH", path, 403, json=wanted))["detail"]
    settled = await told(client, "PATCH", path, json=wanted, headers=key("Eva", Role.ADMIN))
    assert settled["ready"] and settled["summary"]["currency"] == "EUR" and settled["summary"]["revenue"] == 305
    await told(client, "POST", f"{path}/check")
    await told(client, "POST", f"{path}/write")
    other = await sent(client, EUROS.replace("EUR", "USD"), "otras.csv")
    refused = await told(client, "PATCH", other, 409, json={"count_in": "USD"}, headers=key("Eva", Role.ADMIN))
    assert "amounts in EUR already" in refused["detail"]


async def test_an_import_from_upload_to_undo(client: httpx.AsyncClient, database: Engine) -> None:
    path = await sent(client)
    seen = await told(client, "GET", path)
    assert (seen["status"], seen["contract"], seen["ready"]) == ("uploaded", "orders", False)
    states = decision(seen, "states")
    assert states["open"] and [(one["value"], one["rows"], one["answer"]) for one in states["options"]] == [
        ("Pagado", 3, "sale"),
        ("Anulado", 1, "out"),
    ]
    assert [one["header"] for one in seen["unused"]] == ["Nota"]

    asked = {"version": seen["version"], "columns": {"channel": "Nota"}, "answers": {"states": STATES}}
    settled = await told(client, "PATCH", path, json=asked)
    assert settled["ready"] and settled["version"] == seen["version"] + 1 and settled["changed_by"] == "Ana"
    assert header_of(settled, "channel") == "Nota" and settled["unused"] == []

    checked = await told(client, "POST", f"{path}/check", json={"version": settled["version"]})
    summary = checked["summary"]
    assert checked["status"] == "checked" and summary["whole"]
    assert (summary["rows"], summary["accepted"], summary["refused"]) == (3, 2, 1)
    assert (summary["first"], summary["last"], summary["units"]) == ("2024-01-15", "2024-01-18", 5)
    assert (summary["revenue"], summary["currency"]) == (4012.5, "CLP")
    assert [(one["code"], one["rows"]) for one in summary["refused_by"]] == [("not-a-number", 1)]
    assert [(one["code"], one["rows"]) for one in summary["set_aside"]] == [("state", 1)]
    assert lines(database) == 0

    done = await told(client, "POST", f"{path}/write", json={"version": settled["version"]})
    outcome = {"read": 3, "added": 2, "known": 0, "updated": 0, "kept": 0, "refused": 1}
    assert (done["status"], done["outcome"], lines(database)) == ("done", outcome, 2)

    outlook = await told(client, "GET", f"{path}/undo")
    assert (outlook["removed"], outlook["revenue"], outlook["emptied"]) == (2, 4012.5, True)
    assert lines(database) == 2, "asking what an undo takes back takes nothing"
    undone = await told(client, "POST", f"{path}/undo")
    assert (undone["removed"], lines(database)) == (2, 0)
    assert (await told(client, "GET", path))["status"] == "undone"
    again = await told(client, "POST", f"{path}/undo", 409)
    assert again["detail"].startswith("API key 1 has undone this import already")


async def test_who_writes_twice_gets_the_first_answer_again(client: httpx.AsyncClient, database: Engine) -> None:
    path = await written(client)
    first = await told(client, "GET", path)
    again = await told(client, "POST", f"{path}/write", json={"version": first["version"]})
    assert again["outcome"] == first["outcome"] and again["outcome"]["added"] == 2
    assert lines(database) == 2
    for method, tail, asked in (("PATCH", "", {"columns": {"channel": ""}}), ("POST", "/check", {})):
        assert (await told(client, method, path + tail, 409, json=asked))["title"] == "Import over"
    await told(client, "DELETE", path, 204)
    assert lines(database) == 2, "what is in the tables is undone, not given up"


async def test_two_at_once_write_once(
    client: httpx.AsyncClient, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await sent(client)
    await told(client, "POST", f"{path}/check", json={"accept_proposed": True})
    ben, (begun, go_on) = key(), held(monkeypatch)
    answers: list[httpx.Response] = []

    async def write() -> None:
        answers.append(await client.post(f"{path}/write"))

    async with anyio.create_task_group() as group:
        group.start_soon(write)
        await anyio.to_thread.run_sync(begun.wait, 20)
        second = await client.post(f"{path}/write", headers=ben)
        assert second.status_code == 409 and second.json()["title"] == "Import busy"
        busy = await client.delete(path)
        assert busy.status_code == 409
        go_on.set()
    assert answers[0].json()["outcome"]["added"] == 2 and lines(database) == 2


def held(monkeypatch: pytest.MonkeyPatch) -> tuple[Event, Event]:
    """Checking a file says that it has begun, and waits to be let go on."""
    begun, go_on, check = Event(), Event(), Checker.check

    def slow(self: Checker, raw: Any) -> Any:
        begun.set()
        assert go_on.wait(20)
        return check(self, raw)

    monkeypatch.setattr("ml_insights.sources.pipeline.Checker.check", slow)
    return begun, go_on


async def test_what_takes_long_is_looked_after(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    path = await sent(client)
    await told(client, "PATCH", path, json={"answers": {"states": STATES}})
    monkeypatch.setattr(api, "PATIENCE_SECONDS", 0.05)
    _, go_on = held(monkeypatch)
    under_way = await told(client, "POST", f"{path}/check", 202)
    assert under_way["status"] == "checking" and 0 <= under_way["share"] <= 1
    go_on.set()
    with anyio.fail_after(20):
        while (await told(client, "GET", path))["status"] == "checking":
            await anyio.lowlevel.checkpoint()
    assert (await told(client, "GET", path))["status"] == "checked"


async def test_two_people_at_one_import_learn_of_each_other(client: httpx.AsyncClient) -> None:
    path, ben = await sent(client), key()
    seen = (await told(client, "GET", path))["version"]
    await told(client, "PATCH", path, json={"version": seen, "columns": {"channel": "Nota"}})
    for method, tail in (("PATCH", ""), ("POST", "/check"), ("POST", "/write")):
        refused = await told(client, method, path + tail, 409, json={"version": seen}, headers=ben)
        assert "Ana changed this import" in refused["detail"]
    mine = await told(client, "PATCH", path, json={"answers": {"states": STATES}}, headers=ben)
    assert header_of(mine, "channel") == "Nota", "what Ana chose stays"
    assert (mine["changed_by"], mine["version"]) == ("Ben", seen + 2)


async def test_an_answer_about_one_option_keeps_the_others(client: httpx.AsyncClient) -> None:
    path = await sent(client)
    await told(client, "PATCH", path, json={"answers": {"states": {"Anulado": "return"}}})
    seen = await told(client, "PATCH", path, json={"answers": {"states": {"Pagado": "sale"}}})
    assert decision(seen, "states")["answer"] == {"Pagado": "sale", "Anulado": "return"} and seen["ready"]


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"columns": {"channel": "Tienda"}}, "Tienda"),
        ({"columns": {"shop": "Nota"}}, "shop"),
        ({"answers": {"mood": "good"}}, "mood"),
        ({"answers": {"states": {"Pagado": "perhaps"}}}, "perhaps"),
        ({"encoding": "klingon"}, "klingon"),
        ({"sheet": "Ventas"}, "ventas.csv"),
        ({"header_row": -1}, "header_row"),
    ],
)
async def test_what_cannot_be_is_told_and_changes_nothing(client: httpx.AsyncClient, asked: Answer, named: str) -> None:
    path = await sent(client)
    before = await told(client, "GET", path)
    refused = await client.patch(path, json=asked)
    assert refused.status_code == 422 and named in refused.text, refused.text
    assert await told(client, "GET", path) == before


async def test_what_is_open_keeps_a_file_from_being_checked(client: httpx.AsyncClient) -> None:
    path = await sent(client, UNCLEAR)
    seen = await told(client, "GET", path)
    assert [one["name"] for one in seen["decisions"] if one["open"]] == ["dates"]
    assert "dates" in (await told(client, "POST", f"{path}/check", 409))["detail"]
    assert (await client.post(f"{path}/write")).status_code == 409, "nothing unseen is written"
    await told(client, "PATCH", path, json={"answers": {"dates": "month-first"}})
    assert (await told(client, "POST", f"{path}/check"))["summary"]["first"] == "2024-03-01"
    changed = await told(client, "PATCH", path, json={"answers": {"dates": "day-first"}})
    assert changed["status"] == "uploaded", "another reading has to be checked again"
    assert (await client.post(f"{path}/write")).status_code == 409
    assert (await told(client, "POST", f"{path}/check"))["summary"]["first"] == "2024-01-03"


async def test_proposals_are_taken_where_that_is_asked_for(client: httpx.AsyncClient, database: Engine) -> None:
    path = await sent(client)
    checked = await told(client, "POST", f"{path}/check", json={"accept_proposed": True})
    assert checked["status"] == "checked" and decision(checked, "states")["answer"] == STATES
    missing = await sent(client, "Pedido;Fecha;SKU;Cantidad\nA1;13/01/2024;P1;2\n", "sin-precio.csv")
    assert (await told(client, "GET", missing))["missing"] == ["Unit price"]
    refused = await told(client, "POST", f"{missing}/check", 422, json={"accept_proposed": True})
    assert "unit_price" in refused["detail"] and lines(database) == 0


async def test_the_next_file_of_a_layout_is_read_alike_unless_afresh(client: httpx.AsyncClient) -> None:
    await written(client)
    path = await sent(client, FILE.replace("A1", "B1"))
    seen = await told(client, "GET", path)
    assert seen["ready"] and seen["remembered"]["by"] == "Ana"
    afresh = await told(client, "PATCH", path, json={"afresh": True})
    assert not afresh["ready"] and afresh["remembered"] == {}


async def test_known_lines_change_only_when_told_to(client: httpx.AsyncClient, database: Engine) -> None:
    await written(client)
    for update, became in ((False, ("kept", 1)), (True, ("updated", 1))):
        path = await sent(client, FILE.replace("10,5", "11,5"))
        await told(client, "POST", f"{path}/check")
        outcome = (await told(client, "POST", f"{path}/write", json={"update": update}))["outcome"]
        assert outcome[became[0]] == became[1] and outcome["known"] == 1
        parts = sum(outcome[name] for name in ("added", "known", "updated", "kept", "refused"))
        assert outcome["read"] == parts == 3


async def test_refused_rows_come_as_csv_and_as_a_workbook(client: httpx.AsyncClient) -> None:
    path = await sent(client)
    await told(client, "POST", f"{path}/check", json={"accept_proposed": True})
    text = (await client.get(f"{path}/refused.csv")).content.decode("utf-8-sig")
    assert text.splitlines()[1].startswith("A2,16/01/2024,P1,x,")
    answer = await client.get(f"{path}/refused.csv", params={"format": "xlsx"})
    assert "refused-ventas.xlsx" in answer.headers["content-disposition"]
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert any(row[:4] == ["A2", "16/01/2024", "P1", "x"] for row in rows)


async def test_giving_up_forgets_the_file(client: httpx.AsyncClient) -> None:
    path = await sent(client)
    await told(client, "DELETE", path, 204)
    assert not [one for one in uploads.folder().rglob("*") if one.is_file()]
    for method in ("GET", "DELETE"):
        await told(client, method, path, 404)


STEPS = (
    ("GET", ""),
    ("PATCH", ""),
    ("DELETE", ""),
    ("POST", "/check"),
    ("POST", "/write"),
    ("GET", "/undo"),
    ("POST", "/undo"),
    ("GET", "/refused.csv"),
)


@pytest.mark.parametrize(("method", "tail"), STEPS)
async def test_every_step_asks_who_it_is_and_which_import(client: httpx.AsyncClient, method: str, tail: str) -> None:
    path, body = await sent(client), {"json": {}} if method in ("PATCH", "POST") else {}
    await told(client, method, path + tail, 403, headers=key("Eva", Role.SALES), **body)
    if method != "GET":
        await told(client, method, path + tail, 403, headers=key("Luz", Role.ANALYST, "read"), **body)
    client.headers.pop("Authorization")
    await told(client, method, path + tail, 401, **body)
    await told(client, method, f"/api/import/9999{tail}", 404, headers=key(), **body)
    await told(client, method, f"/api/import/first{tail}", 422, headers=key(), **body)


async def test_a_file_that_is_none_says_so_on_every_look(client: httpx.AsyncClient) -> None:
    path = await sent(client, "", "leer.csv")
    assert "leer.csv" in (await told(client, "GET", path, 422))["detail"]
    assert (await client.post(f"{path}/check")).status_code == 422
    await told(client, "DELETE", path, 204)


async def test_what_a_line_is_worth_is_settled_and_no_header_named_twice(client: httpx.AsyncClient) -> None:
    lines = "1,2026-01-03,P1,2,10000,2000,18000\n2,2026-01-04,P2,3,10000,0,30000\n"
    place = await sent(client, "Order ID,Date,SKU,Quantity,Unit Price,Discount,Line Total\n" + lines)
    seen = (await client.get(place)).json()
    (asked,) = [one for one in seen["decisions"] if one["open"]]
    assert (asked["name"], [one["value"] for one in asked["options"]]) == ("line_total", ["total", "price"])
    twice = await client.patch(place, json={"columns": {"quantity": "Discount", "unit_price": "Discount"}})
    assert twice.status_code == 422 and "quantity, unit_price" in twice.text
    settled = await client.patch(place, json={"answers": {"line_total": "total"}})
    assert settled.status_code == 200 and settled.json()["ready"]
    done = (await client.post(f"{place}/check", json={})).json()
    assert (done["summary"]["revenue"], done["summary"]["units"]) == (48_000, 5)
