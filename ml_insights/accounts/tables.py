"""People, their sessions, one-time links and API keys. No secret is stored: only digests and argon2 hashes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, ForeignKey, Integer, String
from sqlmodel import Field, SQLModel

from ml_insights.core.access import Role
from ml_insights.core.database import UtcDateTime


class LinkPurpose(StrEnum):
    """What a one-time link is for."""

    FIRST_ADMIN = "first-admin"
    INVITATION = "invitation"
    RESET = "reset"


def _moment(nullable: bool = False) -> Column:
    return Column(UtcDateTime, nullable=nullable)


def _owner(nullable: bool = False) -> Column:
    return Column(Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=nullable, index=True)


class User(SQLModel, table=True):
    """Somebody who may sign in. `email` is lower case. No password hash: invited, or signs in with Supabase."""

    __tablename__ = "users"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(sa_column=Column(String(254), nullable=False, unique=True))
    name: str
    role: Role = Field(sa_column=Column(String(16), nullable=False))
    password_hash: str | None = None
    language: str = ""
    active: bool = True
    is_demo: bool = False
    created_at: datetime = Field(sa_column=_moment())


class SignInThrottle(SQLModel, table=True):
    """Wrong passwords in a row for an e-mail, whether or not anybody has it: so a lock gives no address away."""

    __tablename__ = "sign_in_throttles"  # pyright: ignore[reportAssignmentType]

    email: str = Field(sa_column=Column(String(254), primary_key=True))
    failed_attempts: int = 0
    locked_until: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    updated_at: datetime = Field(sa_column=_moment())


class UserSession(SQLModel, table=True):
    """One sign-in in one browser."""

    __tablename__ = "user_sessions"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    user_id: int = Field(sa_column=_owner())
    created_at: datetime = Field(sa_column=_moment())
    expires_at: datetime = Field(sa_column=_moment())
    last_seen_at: datetime = Field(sa_column=_moment())
    user_agent: str = ""


class SetupLink(SQLModel, table=True):
    """A link that works once: the first admin's set-up, an invitation, or a new password. The first has no user yet."""

    __tablename__ = "setup_links"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    purpose: LinkPurpose = Field(sa_column=Column(String(16), nullable=False))
    user_id: int | None = Field(default=None, sa_column=_owner(nullable=True))
    created_at: datetime = Field(sa_column=_moment())
    expires_at: datetime = Field(sa_column=_moment())
    used_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class ApiKey(SQLModel, table=True):
    """A program's way in. `prefix` is its readable beginning; it acts with `role`, limited to `scopes`."""

    __tablename__ = "api_keys"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    name: str
    prefix: str
    key_hash: str = Field(unique=True)
    role: Role = Field(sa_column=Column(String(16), nullable=False))
    scopes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created_by: str
    created_at: datetime = Field(sa_column=_moment())
    expires_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    last_used_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    revoked_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
