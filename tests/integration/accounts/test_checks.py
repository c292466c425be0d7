"""What the doctor says about signing in."""

import pytest
from sqlalchemy import Engine

from ml_insights.accounts import checks, service
from ml_insights.core.access import Role
from ml_insights.core.database import transaction
from ml_insights.core.doctor import Status
from ml_insights.core.settings import settings
from tests.fixtures.sites import free_port


def test_it_asks_for_an_admin_then_for_the_end_of_the_demo(database: Engine) -> None:
    assert checks.admin().status == Status.WARNING
    with transaction() as session:
        service.add_user(session, "ana@empresa.cl", "Ana", Role.ADMIN, "correct horse 9", "test")
        service.create_demo_logins(session)
    assert checks.admin().status == Status.NOTE
    with transaction() as session:
        service.remove_demo_logins(session)
    assert checks.admin().status == Status.OK


def test_local_passwords_need_nothing() -> None:
    assert checks.sign_in().status == Status.OK


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:{port}"])
def test_supabase_that_is_half_configured_or_down_is_broken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("SUPABASE_AUTH", "true")
    monkeypatch.setenv("SUPABASE_URL", url.format(port=free_port()))
    monkeypatch.setenv("SUPABASE_ANON_KEY", "anon")
    settings.cache_clear()
    finding = checks.sign_in()
    assert finding.status == Status.BROKEN and "SUPABASE_URL" in finding.fix
