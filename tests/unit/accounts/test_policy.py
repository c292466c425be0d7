"""Decisions about passwords, locks and admins."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_insights.accounts import policy
from ml_insights.accounts.errors import InvalidEmail, LastAdmin, NameMissing, WeakPassword
from ml_insights.accounts.facts import Throttle
from ml_insights.core.access import Role

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short1!",
        "aaaaaaaaaaaa",
        "ababababab",
        "1234567890",
        "0987654321",
        "Password12",
        "qwertyqwerty1",
        "anaperez2024",
        "distribuidora1",
        "x" * 2000,
    ],
)
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        policy.require_strong(password, "ana.perez@distribuidora.cl", "Ana Perez")


@pytest.mark.parametrize("password", ["correct horse", "Tres-coihues-al-sur", "9f8a7c6b5d4e", "ñandú y pudú 7"])
def test_strong_passwords_pass(password: str) -> None:
    policy.require_strong(password, "ana.perez@distribuidora.cl", "Ana Perez")


@given(st.text(max_size=9))
def test_no_short_password_passes(password: str) -> None:
    with pytest.raises(WeakPassword):
        policy.require_strong(password, "ana@x.cl", "Ana")


@pytest.mark.parametrize("email", ["", "ana", "ana@", "@x.cl", "ana@x", "ana@x..cl", "a b@x.cl", "ana@x.cl,bo@x.cl"])
def test_what_is_no_email_is_refused(email: str) -> None:
    with pytest.raises(InvalidEmail):
        policy.normal_email(email)


@given(st.text())
def test_any_text_is_an_email_or_refused(text: str) -> None:
    try:
        cleaned = policy.normal_email(text)
    except InvalidEmail:
        return
    assert policy.normal_email(cleaned) == cleaned


def test_emails_are_stored_in_lower_case() -> None:
    assert policy.normal_email("  Ana.Perez@Example.CL ") == "ana.perez@example.cl"


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_name_is_needed(name: str) -> None:
    with pytest.raises(NameMissing):
        policy.normal_name(name)


def test_the_last_allowed_failure_locks_and_time_releases() -> None:
    throttle = Throttle()
    for _ in range(4):
        throttle = policy.after_failure(throttle, NOW, attempts=5, minutes=15)
        assert policy.locked_until(throttle, NOW) is None
    throttle = policy.after_failure(throttle, NOW, attempts=5, minutes=15)
    assert policy.locked_until(throttle, NOW) == NOW + timedelta(minutes=15)
    assert policy.locked_until(throttle, NOW + timedelta(minutes=15)) is None


def test_after_a_lock_has_ended_counting_starts_anew() -> None:
    locked = Throttle(failed_attempts=5, locked_until=NOW)
    assert policy.after_failure(locked, NOW, attempts=5, minutes=15) == Throttle(1, None)


def test_only_the_last_active_admin_is_kept() -> None:
    with pytest.raises(LastAdmin):
        policy.require_another_admin(Role.ADMIN, active=True, other_admins=0)
    policy.require_another_admin(Role.ADMIN, active=True, other_admins=1)
    policy.require_another_admin(Role.ADMIN, active=False, other_admins=0)
    policy.require_another_admin(Role.SALES, active=True, other_admins=0)


def test_what_never_expires_is_alive_and_the_end_is_exclusive() -> None:
    assert policy.alive(None, NOW)
    assert policy.alive(NOW + timedelta(microseconds=1), NOW)
    assert not policy.alive(NOW, NOW)


def test_last_seen_is_written_every_few_minutes_only() -> None:
    assert policy.seen_is_stale(None, NOW)
    assert not policy.seen_is_stale(NOW - timedelta(minutes=4), NOW)
    assert policy.seen_is_stale(NOW - timedelta(minutes=5), NOW)
