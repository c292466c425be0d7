"""People of several roles, and one who left."""

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from ml_insights.accounts import service as accounts
from ml_insights.accounts.tables import User
from ml_insights.core.access import Role
from ml_insights.core.database import transaction

PEOPLE = {
    "admin@x.cl": Role.ADMIN,
    "analyst@x.cl": Role.ANALYST,
    "sales@x.cl": Role.SALES,
    "gone@x.cl": Role.ADMIN,
}


@pytest.fixture
def people(database: Engine) -> dict[str, int]:
    """Their numbers by e-mail; the admin "gone" is not active."""
    with transaction() as session:
        for email, role in PEOPLE.items():
            accounts.add_user(session, email, email, role, "correct horse 9", "test")
        session.flush()
        users = session.exec(select(User)).all()
        for user in users:
            user.active = user.email != "gone@x.cl"
        return {user.email: user.id or 0 for user in users}
