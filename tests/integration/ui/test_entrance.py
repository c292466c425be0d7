"""Pages are for those who may see them, before any of it is sent."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from reflex.constants import Dirs
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ml_insights.accounts import service
from ml_insights.core.access import Area, Role
from ml_insights.core.capability import Page
from ml_insights.core.database import transaction
from ml_insights.core.identity import forget_callers
from ml_insights.ui import entrance, first_sight, navigation

PASSWORD = "correct horse 9"
PAGES = (
    Page("/", "Overview", "x:y", area=Area.OVERVIEW),
    Page("/users", "Users", "x:y", area=Area.USERS),
    Page("/sign-in", "Sign in", "x:y", public=True),
    Page("/chart", "Chart", "x:y", area=Area.USERS, first="tests.integration.ui.test_entrance:sales"),
)
SALES = "</script><script>alert(1)</script>"


def sales(query: dict[str, str], language: str) -> dict[str, Any]:
    """The first sight of /chart: private, and with a name that somebody chose to do harm."""
    if "broken" in query:
        raise RuntimeError("no such table")
    return {"figure": {"label": SALES, "asked": query, "language": language}, "summary": "Sales"}


async def _echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.url.path)


@pytest.fixture
def client(sqlite_database: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The entrance before a site that says which path it was asked for."""
    monkeypatch.setattr(navigation, "pages", lambda: PAGES)
    forget_callers()
    site = Starlette(routes=[Route("/{path:path}", _echo, methods=["GET", "POST"])])
    with TestClient(entrance.Entrance(site), follow_redirects=False) as client:
        yield client
    forget_callers()


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The page /chart as a build leaves it."""
    page = tmp_path / Dirs.STATIC / "chart" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text('<html><body><div class="chart-sketch"></div><script>site</script></body></html>')
    monkeypatch.setattr(first_sight, "get_web_dir", lambda: tmp_path)
    return page


def session_of(role: Role) -> str:
    """Token of a new session of a new person with `role`."""
    with transaction() as session:
        service.add_user(session, f"{role}@example.com", "Somebody", role, PASSWORD, "test")
    with transaction() as session:
        return service.sign_in(session, f"{role}@example.com", PASSWORD, "test").token


def test_signed_out_readers_go_to_sign_in_and_come_back(client: TestClient) -> None:
    answer = client.get("/users?page=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/users%3Fpage%3D2")


def test_a_forged_session_is_no_session(client: TestClient) -> None:
    client.cookies.set("session", "forged")
    assert client.get("/").headers["location"] == "/sign-in?next=/"


def test_the_wrong_role_is_told_so(client: TestClient) -> None:
    client.cookies.set("session", session_of(Role.AGENT))
    assert client.get("/users").headers["location"] == "/forbidden"
    assert client.get("/").status_code == 200


def test_pages_come_without_a_redirect_to_their_folder(client: TestClient) -> None:
    client.cookies.set("session", session_of(Role.ADMIN))
    assert client.get("/users").text == "/users/"
    assert client.get("/users/").text == "/users/"


@pytest.mark.parametrize("path", ["/sign-in", "/assets/a.js", "/nowhere", "/api/ml/health"])
def test_everything_else_is_open(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_only_fingerprinted_files_are_kept_forever(client: TestClient) -> None:
    assert "immutable" in client.get("/assets/a-1b2c.js").headers["cache-control"]
    assert "cache-control" not in client.get("/env.json").headers


def test_the_first_sight_comes_with_the_page_for_those_who_may_see_it(client: TestClient, built: Path) -> None:
    client.cookies.set("session", session_of(Role.ADMIN))
    answer = client.get("/chart?days=7", headers={"accept-language": "es"})
    told = json.loads(re.findall(r'id="first-sight">(.*?)</script>', answer.text)[0])
    assert told["figure"] == {"label": SALES, "asked": {"days": "7"}, "language": "es"}
    assert '<html data-routes="/ /users /chart" data-notices="0" data-company="{' in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-encoding"] == "gzip"


def test_data_in_a_page_cannot_become_a_script(client: TestClient, built: Path) -> None:
    client.cookies.set("session", session_of(Role.ADMIN))
    assert "alert" not in "".join(re.findall(r"<script>(.*?)</script>", client.get("/chart").text, re.DOTALL))


def test_a_browser_that_cannot_unpack_gets_the_page_as_it_is(client: TestClient, built: Path) -> None:
    client.cookies.set("session", session_of(Role.ADMIN))
    answer = client.get("/chart", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers and 'id="first-sight"' in answer.text


@pytest.mark.parametrize("role", [None, Role.AGENT])
def test_nobody_else_gets_the_first_sight(client: TestClient, built: Path, role: Role | None) -> None:
    if role:
        client.cookies.set("session", session_of(role))
    answer = client.get("/chart")
    assert answer.status_code == 303 and "first-sight" not in answer.text


def test_a_page_that_is_not_built_is_left_to_the_site(client: TestClient, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(first_sight, "get_web_dir", lambda: tmp_path)
    client.cookies.set("session", session_of(Role.ADMIN))
    assert client.get("/chart").text == "/chart/"


def test_a_first_sight_that_fails_does_not_keep_the_page_away(client: TestClient, built: Path) -> None:
    client.cookies.set("session", session_of(Role.ADMIN))
    assert client.get("/chart?broken=1").text == "/chart/"
