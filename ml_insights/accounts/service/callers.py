"""Who a session token or an API key belongs to."""

from sqlalchemy import update
from sqlmodel import Session, col, select

from ml_insights.accounts.policy import alive, seen_is_stale
from ml_insights.accounts.tables import ApiKey, User, UserSession
from ml_insights.core import clock
from ml_insights.core.access import Role
from ml_insights.core.identity import SCOPES, Caller, CallerBook, CredentialKind, Found
from ml_insights.core.security import digest, matches


def find(session: Session, kind: CredentialKind, secret: str) -> Found | None:
    """The caller, unless the secret is forged, expired, revoked or of somebody who was deactivated."""
    return _by_session(session, secret) if kind == CredentialKind.SESSION else _by_key(session, secret)


def _by_session(session: Session, token: str) -> Found | None:
    query = select(UserSession, User).join(User, col(User.id) == col(UserSession.user_id))
    row = session.exec(query.where(UserSession.token_hash == digest(token))).one_or_none()
    if row is None:
        return None
    signed_in, user = row
    if not (matches(token, signed_in.token_hash) and user.active and alive(signed_in.expires_at, clock.now())):
        return None
    caller = Caller(
        kind=CredentialKind.SESSION,
        user_id=user.id,
        role=Role(user.role),
        scopes=frozenset(SCOPES),
        name=user.name,
        credential=f"{CredentialKind.SESSION}:{signed_in.id}",
        email=user.email,
        language=user.language,
    )
    return Found(caller, seen_is_stale(signed_in.last_seen_at, clock.now()))


def _by_key(session: Session, secret: str) -> Found | None:
    row = session.exec(select(ApiKey).where(ApiKey.key_hash == digest(secret))).one_or_none()
    if row is None or row.revoked_at is not None:
        return None
    if not (matches(secret, row.key_hash) and alive(row.expires_at, clock.now())):
        return None
    caller = Caller(
        kind=CredentialKind.API_KEY,
        user_id=None,
        role=Role(row.role),
        scopes=frozenset(row.scopes),
        name=row.name,
        credential=f"{CredentialKind.API_KEY}:{row.id}",
    )
    return Found(caller, seen_is_stale(row.last_used_at, clock.now()))


def note_use(session: Session, caller: Caller) -> None:
    """Write down that the session or key was used just now."""
    number = int(caller.credential.partition(":")[2])
    if caller.kind == CredentialKind.SESSION:
        seen = update(UserSession).where(col(UserSession.id) == number).values(last_seen_at=clock.now())
    else:
        seen = update(ApiKey).where(col(ApiKey.id) == number).values(last_used_at=clock.now())
    session.exec(seen)


CALLERS = CallerBook(find, note_use)
