"""Supabase Auth that is down, slow or confused: a clear error, no failure counted, nobody let in."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import Engine

from ml_insights.accounts import queries, service
from ml_insights.accounts.errors import PasswordElsewhere, SignInUnavailable, WrongCredentials
from ml_insights.accounts.facts import Throttle
from ml_insights.core.access import Role
from ml_insights.core.database import reading, transaction
from ml_insights.core.settings import settings
from tests.fixtures.sites import free_port

EMAIL, PASSWORD = "ana@empresa.cl", "correct horse 9"


class Answers(BaseHTTPRequestHandler):
    """Answers every request with what the server was told to."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        status, body = self.server.answer  # pyright: ignore[reportAttributeAccessIssue]
        if status is None:
            self.server.released.wait(10)  # pyright: ignore[reportAttributeAccessIssue]
            return
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def supabase(sqlite_database: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.released = threading.Event()  # pyright: ignore[reportAttributeAccessIssue]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    configure(monkeypatch, server.server_address[1])
    yield server
    server.released.set()  # pyright: ignore[reportAttributeAccessIssue]
    server.shutdown()


def configure(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setenv("SUPABASE_AUTH", "true")
    monkeypatch.setenv("SUPABASE_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("SUPABASE_ANON_KEY", "anon")
    monkeypatch.setenv("SUPABASE_TIMEOUT_SECONDS", "0.3")
    settings.cache_clear()


def sign_in():
    with transaction() as session:
        return service.sign_in(session, EMAIL, PASSWORD)


@pytest.mark.parametrize(
    "answer",
    [(503, b"{}"), (500, b'{"msg":"boom"}'), (200, b"<html>not json"), (200, b'{"half":'), (429, b"{}"), (None, b"")],
    ids=["unavailable", "error", "html", "half", "overloaded", "slow"],
)
def test_trouble_is_told_as_such_and_counts_as_no_failure(
    supabase: ThreadingHTTPServer, answer: tuple[int | None, bytes]
) -> None:
    supabase.answer = answer  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(SignInUnavailable):
        sign_in()
    with reading() as session:
        assert queries.throttle(session, EMAIL) == Throttle()


def test_nothing_listening_is_told_as_such(sqlite_database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, free_port())
    with pytest.raises(SignInUnavailable):
        sign_in()


def test_a_refusal_is_a_wrong_password_and_counts(supabase: ThreadingHTTPServer) -> None:
    supabase.answer = (400, b'{"code":400,"error_code":"invalid_credentials","msg":"Invalid login credentials"}')  # pyright: ignore[reportAttributeAccessIssue]
    assert isinstance(sign_in().error, WrongCredentials)
    with reading() as session:
        assert queries.throttle(session, EMAIL).failed_attempts == 1


def test_the_demo_companys_people_still_sign_in_here(supabase: ThreadingHTTPServer) -> None:
    supabase.answer = (503, b"{}")  # pyright: ignore[reportAttributeAccessIssue]
    with transaction() as session:
        email, password, _ = service.create_demo_logins(session)[0]
        assert service.sign_in(session, email, password).token


def test_passwords_are_changed_where_they_are_kept(supabase: ThreadingHTTPServer) -> None:
    with transaction() as session:
        service.invite(session, EMAIL, "Ana", Role.ADMIN, "test")
        ana = queries.user_by_email(session, EMAIL)
        assert ana is not None
        with pytest.raises(PasswordElsewhere):
            service.change_password(session, ana.id or 0, PASSWORD, "another horse 8")
