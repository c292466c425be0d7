"""Logins of the demo company: one per role, with passwords made up anew each time and printed once."""

import secrets

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from ml_insights.accounts import passwords, queries
from ml_insights.accounts.service.sessions import sign_out_everywhere
from ml_insights.accounts.tables import User
from ml_insights.core import audit, clock
from ml_insights.core.access import Role
from ml_insights.core.demo import Stretch
from ml_insights.core.demo_company import COMPANY
from ml_insights.core.identity import forget_callers

ACTOR = DEMO = "demo"
"""As `commerce` (above this slice) names the demo company's data set."""
NAMES = {
    Role.ADMIN: "Camila Rojas",
    Role.ANALYST: "Matías Fuentes",
    Role.MANAGER: "Daniela Soto",
    Role.SALES: "Felipe Araya",
    Role.TECHNICIAN: "Rodrigo Pizarro",
    Role.AGENT: "Javiera Molina",
}
COLLEAGUES = {"valentina": "Valentina Muñoz", "ignacio": "Ignacio Vera"}
"""Further sales people, who own work and never sign in."""


def create_demo_logins(session: Session) -> list[tuple[str, str, Role]]:
    """(e-mail, password, role) of one login per role; logins that exist get a new password."""
    logins = [(f"{role}@{COMPANY.domain}", secrets.token_urlsafe(12), role) for role in Role]
    for email, password, role in logins:
        _store(session, email, password, role)
    audit.record(session, ACTOR, "demo-logins-created")
    return logins


def fill(session: Session, seed: int, stretch: Stretch) -> dict[str, int]:
    """The accounts' part of loading the demo company: its people, who own work before anybody has a password."""
    if stretch.since is not None:
        return {"users": 0}
    sales = {f"{name}@{COMPANY.domain}": full_name for name, full_name in COLLEAGUES.items()}
    people = [_person(f"{role}@{COMPANY.domain}", NAMES[role], role) for role in Role]
    people += [_person(email, full_name, Role.SALES) for email, full_name in sales.items()]
    session.add_all(people)
    session.flush()
    return {"users": len(people)}


def _person(email: str, name: str, role: Role) -> User:
    return User(email=email, name=name, role=role, is_demo=True, created_at=clock.now())


def _store(session: Session, email: str, password: str, role: Role) -> None:
    user = queries.user_by_email(session, email) or _person(email, NAMES[role], role)
    user.password_hash, user.role, user.active = passwords.hashed(password), role, True
    session.add(user)
    session.flush()
    sign_out_everywhere(session, user.id or 0, ACTOR)


def remove_demo_logins(session: Session) -> int:
    """Remove the demo company's logins, and their sessions with them; how many there were."""
    for user in session.exec(select(User).where(col(User.is_demo))).all():
        sign_out_everywhere(session, user.id or 0, ACTOR)
    removed = session.exec(delete(User).where(col(User.is_demo))).rowcount
    audit.record(session, ACTOR, "demo-logins-removed", logins=removed)
    forget_callers()
    return removed


def clear(session: Session, dataset: str) -> dict[str, int]:
    """The accounts' part of removing a data set: the demo company's people. The company's own stay."""
    return {"users": remove_demo_logins(session)} if dataset == DEMO else {}


def count(session: Session, dataset: str) -> dict[str, int]:
    """How many logins would go with the data set."""
    return {"users": session.exec(select(func.count()).where(col(User.is_demo))).one()} if dataset == DEMO else {}
