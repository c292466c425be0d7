"""Reads of the accounts slice."""

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from ml_insights.accounts.errors import UnknownUser
from ml_insights.accounts.facts import Key, Link, OpenSession, Person, Throttle
from ml_insights.accounts.policy import alive, locked_until
from ml_insights.accounts.tables import ApiKey, SetupLink, SignInThrottle, User, UserSession
from ml_insights.core import clock
from ml_insights.core.access import Role
from ml_insights.core.listing import holding
from ml_insights.core.security import digest
from ml_insights.core.settings import settings


def people(
    session: Session,
    search: str = "",
    sort: str = "name",
    descending: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> list[Person]:
    """A page of the people with an account whose name, e-mail or role contains every word of `search`.

    `sort` is name, email, role or last_seen_at.
    """
    seen = _living_sessions().subquery()
    keys = {"name": func.lower(User.name), "role": col(User.role), "last_seen_at": seen.c.last_seen_at}
    key = keys.get(sort, col(User.email))
    query = (
        select(User, seen.c.sessions, seen.c.last_seen_at, SignInThrottle)
        .outerjoin(seen, seen.c.user_id == User.id)
        .outerjoin(SignInThrottle, col(SignInThrottle.email) == col(User.email))
        .where(*_found(search))
        .order_by(key.desc().nulls_last() if descending else key.asc().nulls_last(), col(User.email))
        .limit(limit)
        .offset(offset)
    )
    return [_person(user, sessions, at, throttle) for user, sessions, at, throttle in session.exec(query)]


def people_count(session: Session, search: str = "") -> int:
    """How many people `search` finds."""
    return session.exec(select(func.count()).select_from(User).where(*_found(search))).one()


def _living_sessions():
    return (
        select(
            UserSession.user_id,
            func.count().label("sessions"),
            func.max(UserSession.last_seen_at).label("last_seen_at"),
        )
        .where(UserSession.expires_at > clock.now())
        .group_by(col(UserSession.user_id))
    )


def _found(search: str) -> list[ColumnElement[bool]]:
    return holding(search, col(User.name), col(User.email), col(User.role))


def _person(user: User, sessions: int | None, seen: object, throttle: SignInThrottle | None) -> Person:
    return Person(
        user_id=user.id or 0,
        email=user.email,
        name=user.name,
        role=Role(user.role),
        language=user.language,
        active=user.active,
        is_demo=user.is_demo,
        has_password=user.password_hash is not None,
        created_at=user.created_at,
        last_seen_at=seen,  # pyright: ignore[reportArgumentType]
        sessions=sessions or 0,
        locked_until=locked_until(Throttle(throttle.failed_attempts, throttle.locked_until), clock.now())
        if throttle
        else None,
    )


def user_by_email(session: Session, email: str) -> User | None:
    """The user with this (lower-case) e-mail."""
    return session.exec(select(User).where(User.email == email)).one_or_none()


def user_by_id(session: Session, user_id: int) -> User:
    """The user with this number. Raises UnknownUser."""
    user = session.get(User, user_id)
    if user is None:
        raise UnknownUser(user=user_id)
    return user


def throttle(session: Session, email: str) -> Throttle:
    """Wrong passwords in a row for this e-mail."""
    row = session.get(SignInThrottle, email)
    return Throttle(row.failed_attempts, row.locked_until) if row else Throttle()


def active_admins(session: Session, besides: int | None = None) -> int:
    """How many people (other than `besides`) can sign in and manage users; the demo company's admin does not count."""
    query = select(func.count()).select_from(User).where(User.role == Role.ADMIN, col(User.active))
    query = query.where(col(User.is_demo).is_(False), col(User.id) != (besides or 0))
    if not settings().supabase_auth:
        query = query.where(col(User.password_hash).is_not(None))
    return session.exec(query).one()


def has_demo_logins(session: Session) -> bool:
    """Whether anybody of the demo company can sign in."""
    with_password = col(User.is_demo) & col(User.password_hash).is_not(None)
    return session.exec(select(User.id).where(with_password).limit(1)).first() is not None


def open_sessions(session: Session, user_id: int) -> list[OpenSession]:
    """Where somebody is signed in, the latest seen first."""
    query = (
        select(UserSession)
        .where(UserSession.user_id == user_id, UserSession.expires_at > clock.now())
        .order_by(col(UserSession.last_seen_at).desc())
    )
    return [
        OpenSession(row.id or 0, row.user_agent, row.created_at, row.last_seen_at, row.expires_at)
        for row in session.exec(query)
    ]


def session_id(session: Session, token: str) -> int | None:
    """The number of the session that `token` opens."""
    return session.exec(select(UserSession.id).where(UserSession.token_hash == digest(token))).one_or_none()


def link(session: Session, token: str) -> Link | None:
    """The one-time link with this token, if it still works."""
    row = usable_link(session, token)
    if row is None:
        return None
    user = session.get(User, row.user_id) if row.user_id is not None else None
    return Link(
        purpose=row.purpose,
        email=user.email if user else "",
        name=user.name if user else "",
        role=Role(user.role) if user else Role.ADMIN,
        expires_at=row.expires_at,
        used=row.used_at is not None,
    )


def usable_link(session: Session, token: str) -> SetupLink | None:
    """The row of a link that has been neither used nor outlived."""
    row = session.exec(select(SetupLink).where(SetupLink.token_hash == digest(token))).one_or_none()
    return row if row and row.used_at is None and alive(row.expires_at, clock.now()) else None


def keys(session: Session) -> list[Key]:
    """Every API key, those that work first, then the newest first."""
    query = select(ApiKey).order_by(col(ApiKey.revoked_at).is_not(None), col(ApiKey.created_at).desc())
    return [
        Key(
            key_id=row.id or 0,
            name=row.name,
            prefix=row.prefix,
            role=Role(row.role),
            scopes=tuple(row.scopes),
            created_by=row.created_by,
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
            revoked_at=row.revoked_at,
        )
        for row in session.exec(query)
    ]
