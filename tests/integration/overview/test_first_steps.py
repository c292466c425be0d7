"""The first steps of a new company are done as they come true, and go away by themselves."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from ml_insights.accounts.tables import User
from ml_insights.backups import folder
from ml_insights.commerce.tables import Dataset, OrderLine
from ml_insights.company.service import set_up
from ml_insights.core import clock
from ml_insights.core.access import Role
from ml_insights.overview.facts import FirstSteps
from ml_insights.overview.queries import first_steps
from ml_insights.overview.service import dismiss_first_steps
from ml_insights.sources.tables import ImportBatch, ImportStatus

NOW = datetime(2026, 1, 31, 15, tzinfo=UTC)
LINE = {"dataset": Dataset.COMPANY, "order_id": "1", "product_id": "P", "quantity": 1, "unit_price": 1}


def test_each_is_done_when_it_is_true(database: Engine, session: Session) -> None:
    assert first_steps(session) == FirstSteps(False, False, False, False, False)
    set_up(session, "GBP", "GB", "Europe/London", 0, "a@b.example")
    session.add(OrderLine(**LINE, ordered_at=NOW))
    session.add_all(
        User(email=f"{name}@b.example", name=name, role=Role.ADMIN, created_at=NOW) for name in ("ana", "ben")
    )
    session.flush()
    (folder.folder() / "backup-20260131T150000.000000Z.tar.gz").touch()
    found = first_steps(session)
    assert found is not None
    assert (found.company, found.data, found.results, found.people) == (True, True, False, True)


def test_it_can_be_dismissed(database: Engine, session: Session) -> None:
    dismiss_first_steps(session, "a@b.example")
    session.flush()
    assert first_steps(session) is None


def test_a_settled_installation_never_sees_them(database: Engine, session: Session) -> None:
    batch = ImportBatch(
        status=ImportStatus.DONE, file_name="orders.csv", contract="orders", file="k", actor="a", created_at=NOW
    )
    session.add(batch)
    session.flush()
    with clock.frozen(NOW + timedelta(days=29)):
        assert first_steps(session) is not None
    with clock.frozen(NOW + timedelta(days=31)):
        assert first_steps(session) is None
