"""Roles, profiles and passwords."""

from sqlalchemy import delete
from sqlmodel import Session, col

from ml_insights.accounts import passwords, policy, queries, supabase_auth
from ml_insights.accounts.errors import PasswordElsewhere, WrongCredentials
from ml_insights.accounts.service.sessions import sign_out_everywhere
from ml_insights.accounts.tables import SetupLink, User
from ml_insights.core import audit
from ml_insights.core.access import Role
from ml_insights.core.i18n import LANGUAGES
from ml_insights.core.identity import forget_callers


def set_role(session: Session, user_id: int, role: Role, actor: str) -> None:
    """Give a user another role. Raises UnknownUser or LastAdmin."""
    user = queries.user_by_id(session, user_id)
    if user.role == role:
        return
    _keep_an_admin(session, user)
    audit.record(session, actor, "role-changed", user.email, before=user.role, after=role)
    user.role = role
    session.add(user)
    forget_callers()


def set_active(session: Session, user_id: int, active: bool, actor: str) -> None:
    """Let a user in again, or keep them out and end their sessions and links. Raises UnknownUser or LastAdmin."""
    user = queries.user_by_id(session, user_id)
    if user.active == active:
        return
    if not active:
        _keep_an_admin(session, user)
        sign_out_everywhere(session, user_id, actor)
        session.exec(delete(SetupLink).where(col(SetupLink.user_id) == user_id))
    user.active = active
    session.add(user)
    audit.record(session, actor, "user-activated" if active else "user-deactivated", user.email)
    forget_callers()


def _keep_an_admin(session: Session, user: User) -> None:
    if not user.is_demo:
        policy.require_another_admin(Role(user.role), user.active, queries.active_admins(session, besides=user.id))


def update_profile(session: Session, user_id: int, name: str, language: str) -> None:
    """Store a user's own name and language. Raises NameMissing."""
    user = queries.user_by_id(session, user_id)
    user.name = policy.normal_name(name)
    user.language = language if language in LANGUAGES else ""
    session.add(user)
    audit.record(session, user.email, "profile-changed")
    forget_callers()


def change_password(session: Session, user_id: int, old: str, new: str, keep_token: str = "") -> None:
    """Change a user's own password and end their other sessions.

    Raises PasswordElsewhere under Supabase Auth, WrongCredentials or WeakPassword.
    """
    user = queries.user_by_id(session, user_id)
    if supabase_auth.enabled() and not user.is_demo:
        raise PasswordElsewhere
    if not passwords.verify(user.password_hash, old):
        raise WrongCredentials
    policy.require_strong(new, user.email, user.name)
    user.password_hash = passwords.hashed(new)
    session.add(user)
    audit.record(session, user.email, "password-changed")
    sign_out_everywhere(session, user_id, user.email, keep_token)
