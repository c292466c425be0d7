"""The API as its callers meet it: who gets in, what errors look like, and what other sites cannot do."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI
from sqlalchemy import Engine

from ml_insights.accounts import passwords, service
from ml_insights.core.access import Area, Role
from ml_insights.core.api import caller_for, create_api
from ml_insights.core.database import transaction
from ml_insights.core.identity import Caller, forget_callers
from ml_insights.core.settings import settings

HERE = "http://site.example"
EMAIL, PASSWORD = "ana@empresa.cl", "correct horse 9"


def with_routes() -> FastAPI:
    """The API and, before its catch-all, routes that only tests have."""
    api = create_api()

    @api.get("/api/test/demand")
    async def read(caller: Annotated[Caller, Depends(caller_for(Area.DEMAND))]) -> str:
        return caller.actor

    @api.post("/api/test/demand")
    async def write(caller: Annotated[Caller, Depends(caller_for(Area.DEMAND, "write"))]) -> str:
        return caller.actor

    @api.get("/api/test/number/{number}")
    async def number(number: int) -> int:
        return 1 // number

    mine = [route for route in api.router.routes if "/api/test/" in getattr(route, "path", "")]
    api.router.routes = mine + [route for route in api.router.routes if route not in mine]
    return api


@pytest.fixture
async def client(sqlite_database: Engine) -> AsyncIterator[httpx.AsyncClient]:
    forget_callers()
    with transaction() as session:
        service.add_user(session, EMAIL, "Ana", Role.ADMIN, PASSWORD, "test")
        service.add_user(session, "tec@empresa.cl", "Tec", Role.TECHNICIAN, PASSWORD, "test")
    transport = httpx.ASGITransport(app=with_routes(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as opened:
        yield opened
    forget_callers()


def key(role: Role = Role.ANALYST, scopes: tuple[str, ...] = ("read",)) -> str:
    with transaction() as session:
        return service.create_key(session, "Test", role, scopes, None, EMAIL).secret


async def sign_in(client: httpx.AsyncClient, email: str = EMAIL, **more: str) -> httpx.Response:
    form = {"email": email, "password": PASSWORD} | more
    return await client.post("/api/auth/sign-in", data=form, headers={"Origin": HERE})


def problem(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    return body


async def test_health_is_open_and_small(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/ml/health")
    assert (answer.status_code, answer.json()["status"], answer.json()["database"]) == (200, "ok", "reachable")


async def test_health_says_when_the_database_is_gone(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ml_insights.core import database

    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/at/all.db")
    settings.cache_clear()
    database.engine.cache_clear()
    answer = await client.get("/api/ml/health")
    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")


async def test_nobody_gets_in_without_a_credential(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/test/demand")
    assert problem(answer)["type"] == "/errors/sign-in-needed"
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("header", ["Authorization", "X-API-Key"])
async def test_a_key_gets_in_by_either_header(client: httpx.AsyncClient, header: str) -> None:
    value = f"Bearer {key()}" if header == "Authorization" else key()
    assert (await client.get("/api/test/demand", headers={header: value})).status_code == 200


async def test_a_forged_key_is_told_so_even_beside_a_good_session(client: httpx.AsyncClient) -> None:
    await sign_in(client)
    answer = await client.get("/api/test/demand", headers={"Authorization": "Bearer mli_forged"})
    assert (answer.status_code, problem(answer)["type"]) == (401, "/errors/invalid-key")


async def test_a_forged_session_is_told_so(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/test/demand", headers={"Cookie": "session=forged"})
    assert (answer.status_code, problem(answer)["type"]) == (401, "/errors/sign-in-needed")


async def test_a_key_needs_the_scope(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/test/demand", headers={"X-API-Key": key()})
    assert (answer.status_code, problem(answer)["scope"]) == (403, "write")
    both = {"X-API-Key": key(scopes=("read", "write"))}
    assert (await client.post("/api/test/demand", headers=both)).status_code == 200


async def test_a_role_that_is_too_low_is_refused(client: httpx.AsyncClient) -> None:
    await sign_in(client, "tec@empresa.cl")
    answer = await client.get("/api/test/demand")
    assert (answer.status_code, problem(answer)["type"]) == (403, "/errors/forbidden")
    assert (await client.get("/api/auth/me")).json()["role"] == "technician"


async def test_a_revoked_key_is_out(client: httpx.AsyncClient) -> None:
    with transaction() as session:
        made = service.create_key(session, "Test", Role.ANALYST, ["read"], None, EMAIL)
    headers = {"X-API-Key": made.secret}
    assert (await client.get("/api/test/demand", headers=headers)).status_code == 200
    with transaction() as session:
        service.revoke_key(session, made.key_id, EMAIL)
    assert (await client.get("/api/test/demand", headers=headers)).status_code == 401


async def test_a_revocation_elsewhere_is_seen_when_memory_ends(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ml_insights.accounts.tables import ApiKey
    from ml_insights.core import clock, identity

    with transaction() as session:
        made = service.create_key(session, "Test", Role.ANALYST, ["read"], None, EMAIL)
    headers = {"X-API-Key": made.secret}
    assert (await client.get("/api/test/demand", headers=headers)).status_code == 200
    with transaction() as session:
        session.get_one(ApiKey, made.key_id).revoked_at = clock.now()
    assert identity.MEMORY_SECONDS < 5
    start = identity.time.monotonic()
    monkeypatch.setattr(identity.time, "monotonic", lambda: start + identity.MEMORY_SECONDS + 0.1)
    assert (await client.get("/api/test/demand", headers=headers)).status_code == 401


async def test_signing_in_sets_a_cookie_that_scripts_cannot_read(client: httpx.AsyncClient) -> None:
    answer = await sign_in(client, next="/ml-insights")
    assert (answer.status_code, answer.headers["location"]) == (303, "/ml-insights")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "secure" not in cookie
    assert (await client.get("/api/test/demand")).text == f'"{EMAIL}"'


async def test_behind_https_the_cookie_is_secure(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://site.example")
    settings.cache_clear()
    assert "secure" in (await sign_in(client)).headers["set-cookie"].lower()


async def test_signing_in_leads_to_no_other_site(client: httpx.AsyncClient) -> None:
    assert (await sign_in(client, next="https://evil.example/")).headers["location"] == "/"


async def test_a_wrong_password_leads_back_to_the_form_without_the_password(client: httpx.AsyncClient) -> None:
    answer = await sign_in(client, password="a wrong password")
    location = httpx.URL(answer.headers["location"])
    assert (location.path, location.params["error"]) == ("/sign-in", "wrong-credentials")
    assert location.params["email"] == EMAIL and "wrong+password" not in str(location)
    assert "set-cookie" not in answer.headers


async def test_a_lock_tells_the_form_until_when(client: httpx.AsyncClient) -> None:
    for _ in range(5):
        answer = await sign_in(client, password="a wrong password")
    params = httpx.URL(answer.headers["location"]).params
    assert params["error"] == "account-locked" and params["until"].startswith("20")


async def test_signing_out_ends_the_session_not_only_the_cookie(client: httpx.AsyncClient) -> None:
    await sign_in(client)
    token = client.cookies["session"]
    answer = await client.post("/api/auth/sign-out", headers={"Origin": HERE})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert (await client.get("/api/test/demand", headers={"Cookie": f"session={token}"})).status_code == 401


async def test_the_set_up_link_makes_the_first_admin(client: httpx.AsyncClient) -> None:
    with transaction() as session:
        link = httpx.URL(service.invite(session, "bo@empresa.cl", "Bo", Role.ANALYST, EMAIL))
    form = {"token": link.params["token"], "name": "Bo", "password": "weak"}
    answer = await client.post("/api/auth/setup", data=form, headers={"Origin": HERE})
    back = httpx.URL(answer.headers["location"]).params
    assert (back["error"], back["token"]) == ("weak-password", form["token"])
    answer = await client.post("/api/auth/setup", data=form | {"password": PASSWORD}, headers={"Origin": HERE})
    assert answer.headers["location"] == "/"
    assert (await client.get("/api/auth/me")).json()["email"] == "bo@empresa.cl"


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Referer": "https://evil.example/x"}, {}])
async def test_another_site_cannot_use_somebodys_cookie(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    await sign_in(client)
    answer = await client.post("/api/test/demand", headers=headers)
    assert (answer.status_code, problem(answer)["type"]) == (403, "/errors/wrong-origin")
    assert (await client.post("/api/auth/sign-out", headers=headers)).status_code == 403
    assert (await client.get("/api/test/demand")).status_code == 200


async def test_another_site_cannot_sign_anybody_in(client: httpx.AsyncClient) -> None:
    form = {"email": EMAIL, "password": PASSWORD}
    answer = await client.post("/api/auth/sign-in", data=form, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403 and "set-cookie" not in answer.headers


async def test_errors_are_problems_in_the_callers_language(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/nothing/here", headers={"Accept-Language": "es-CL,es;q=0.9"})
    assert answer.status_code == 404 and "documentación" in problem(answer)["detail"]
    answer = await client.delete("/api/ml/health")
    assert (answer.status_code, problem(answer)["type"]) == (405, "/errors/wrong-method")


async def test_bad_values_name_the_field(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/test/number/ten")
    body = problem(answer)
    assert answer.status_code == 422 and body["errors"][0]["field"] == "number" and "number" in body["detail"]


async def test_unexpected_errors_say_nothing_of_the_inside(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/test/number/0")
    assert problem(answer)["type"] == "/errors/unexpected" and "division" not in answer.text.lower()


async def test_too_many_requests_are_told_when_to_come_back(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RATE_LIMIT", "3/hour")
    settings.cache_clear()
    headers = {"X-API-Key": key()}
    answers = [await client.get("/api/test/demand", headers=headers) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 3600 and problem(answers[-1])["seconds"] > 0
    assert (await client.get("/api/test/demand", headers={"X-API-Key": key()})).status_code == 200


async def test_passwords_cannot_be_guessed_at_full_speed(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "verify", lambda *_: False)
    answers = [await sign_in(client, f"{number}@empresa.cl") for number in range(61)]
    assert [answer.status_code for answer in answers] == [303] * 60 + [429]
    assert (await client.get("/api/ml/health")).status_code == 200


async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient) -> None:
    for path in ("/api/ml/health", "/api/nothing", "/api/docs"):
        headers = (await client.get(path)).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")


async def test_the_documentation_needs_no_other_server(client: httpx.AsyncClient) -> None:
    page = (await client.get("/api/docs")).text
    assert "http://" not in page and "https://" not in page
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"):
        assert f"/api/docs/{name}" in page and (await client.get(f"/api/docs/{name}")).status_code == 200
    paths = (await client.get("/api/openapi.json")).json()["paths"]
    assert "/api/ml/health" in paths and "/api/auth/me" in paths


async def test_uploads_are_refused_before_their_body_is_read(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = {"Origin": HERE}
    assert (await client.post("/_upload", content=b"x", headers=origin)).status_code == 401
    assert (await client.get("/_upload/secret.csv")).status_code == 404
    await sign_in(client)
    assert (await client.post("/_upload", content=b"x")).status_code == 403
    monkeypatch.setenv("UPLOAD_LIMIT_MB", "0")
    settings.cache_clear()
    answer = await client.post("/_upload", content=b"x" * (1024 * 1024 + 1), headers=origin)
    assert (answer.status_code, problem(answer)["limit"]) == (413, 0)

    async def endless():
        yield b"x"

    assert (await client.post("/_upload", content=endless(), headers=origin)).status_code == 411


@pytest.mark.parametrize(
    ("field", "address", "wanted"),
    [
        ("/", "/sign-in?next=/users%3Fpage%3D2", "/users?page=2"),
        ("/demo", "/sign-in?next=/users", "/demo"),
        ("/", "/sign-in?next=//elsewhere.example", "/"),
        ("/", "/sign-in", "/"),
    ],
)
async def test_a_form_sent_before_its_state_came_still_leads_on(
    client: httpx.AsyncClient, field: str, address: str, wanted: str
) -> None:
    form = {"email": EMAIL, "password": PASSWORD, "next": field}
    headers = {"Origin": HERE, "Referer": HERE + address}
    answer = await client.post("/api/auth/sign-in", data=form, headers=headers)
    assert answer.headers["location"] == wanted
