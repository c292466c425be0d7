"""One-time links: the first admin's set-up, invitations and new passwords."""

from urllib.parse import urlencode

from sqlalchemy import delete, update
from sqlmodel import Session, col

from ml_insights.accounts import passwords, policy, queries, supabase_auth
from ml_insights.accounts.errors import AccountInactive, EmailTaken, LinkUnusable, WrongCredentials
from ml_insights.accounts.policy import LINK_LIFETIME
from ml_insights.accounts.service.sessions import open_session, sign_out_everywhere
from ml_insights.accounts.tables import LinkPurpose, SetupLink, SignInThrottle, User
from ml_insights.core import audit, clock
from ml_insights.core.access import Role
from ml_insights.core.security import digest, new_token
from ml_insights.core.settings import settings

SETUP_ROUTE = "/setup"


def ensure_setup_link(session: Session) -> str | None:
    """A fresh link for the first admin, replacing any earlier one; nothing once the company has an admin."""
    if queries.active_admins(session):
        return None
    session.exec(delete(SetupLink).where(col(SetupLink.purpose) == LinkPurpose.FIRST_ADMIN))
    return _new_link(session, LinkPurpose.FIRST_ADMIN, None)


def invite(session: Session, email: str, name: str, role: Role, actor: str) -> str:
    """A link with which somebody new chooses a password. Raises InvalidEmail, NameMissing or EmailTaken."""
    user = _new_user(session, email, name, role)
    session.flush()
    audit.record(session, actor, "user-invited", user.email, role=role)
    return _new_link(session, LinkPurpose.INVITATION, user)


def add_user(session: Session, email: str, name: str, role: Role, password: str, actor: str) -> None:
    """Somebody new with a password, for the command line; otherwise as `invite`. Raises WeakPassword too."""
    user = _new_user(session, email, name, role)
    _set_password(user, password)
    audit.record(session, actor, "user-added", user.email, role=role)


def reset_link(session: Session, user_id: int, actor: str) -> str:
    """A link with which somebody chooses a new password; earlier ones stop working."""
    user = queries.user_by_id(session, user_id)
    session.exec(delete(SetupLink).where(col(SetupLink.user_id) == user_id, col(SetupLink.used_at).is_(None)))
    audit.record(session, actor, "reset-link-made", user.email)
    purpose = LinkPurpose.RESET if user.password_hash else LinkPurpose.INVITATION
    return _new_link(session, purpose, user)


def complete_setup(session: Session, token: str, name: str, email: str, password: str, user_agent: str = "") -> str:
    """Use the link up: store name and password, and sign in; returns the session's token.

    Raises LinkUnusable, AccountInactive, NameMissing, InvalidEmail, EmailTaken, WeakPassword, or what Supabase answers.
    """
    row = queries.usable_link(session, token)
    if row is None:
        raise LinkUnusable
    user = (
        queries.user_by_id(session, row.user_id)
        if row.user_id is not None
        else _new_user(session, email, name, Role.ADMIN)
    )
    if not user.active:
        raise AccountInactive
    user.name = policy.normal_name(name)
    _set_password(user, password)
    _use_up(session, row)
    session.flush()
    session.exec(delete(SignInThrottle).where(col(SignInThrottle.email) == user.email))
    audit.record(session, user.email, f"{row.purpose}-completed")
    sign_out_everywhere(session, user.id or 0, user.email)
    return open_session(session, user, user_agent)


def _new_user(session: Session, email: str, name: str, role: Role) -> User:
    cleaned = policy.normal_email(email)
    if queries.user_by_email(session, cleaned):
        raise EmailTaken(email=cleaned)
    user = User(email=cleaned, name=policy.normal_name(name), role=role, created_at=clock.now())
    session.add(user)
    return user


def _set_password(user: User, password: str) -> None:
    if supabase_auth.enabled():
        if not supabase_auth.verify(user.email, password):
            raise WrongCredentials
        return
    policy.require_strong(password, user.email, user.name)
    user.password_hash = passwords.hashed(password)


def _use_up(session: Session, row: SetupLink) -> None:
    """Conditional, so that of two people with the same link only one gets in."""
    claim = update(SetupLink).where(col(SetupLink.id) == row.id, col(SetupLink.used_at).is_(None))
    if session.exec(claim.values(used_at=clock.now())).rowcount != 1:
        raise LinkUnusable


def _new_link(session: Session, purpose: LinkPurpose, user: User | None) -> str:
    now, token = clock.now(), new_token()
    session.add(
        SetupLink(
            token_hash=digest(token),
            purpose=purpose,
            user_id=user.id if user else None,
            created_at=now,
            expires_at=now + LINK_LIFETIME,
        )
    )
    return f"{settings().public_url.rstrip('/')}{SETUP_ROUTE}?{urlencode({'token': token})}"
