"""Signing in with a real Supabase Auth: passwords there, roles here."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from ml_insights.accounts import queries, service
from ml_insights.accounts.errors import AccountInactive, NoRoleYet, WrongCredentials
from ml_insights.accounts.facts import SignIn
from ml_insights.core.access import Role
from ml_insights.core.database import reading, transaction
from ml_insights.core.identity import CredentialKind, forget_callers, identify
from ml_insights.core.settings import settings
from tests.fixtures.sites import free_port
from tests.supabase_lite import Supabase, running

EMAIL, PASSWORD = "ana@empresa.cl", "correct horse 9"


@pytest.fixture(scope="module")
def supabase(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supabase]:
    with running(tmp_path_factory.mktemp("supabase"), free_port()) as project:
        project.sign_up(EMAIL, PASSWORD)
        yield project


@pytest.fixture(autouse=True)
def _configured(supabase: Supabase, sqlite_database: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SUPABASE_AUTH", "true")
    monkeypatch.setenv("SUPABASE_URL", supabase.url)
    monkeypatch.setenv("SUPABASE_ANON_KEY", supabase.publishable_key)
    settings.cache_clear()
    forget_callers()
    yield
    forget_callers()


def sign_in(email: str = EMAIL, password: str = PASSWORD) -> SignIn:
    with transaction() as session:
        return service.sign_in(session, email, password)


def invite(email: str = EMAIL, role: Role = Role.ANALYST) -> str:
    with transaction() as session:
        return service.invite(session, email, "Ana", role, "test").partition("token=")[2]


def test_whom_nobody_invited_has_no_role_however_right_the_password() -> None:
    assert isinstance(sign_in().error, NoRoleYet)
    with reading() as session:
        assert queries.people(session) == []


def test_an_invited_person_signs_in_with_the_password_kept_there() -> None:
    invite()
    found = identify(CredentialKind.SESSION, sign_in("ANA@empresa.cl").token)
    assert found is not None and (found.email, found.role) == (EMAIL, Role.ANALYST)


@pytest.mark.parametrize(("email", "password"), [(EMAIL, "wrong password"), ("nobody@empresa.cl", PASSWORD)])
def test_what_supabase_refuses_is_refused_here(email: str, password: str) -> None:
    invite()
    assert isinstance(sign_in(email, password).error, WrongCredentials)


def test_a_password_that_was_stored_here_before_counts_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPABASE_AUTH", "false")
    settings.cache_clear()
    with transaction() as session:
        service.add_user(session, "bo@empresa.cl", "Bo", Role.ADMIN, PASSWORD, "test")
    assert sign_in("bo@empresa.cl").token
    monkeypatch.setenv("SUPABASE_AUTH", "true")
    settings.cache_clear()
    assert isinstance(sign_in("bo@empresa.cl").error, WrongCredentials)


def test_somebody_deactivated_here_stays_out() -> None:
    invite()
    with transaction() as session:
        user = queries.user_by_email(session, EMAIL)
        assert user is not None
        service.set_active(session, user.id or 0, False, "test")
    assert isinstance(sign_in().error, AccountInactive)


def test_the_first_admin_sets_up_with_the_password_kept_there() -> None:
    with transaction() as session:
        token = (service.ensure_setup_link(session) or "").partition("token=")[2]
    with pytest.raises(WrongCredentials), transaction() as session:
        service.complete_setup(session, token, "Ana", EMAIL, "another password")
    with transaction() as session:
        service.complete_setup(session, token, "Ana", EMAIL, PASSWORD)
    with reading() as session:
        (person,) = queries.people(session)
        assert (person.role, person.has_password) == (Role.ADMIN, False)
        assert service.ensure_setup_link(session) is None
    assert sign_in().token
