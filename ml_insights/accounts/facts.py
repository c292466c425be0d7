"""What the accounts slice knows about people, sessions, links and keys, as its readers need it."""

from dataclasses import dataclass
from datetime import datetime

from ml_insights.accounts.tables import LinkPurpose
from ml_insights.core.access import Role
from ml_insights.core.errors import ProductError


@dataclass(frozen=True)
class Person:
    """A user, without secrets. `last_seen_at` and `sessions` tell of sessions that are still alive."""

    user_id: int
    email: str
    name: str
    role: Role
    language: str
    active: bool
    is_demo: bool
    has_password: bool
    created_at: datetime
    last_seen_at: datetime | None
    sessions: int
    locked_until: datetime | None


@dataclass(frozen=True)
class OpenSession:
    """A sign-in that is still alive."""

    session_id: int
    user_agent: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Link:
    """A one-time link; `email`, `name` and `role` are empty for the first admin's."""

    purpose: LinkPurpose
    email: str
    name: str
    role: Role
    expires_at: datetime
    used: bool


@dataclass(frozen=True)
class Key:
    """An API key, without its secret."""

    key_id: int
    name: str
    prefix: str
    role: Role
    scopes: tuple[str, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class Throttle:
    """Wrong passwords in a row for one e-mail."""

    failed_attempts: int = 0
    locked_until: datetime | None = None


@dataclass(frozen=True)
class SignIn:
    """How a sign-in ended: with a session token, or with an error to show once the failure has been stored."""

    token: str = ""
    language: str = ""
    error: ProductError | None = None


@dataclass(frozen=True)
class NewKey:
    """An API key at its making: the only moment when `secret` can be shown."""

    key_id: int
    secret: str
