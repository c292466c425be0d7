"""What is done to the commerce tables. Callers commit."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, select

from ml_insights.commerce.errors import DataUndone, NobodyLeft, NoCustomersNamed, NoOrders
from ml_insights.commerce.facts import changes_of
from ml_insights.commerce.tables import Dataset, DataVersion, ProductKind, Sort
from ml_insights.core import audit, clock
from ml_insights.core.computing import data_changed
from ml_insights.core.errors import InsufficientData

INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def hold(session: Session, dataset: Dataset) -> None:
    """Make whoever else writes, undoes or publishes `dataset` wait until this transaction ends.

    It takes SQLite's write lock, and on PostgreSQL that of the data set's row.
    """
    _count(session, dataset, 0)


def mark_changed(session: Session, dataset: Dataset) -> None:
    """Say that rows of `dataset` were added, changed or removed; whoever writes any that can be imported calls this
    once. What is made of the company's rows is computed anew with it, by itself."""
    _count(session, dataset, 1)
    _computed_anew(session, dataset)


def mark_undone(session: Session, dataset: Dataset) -> None:
    """Say that rows of `dataset` were taken back: like `mark_changed`, and nothing made from them may be published."""
    _count(session, dataset, 1, sound_since=DataVersion.version + 1)
    _computed_anew(session, dataset)


def _computed_anew(session: Session, dataset: Dataset) -> None:
    if dataset == Dataset.COMPANY:
        data_changed(session, dataset.value)


def change_count(session: Session, dataset: Dataset) -> int:
    """How often rows of `dataset` have been changed."""
    return session.scalar(select(DataVersion.version).where(DataVersion.dataset == dataset)) or 0


def require_sound(session: Session, dataset: Dataset, version: str) -> None:
    """Raise DataUndone where rows of `version` were taken back since. They cannot be, while this transaction lasts."""
    hold(session, dataset)
    since = session.scalar(select(DataVersion.sound_since).where(DataVersion.dataset == dataset)) or 0
    made = changes_of(version)
    if made is not None and made < since:
        raise DataUndone


def _count(session: Session, dataset: Dataset, step: int, **values: Any) -> None:
    """Change the row of a data set in one statement, which is also what makes others wait."""
    session.flush()
    made = INSERT[session.get_bind().dialect.name](DataVersion).values(dataset=dataset, version=step, sound_since=0)
    counted = {"version": DataVersion.version + step, **values}
    session.connection().execute(made.on_conflict_do_update(index_elements=["dataset"], set_=counted))


def customers_missing(session: Session, dataset: Dataset) -> InsufficientData:
    """Why there is nobody to learn from: there are no orders, or none that names its customer."""
    from ml_insights.commerce.queries import has_orders  # it loads pandas, which an import can do without

    return NoCustomersNamed() if has_orders(session, dataset) else NoOrders()


def set_kind(session: Session, dataset: Dataset, product_id: str, kind: Sort, actor: str) -> None:
    """Note what something that is sold is; what is computed of products is computed anew."""
    hold(session, dataset)
    session.merge(
        ProductKind(dataset=dataset, product_id=product_id, kind=kind, decided_by=actor, decided_at=clock.now())
    )
    mark_changed(session, dataset)
    audit.record(session, actor, "product-kind", product_id, kind=kind.value)


def remove_demo(session: Session, actor: str) -> dict[str, int]:
    """Remove the demo company, its logins included; rows removed per table. Raises NobodyLeft."""
    from ml_insights.accounts import queries as accounts
    from ml_insights.core import demo

    if not accounts.active_admins(session):
        raise NobodyLeft
    return demo.clear(session, actor)
