"""API keys, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from ml_insights.accounts import queries, service
from ml_insights.accounts.errors import ExpiryInPast, InvalidScopes, NameMissing, UnknownKey
from ml_insights.accounts.tables import ApiKey
from ml_insights.core import clock
from ml_insights.core.access import Area, Role
from ml_insights.core.database import reading, transaction
from ml_insights.core.identity import Caller, CredentialKind, forget_callers, identify

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nobody_remembered(database: Engine):
    forget_callers()
    yield
    forget_callers()


def create(scopes: tuple[str, ...] = ("read",), expires_at: datetime | None = None, role: Role = Role.ANALYST):
    with clock.frozen(NOW), transaction() as session:
        return service.create_key(session, "Dashboard", role, scopes, expires_at, "ana@empresa.cl")


def caller(secret: str, at: datetime = NOW) -> Caller | None:
    forget_callers()
    with clock.frozen(at):
        return identify(CredentialKind.API_KEY, secret)


def test_a_key_acts_with_its_role_and_scopes_and_its_secret_is_not_stored() -> None:
    made = create()
    found = caller(made.secret)
    assert found is not None and found.user_id is None
    assert found.may(Area.DEMAND) and not found.may(Area.DEMAND, "write") and not found.may(Area.USERS)
    with reading() as session:
        row = session.exec(select(ApiKey)).one()
    assert made.secret not in str(vars(row)) and made.secret.startswith(row.prefix)


def test_a_key_expires() -> None:
    secret = create(expires_at=NOW + timedelta(days=30)).secret
    assert caller(secret, NOW + timedelta(days=30) - timedelta(seconds=1))
    assert caller(secret, NOW + timedelta(days=30)) is None


def test_a_revoked_key_is_nobody_and_stays_in_the_list() -> None:
    made = create()
    assert caller(made.secret)
    with clock.frozen(NOW):
        assert identify(CredentialKind.API_KEY, made.secret)
        with transaction() as session:
            service.revoke_key(session, made.key_id, "ana@empresa.cl")
        assert identify(CredentialKind.API_KEY, made.secret) is None
        with reading() as session:
            assert queries.keys(session)[0].revoked_at == NOW


def test_a_session_token_is_no_key_and_a_key_no_session() -> None:
    secret = create().secret
    assert identify(CredentialKind.SESSION, secret) is None


@pytest.mark.parametrize("scopes", [(), ("read", "everything")])
def test_scopes_must_be_known(scopes: tuple[str, ...]) -> None:
    with pytest.raises(InvalidScopes):
        create(scopes)


def test_a_key_that_would_be_dead_at_birth_is_refused() -> None:
    with pytest.raises(ExpiryInPast):
        create(expires_at=NOW)


def test_a_key_needs_a_name_and_only_existing_ones_are_revoked() -> None:
    with pytest.raises(NameMissing), transaction() as session:
        service.create_key(session, " ", Role.ANALYST, ["read"], None, "test")
    with pytest.raises(UnknownKey), transaction() as session:
        service.revoke_key(session, 999, "test")
