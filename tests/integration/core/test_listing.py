"""Pages and exports of a list, on rows with ties and without values: each row once, in one order, on both databases."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Float, Index, Integer, MetaData, String, Table, event, select
from sqlmodel import Session

from ml_insights.core.database import reading
from ml_insights.core.listing import BY, KEY, Order, Sorting, count, every_row, holding, window

ROWS = Table(
    "listed_rows",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("amount", Float, nullable=True),
    Index("listed_by_amount", "amount", "id"),
)
AMOUNTS = (3.5, None, 1.1, 3.5, None, -2.0, 3.5, 0.1 + 0.2, None, 1.1)
ORDERS = [(column, falls) for column in ("amount", "name") for falls in (True, False)]


@pytest.fixture
def session(database: Engine) -> Iterator[Session]:
    ROWS.metadata.create_all(database)
    named = [f"Ñandú {place % 3}" if place % 2 else f"100% {place % 3}_x" for place in range(1, 91)]
    with database.begin() as connection:
        rows = [{"id": n, "name": name, "amount": AMOUNTS[n % 10]} for n, name in enumerate(named, start=1)]
        connection.execute(ROWS.insert(), rows)
    with reading() as opened:
        yield opened


def expected(session: Session, column: str, falls: bool) -> list[int]:
    """The keys, sorted by Python: nulls last, ties by key in the same direction."""
    rows = session.execute(select(ROWS)).all()
    if column == "name":  # each database has an order of its own for texts
        names = session.execute(select(ROWS.c.name).distinct().order_by(ROWS.c.name)).scalars().all()
        rows = [(row.id, names.index(row.name)) for row in rows]
    else:
        rows = [(row.id, row.amount) for row in rows]
    valued = sorted(((value, key) for key, value in rows if value is not None), reverse=falls)
    without = sorted((key for key, value in rows if value is None), reverse=falls)
    return [key for _, key in valued] + without


@pytest.mark.parametrize(("column", "falls"), ORDERS)
def test_pages_and_files_hold_every_row_once_in_order(session: Session, column: str, falls: bool) -> None:
    order, right = Order(ROWS.c[column], ROWS.c.id, falls), expected(session, column, falls)
    parts = order.parts(select(ROWS))
    for size in (7, 30, 200):
        paged = [row.id for offset in range(0, 90, size) for row in window(session, parts, size, offset)]
        assert paged == right
        assert [row.id for row in every_row(session, select(ROWS), order, size)] == right
    assert window(session, parts, 10, 90) == [] == window(session, parts, 10, 10**6)


def test_a_file_is_read_by_key_and_never_by_an_offset(session: Session, database: Engine) -> None:
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        said.append((statement, parameters))

    event.listen(database, "before_cursor_execute", note)
    found = list(every_row(session, select(ROWS.c.name), Order(ROWS.c.amount, ROWS.c.id), 10))
    event.remove(database, "before_cursor_execute", note)
    assert len(found) == 90 and {BY, KEY, "name"} == set(found[0]._mapping)
    assert len(said) > 9 and not any("OFFSET" in statement and not _no_offset(told) for statement, told in said)


def _no_offset(parameters: Any) -> bool:
    """SQLite's statements always name an offset; it has to be nought."""
    values = parameters.values() if isinstance(parameters, dict) else parameters
    return list(values)[-1] in (0, None)


@pytest.mark.parametrize(
    ("search", "found"), [("", 90), ("ñandú", 45), ("ÑANDÚ 1", 15), ("100%", 45), ("0_x", 15), ("%%", 0), ("'; --", 0)]
)
def test_words_are_found_as_they_stand(session: Session, search: str, found: int) -> None:
    lower = {row.id: row.name.lower() for row in session.execute(select(ROWS))}
    by_hand = sum(all(word in name for word in search.lower().split()) for name in lower.values())
    folded = Table("folded_rows", MetaData(), Column("id", Integer, primary_key=True), Column("text", String))
    folded.create(session.connection())
    session.connection().execute(folded.insert(), [{"id": key, "text": name} for key, name in lower.items()])
    assert count(session, select(folded).where(*holding(search, folded.c.text))) == by_hand == found


@pytest.mark.parametrize("search", ["nunoa", "ÑUÑOA", "Ñuñoa jose", "MUÑOZ", "munoz josé", "n\u0303un\u0303oa", "ñUñ"])
def test_a_name_is_found_however_it_is_written(session: Session, search: str) -> None:
    named = Table("named", MetaData(), Column("name", String))
    named.create(session.connection())
    session.connection().execute(
        named.insert(), [{"name": "JOSÉ MUÑOZ, Ñuñoa"}, {"name": "Jose\u0301 Mun\u0303oz, nunoa"}]
    )
    assert count(session, select(named).where(*holding(search, named.c.name))) == 2
    assert count(session, select(named).where(*holding("muñiz", named.c.name))) == 0


def test_an_order_in_an_address() -> None:
    sorting = Sorting({"name": False, "revenue": True}, "revenue")
    assert sorting.asked("-name") == ("name", True) and sorting.asked("name") == ("name", False)
    assert sorting.asked("password") == sorting.asked("") == ("revenue", True)
    for order in (("name", True), ("name", False), ("revenue", False), ("revenue", True)):
        assert sorting.asked(sorting.told(*order)) == order
    assert sorting.told("revenue", True) == ""
    assert sorting.pressed("name", "revenue", True) == ("name", False)
    assert sorting.pressed("name", "name", False) == ("name", True)
    assert sorting.pressed("password", "name", True) == ("name", True)
