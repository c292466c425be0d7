"""API keys."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from ml_insights.accounts import policy
from ml_insights.accounts.errors import ExpiryInPast, InvalidScopes, UnknownKey
from ml_insights.accounts.facts import NewKey
from ml_insights.accounts.tables import ApiKey
from ml_insights.core import audit, clock
from ml_insights.core.access import Role
from ml_insights.core.identity import SCOPES, forget_callers
from ml_insights.core.security import digest, new_token

KEY_START = "mli_"
PREFIX_LENGTH = len(KEY_START) + 6


def create_key(
    session: Session, name: str, role: Role, scopes: Iterable[str], expires_at: datetime | None, actor: str
) -> NewKey:
    """A new key; its secret is shown now and never again. Raises NameMissing, InvalidScopes or ExpiryInPast."""
    chosen = sorted(set(scopes))
    if not chosen or not set(chosen) <= set(SCOPES):
        raise InvalidScopes(scopes=", ".join(SCOPES))
    if not policy.alive(expires_at, clock.now()):
        raise ExpiryInPast
    secret = KEY_START + new_token()
    row = ApiKey(
        name=policy.normal_name(name),
        prefix=secret[:PREFIX_LENGTH],
        key_hash=digest(secret),
        role=role,
        scopes=chosen,
        created_by=actor,
        created_at=clock.now(),
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "api-key-created", row.name, role=role, scopes=chosen)
    return NewKey(row.id or 0, secret)


def revoke_key(session: Session, key_id: int, actor: str) -> None:
    """Make a key stop working, for good. Raises UnknownKey."""
    row = session.get(ApiKey, key_id)
    if row is None:
        raise UnknownKey
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        session.add(row)
        audit.record(session, actor, "api-key-revoked", row.name)
    forget_callers()
