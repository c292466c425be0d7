"""Signing in and out, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from ml_insights.accounts import queries, service
from ml_insights.accounts.errors import AccountInactive, AccountLocked, WrongCredentials
from ml_insights.accounts.facts import SignIn
from ml_insights.accounts.tables import SignInThrottle, UserSession
from ml_insights.core import clock
from ml_insights.core.access import Role
from ml_insights.core.audit import AuditEvent
from ml_insights.core.database import reading, transaction
from ml_insights.core.identity import CredentialKind, forget_callers, identify

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
EMAIL, PASSWORD = "ana@empresa.cl", "correct horse 9"


@pytest.fixture(autouse=True)
def ana(database: Engine) -> Iterator[int]:
    forget_callers()
    with clock.frozen(NOW), transaction() as session:
        service.add_user(session, EMAIL, "Ana", Role.ADMIN, PASSWORD, "test")
        session.flush()
        user = queries.user_by_email(session, EMAIL)
        assert user is not None
    yield user.id or 0
    forget_callers()


def sign_in(email: str = EMAIL, password: str = PASSWORD, at: datetime = NOW) -> SignIn:
    with clock.frozen(at), transaction() as session:
        return service.sign_in(session, email, password, "Chromium")


def caller(token: str, at: datetime = NOW):
    forget_callers()
    with clock.frozen(at):
        return identify(CredentialKind.SESSION, token)


def actions() -> list[str]:
    with reading() as session:
        return list(session.exec(select(AuditEvent.action).order_by(AuditEvent.id)))  # pyright: ignore


def test_the_token_identifies_the_person_and_is_stored_as_a_digest() -> None:
    outcome = sign_in(email="  ANA@empresa.cl ")
    found = caller(outcome.token)
    assert found is not None and (found.email, found.role, found.name) == (EMAIL, Role.ADMIN, "Ana")
    with reading() as session:
        assert outcome.token not in session.exec(select(UserSession)).one().token_hash
    assert "signed-in" in actions()


@pytest.mark.parametrize("email", [EMAIL, "nobody@empresa.cl"])
def test_known_and_unknown_emails_get_the_same_answers(email: str) -> None:
    answers = [sign_in(email, "wrong password") for _ in range(6)]
    assert [type(answer.error) for answer in answers] == [WrongCredentials] * 4 + [AccountLocked] * 2
    assert not any(answer.token for answer in answers)


def test_an_unknown_email_costs_a_hash_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    verified: list[str] = []
    original = PasswordHasher.verify

    def counting(self: PasswordHasher, stored: str, password: str) -> bool:
        verified.append(password)
        return original(self, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    sign_in("nobody@empresa.cl", "a guess")
    assert verified == ["a guess"]


def test_a_lock_says_until_when_holds_against_the_right_password_and_ends() -> None:
    for _ in range(5):
        outcome = sign_in(password="wrong password")
    assert outcome.error is not None and outcome.error.values["until"] == (NOW + timedelta(minutes=15)).isoformat()
    assert isinstance(sign_in(at=NOW + timedelta(minutes=14, seconds=59)).error, AccountLocked)
    assert sign_in(at=NOW + timedelta(minutes=15)).token
    assert actions().count("sign-in-failed") == 5 and "account-locked" in actions()


def test_signing_in_forgets_earlier_failures() -> None:
    for _ in range(4):
        sign_in(password="wrong password")
    assert sign_in().token
    assert isinstance(sign_in(password="wrong password").error, WrongCredentials)


def test_old_failures_are_swept_out() -> None:
    sign_in("nobody@empresa.cl", "x")
    sign_in("nobody-else@empresa.cl", "x", at=NOW + timedelta(days=2))
    with reading() as session:
        assert [row.email for row in session.exec(select(SignInThrottle))] == ["nobody-else@empresa.cl"]


def test_a_session_ends_when_its_time_is_over() -> None:
    token = sign_in().token
    assert caller(token, NOW + timedelta(hours=24 * 7 - 1))
    assert caller(token, NOW + timedelta(hours=24 * 7)) is None


def test_a_forged_token_is_nobody() -> None:
    assert caller("x" * 43) is None
    assert caller("") is None


def test_signing_out_ends_this_session_alone() -> None:
    first, second = sign_in().token, sign_in().token
    with transaction() as session:
        service.sign_out(session, first)
    assert caller(first) is None and caller(second) is not None
    with transaction() as session:
        service.sign_out(session, first)
    assert actions().count("signed-out") == 1


def test_signing_out_everywhere_can_spare_the_present_browser(ana: int) -> None:
    first, second, third = (sign_in().token for _ in range(3))
    with transaction() as session:
        assert service.sign_out_everywhere(session, ana, EMAIL, keep_token=second) == 2
    assert [caller(token) is not None for token in (first, second, third)] == [False, True, False]


def test_somebody_deactivated_is_out_at_once_and_stays_out(ana: int) -> None:
    with transaction() as session:
        service.add_user(session, "bo@empresa.cl", "Bo", Role.ADMIN, PASSWORD, "test")
    token = sign_in().token
    with transaction() as session:
        service.set_active(session, ana, False, "bo@empresa.cl")
    assert caller(token) is None
    assert isinstance(sign_in().error, AccountInactive)
    assert isinstance(sign_in(password="wrong password").error, WrongCredentials)


def test_sessions_are_listed_with_what_they_are(ana: int) -> None:
    sign_in()
    with clock.frozen(NOW), reading() as session:
        (opened,) = queries.open_sessions(session, ana)
    assert (opened.user_agent, opened.created_at) == ("Chromium", NOW)


def test_last_seen_moves_when_it_is_old(ana: int) -> None:
    from ml_insights.core import identity

    token = sign_in().token
    assert caller(token, NOW + timedelta(minutes=30))
    identity.finish_notes()
    with clock.frozen(NOW + timedelta(minutes=31)), reading() as session:
        assert queries.open_sessions(session, ana)[0].last_seen_at == NOW + timedelta(minutes=30)


def test_a_changed_role_is_seen_at_once_in_this_process(ana: int) -> None:
    with transaction() as session:
        service.add_user(session, "bo@empresa.cl", "Bo", Role.ADMIN, PASSWORD, "test")
    token = sign_in().token
    with clock.frozen(NOW):
        assert identify(CredentialKind.SESSION, token).role == Role.ADMIN  # pyright: ignore
        with transaction() as session:
            service.set_role(session, ana, Role.SALES, "bo@empresa.cl")
        assert identify(CredentialKind.SESSION, token).role == Role.SALES  # pyright: ignore
