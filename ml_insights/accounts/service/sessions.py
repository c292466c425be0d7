"""Signing in and out."""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from ml_insights.accounts import passwords, policy, queries, supabase_auth
from ml_insights.accounts.errors import AccountInactive, AccountLocked, NoRoleYet, WrongCredentials
from ml_insights.accounts.facts import SignIn, Throttle
from ml_insights.accounts.policy import EMAIL_MAX, THROTTLE_MEMORY
from ml_insights.accounts.tables import SignInThrottle, User, UserSession
from ml_insights.core import audit, clock
from ml_insights.core.identity import forget_callers
from ml_insights.core.security import digest, new_token
from ml_insights.core.settings import settings

USER_AGENT_MAX = 200


def sign_in(session: Session, email: str, password: str, user_agent: str = "") -> SignIn:
    """Open a session, or say why not. A failure is an answer, not an exception: it must be committed to be counted.

    Raises SignInUnavailable when Supabase keeps the passwords and does not answer; that counts as no failure.
    """
    key = email.strip().lower()[:EMAIL_MAX]
    locked_until = policy.locked_until(queries.throttle(session, key), clock.now())
    if locked_until:
        return SignIn(error=AccountLocked(until=locked_until.isoformat()))
    user = queries.user_by_email(session, key)
    if not proves(user, key, password):
        return _failed(session, key)
    session.exec(delete(SignInThrottle).where(col(SignInThrottle.email) == key))
    if user is None:
        return SignIn(error=NoRoleYet(email=key))
    if not user.active:
        return SignIn(error=AccountInactive())
    if user.password_hash and passwords.outdated(user.password_hash):
        user.password_hash = passwords.hashed(password)
    return SignIn(token=open_session(session, user, user_agent), language=user.language)


def proves(user: User | None, email: str, password: str) -> bool:
    """Whether `password` is the one of `email`, wherever passwords are kept."""
    local = user is not None and user.is_demo
    if supabase_auth.enabled() and not local:
        return supabase_auth.verify(email, password)
    return passwords.verify(user.password_hash if user else None, password)


def open_session(session: Session, user: User, user_agent: str) -> str:
    """A new session's token. Sessions that have ended are swept out on the way."""
    now, token = clock.now(), new_token()
    session.exec(delete(UserSession).where(col(UserSession.expires_at) <= now))
    session.add(
        UserSession(
            token_hash=digest(token),
            user_id=user.id or 0,
            created_at=now,
            expires_at=now + timedelta(hours=settings().session_hours),
            last_seen_at=now,
            user_agent=user_agent[:USER_AGENT_MAX],
        )
    )
    audit.record(session, user.email, "signed-in")
    return token


def _failed(session: Session, email: str) -> SignIn:
    now = clock.now()
    session.exec(delete(SignInThrottle).where(col(SignInThrottle.updated_at) < now - THROTTLE_MEMORY))
    row = _locked_throttle(session, email)
    counted = policy.after_failure(
        Throttle(row.failed_attempts, row.locked_until),
        now,
        settings().lockout_attempts,
        settings().lockout_minutes,
    )
    row.failed_attempts, row.locked_until, row.updated_at = counted.failed_attempts, counted.locked_until, now
    audit.record(session, email, "sign-in-failed", attempts=counted.failed_attempts)
    if counted.locked_until is None:
        return SignIn(error=WrongCredentials())
    audit.record(session, email, "account-locked", until=counted.locked_until.isoformat())
    return SignIn(error=AccountLocked(until=counted.locked_until.isoformat()))


def _locked_throttle(session: Session, email: str) -> SignInThrottle:
    """The e-mail's row, locked until the commit: guesses made in parallel must not overtake the count."""
    if session.get(SignInThrottle, email) is None:
        with suppress(IntegrityError), session.begin_nested():
            session.add(SignInThrottle(email=email, updated_at=clock.now()))
    return session.get_one(SignInThrottle, email, with_for_update=True, populate_existing=True)


def sign_out(session: Session, token: str) -> None:
    """End the session that `token` belongs to, if there still is one."""
    row = session.exec(select(UserSession).where(UserSession.token_hash == digest(token))).one_or_none()
    if row is None:
        return
    audit.record(session, queries.user_by_id(session, row.user_id).email, "signed-out")
    session.delete(row)
    forget_callers()


def end_session(session: Session, user_id: int, session_id: int, actor: str) -> None:
    """End one of a user's sessions."""
    session.exec(delete(UserSession).where(col(UserSession.id) == session_id, col(UserSession.user_id) == user_id))
    audit.record(session, actor, "session-ended", str(user_id))
    forget_callers()


def sign_out_everywhere(session: Session, user_id: int, actor: str, keep_token: str = "") -> int:
    """End every session of a user, except the one of `keep_token`; how many were ended."""
    user = queries.user_by_id(session, user_id)
    condition = col(UserSession.user_id) == user_id
    if keep_token:
        condition &= col(UserSession.token_hash) != digest(keep_token)
    ended = session.exec(delete(UserSession).where(condition)).rowcount
    audit.record(session, actor, "signed-out-everywhere", user.email, sessions=ended)
    forget_callers()
    return ended
