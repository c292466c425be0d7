"""Undoing imports of every kind: what goes, what comes back, what is refused, and who wins when two act at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text
from sqlmodel import Session, select

from ml_insights.commerce.errors import DataUndone
from ml_insights.commerce.facts import changes_of
from ml_insights.commerce.queries import data_version, order_lines_frame
from ml_insights.commerce.service import require_sound
from ml_insights.commerce.tables import Dataset, ImportChange
from ml_insights.core import clock
from ml_insights.core.audit import AuditEvent
from ml_insights.core.database import snapshot, transaction
from ml_insights.core.errors import NotFound, ProductError
from ml_insights.sources import errors, pipeline, service
from ml_insights.sources.facts import UndoFact
from ml_insights.sources.tables import ImportBatch, ImportStatus
from ml_insights.sources.undo import outlook, undo

FILES: dict[str, tuple[str, list[str], list[str]]] = {
    "orders": (
        "order_id,ordered_at,product_id,quantity,unit_price,customer_id,channel",
        [
            "A1,2024-01-15T10:30:00Z,P1,2,9.1,C1,web",
            "A2,2024-01-16T00:00:00Z,P2,-1,3,,",
            "A3,2024-02-01T00:00:00Z,P1,1,0.1,C2,",
        ],
        ["A1,2024-01-15T10:30:00Z,P1,3,0.30000000000000004,C9,shop", "A4,2024-03-01T00:00:00Z,P9,1,5,,"],
    ),
    "customers": (
        "customer_id,name,email,phone,region,created_at",
        ["C1,Ana,a@x.cl,,Sur,2024-01-15T10:30:00Z", "C2,Luis,,,,", "C3,Eva,,,,"],
        ["C1,Ana María,,22,Norte,", "C4,Iván,,,,"],
    ),
    "products": (
        "product_id,name,category,unit_cost",
        ["P1,Té,Bebidas,2.1", "P2,Café,,", "P3,Pan,,1"],
        ["P1,Té verde,,0.1", "P4,Sal,,"],
    ),
    "prices": (
        "period,product_id,price,quantity,store,deal,feat",
        [
            "2024-01-01T12:00:00Z,P1,9.1,10,S1,0,1",
            "2024-01-08T12:00:00Z,P1,9.2,11,S1,1,0",
            "2024-01-01T12:00:00Z,P2,5,1,,0,0",
        ],
        ["2024-01-01T12:00:00Z,P1,8.7,12,S1,1,1", "2024-01-15T12:00:00Z,P1,9,1,S1,0,0"],
    ),
    "deliveries": (
        "route_id,departed_at,cost,distance_km,weight_kg,stops,vehicle_type,driver",
        [
            "R1,2024-01-15T10:30:00Z,100.1,12.5,,3,van,Pía",
            "R2,2024-01-16T10:30:00Z,90,8,,2,truck,Leo",
            "R3,2024-01-17T10:30:00Z,80,7,,1,,",
        ],
        ["R1,2024-01-15T11:30:00Z,0.1,13,,4,bike,Ada", "R4,2024-02-15T10:30:00Z,70,6,,2,,"],
    ),
    "stops": (
        "route_id,seq,lat,lon",
        ["R1,0,-33.45,-70.66", "R1,1,-33.4,-70.6", "R2,0,-36.8,-73.05"],
        ["R1,0,-33.1,-70.1", "R3,0,-33,-70"],
    ),
}
"""Of each contract: header, rows of a first file, and rows of a second one that changes the first row and adds one."""

every_contract = pytest.mark.parametrize("contract", FILES)


def bring(folder: Path, contract: str, rows: list[str], update: bool = True) -> int:
    """Import rows as the command line does; the import's number."""
    path = folder / f"{contract}.csv"
    path.write_text("\n".join([FILES[contract][0], *rows]) + "\n", encoding="utf-8")
    found = pipeline.inspect_file(path, contract, limit_mb=100, zone="UTC")
    source = pipeline.Source(path, path.name, found.shape, found.reading, clock.now())
    with transaction() as session:
        batch = service.import_recorded(
            session, source, "ana@x.cl", skip_bad=False, update=update, on_chunk=lambda c: None
        )
        return batch.id or 0


def taken_back(batch: int, actor: str = "eva@x.cl") -> UndoFact:
    with transaction() as session:
        return undo(session, batch, actor)


def look(batch: int) -> UndoFact:
    with transaction() as session:
        return outlook(session, batch)


def rows_of(engine: Engine, contract: str) -> list[tuple[Any, ...]]:
    """Everything that the contract's table says, but the numbers that the database gave its rows."""
    target = pipeline.target_of(contract)
    with engine.connect() as connection:
        query = f"SELECT {', '.join((*target.columns, 'batch_id'))} FROM {target.table} ORDER BY {', '.join(target.identity)}"  # noqa: E501
        return [tuple(row) for row in connection.execute(text(query))]


def status_of(engine: Engine, batch: int) -> ImportBatch:
    with Session(engine) as session:
        found = session.get(ImportBatch, batch)
        assert found is not None
        return found


@every_contract
def test_rows_that_it_added_go(database: Engine, tmp_path: Path, contract: str):
    first = bring(tmp_path, contract, FILES[contract][1])
    before = rows_of(database, contract)
    second = bring(tmp_path, contract, FILES[contract][2][1:])
    assert len(rows_of(database, contract)) == 4
    done = taken_back(second)
    assert (done.removed, done.restored, done.emptied) == (1, 0, False)
    assert rows_of(database, contract) == before
    taken_back(first)
    assert rows_of(database, contract) == []


@every_contract
def test_rows_that_it_updated_say_again_what_they_said(database: Engine, tmp_path: Path, contract: str):
    bring(tmp_path, contract, FILES[contract][1])
    before = rows_of(database, contract)
    second = bring(tmp_path, contract, FILES[contract][2])
    changed = rows_of(database, contract)
    assert changed[0] != before[0] and len(changed) == 4
    seen, done = look(second), taken_back(second)
    assert (seen.removed, seen.restored) == (done.removed, done.restored) == (1, 1)
    assert rows_of(database, contract) == before
    with Session(database) as session:
        assert session.exec(select(ImportChange)).all() == []


@every_contract
def test_a_later_correction_is_undone_first(database: Engine, tmp_path: Path, contract: str):
    first = bring(tmp_path, contract, FILES[contract][1])
    second = bring(tmp_path, contract, FILES[contract][2])
    before = rows_of(database, contract)
    for ask in (look, taken_back):
        with pytest.raises(errors.ChangedSince) as caught:
            ask(first)
        assert (caught.value.values["later"], caught.value.values["rows"]) == (second, 1)
        assert f"n.º {second}" in caught.value.message("es") and "{" not in caught.value.message("es")
    assert rows_of(database, contract) == before
    assert status_of(database, first).status == ImportStatus.DONE
    taken_back(second)
    taken_back(first)
    assert rows_of(database, contract) == []


def test_a_chain_of_corrections_comes_apart_in_reverse(database: Engine, tmp_path: Path):
    row = "A1,2024-01-15T10:30:00Z,P1,{},9.1,C1,web"
    states, imports = [rows_of(database, "orders")], []
    for quantity in range(1, 5):
        imports.append(bring(tmp_path, "orders", [row.format(quantity)]))
        states.append(rows_of(database, "orders"))
    with pytest.raises(errors.ChangedSince) as caught:
        taken_back(imports[1])
    assert caught.value.values["later"] == imports[2]
    while imports:
        states.pop()
        taken_back(imports.pop())
        assert rows_of(database, "orders") == states[-1]


def test_what_is_taken_back_is_told_before(database: Engine, tmp_path: Path):
    header, first, second = FILES["orders"]
    bring(tmp_path, "orders", first)
    seen = look(bring(tmp_path, "orders", second))
    assert (seen.removed, seen.restored, seen.emptied) == (1, 1, False)
    assert seen.revenue == pytest.approx(5 + 3 * 0.3 - 2 * 9.1)
    assert (seen.first, seen.last) == (date(2024, 1, 15), date(2024, 2, 29))
    assert header.startswith("order_id")


def test_later_imports_of_the_same_rows_are_told(database: Engine, tmp_path: Path):
    first = bring(tmp_path, "orders", FILES["orders"][1])
    assert look(first).later == 0
    bring(tmp_path, "orders", FILES["orders"][1])
    bring(tmp_path, "orders", [*FILES["orders"][1], FILES["orders"][2][1]])
    seen = look(first)
    assert (seen.later, seen.known) == (2, 6)


def test_whoever_comes_second_learns_who_was_faster(database: Engine, tmp_path: Path):
    batch = bring(tmp_path, "orders", FILES["orders"][1])
    taken_back(batch, "luis@x.cl")
    for ask in (look, taken_back):
        with pytest.raises(errors.UndoneAlready) as caught:
            ask(batch)
        assert "luis@x.cl" in caught.value.message("en") and caught.value.status == 409
    found = status_of(database, batch)
    assert (found.status, found.undone_by, found.undone) == (
        ImportStatus.UNDONE,
        "luis@x.cl",
        {"removed": 3, "restored": 0},
    )
    with Session(database) as session:
        acts = session.exec(select(AuditEvent.action).where(AuditEvent.action == "import-undone")).all()
    assert len(acts) == 1


def test_of_two_at_once_one_undoes(database: Engine, tmp_path: Path):
    batch = bring(tmp_path, "orders", [f"A{n},2024-01-15T10:30:00Z,P1,1,1,," for n in range(500)])
    outcomes: list[Any] = []
    together = threading.Barrier(2)

    def one(actor: str) -> None:
        together.wait()
        try:
            outcomes.append(taken_back(batch, actor).removed)
        except ProductError as error:
            outcomes.append(type(error))

    in_threads(lambda: one("a@x.cl"), lambda: one("b@x.cl"))
    assert sorted(outcomes, key=str) == [500, errors.UndoneAlready]
    assert rows_of(database, "orders") == []


def in_threads(*works: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (ImportStatus.WRITING, errors.BeingWritten),
        (ImportStatus.FAILED, errors.NothingToUndo),
        (ImportStatus.CHECKED, errors.NothingToUndo),
    ],
)
def test_only_what_is_done_can_be_undone(database: Engine, status: ImportStatus, error: type[ProductError]):
    with transaction() as session:
        batch = ImportBatch(contract="orders", file_name="x.csv", status=status, created_at=clock.now())
        session.add(batch)
    with pytest.raises(error):
        taken_back(batch.id or 0)
    assert status_of(database, batch.id or 0).status == status
    with pytest.raises(NotFound):
        taken_back(999)


def test_what_cannot_be_taken_back_soundly_is_not(database: Engine, tmp_path: Path):
    batch = bring(tmp_path, "orders", FILES["orders"][1])
    for values, error in (("data_count = NULL", errors.NoRecord), ("actor = 'supabase'", errors.FromSource)):
        with transaction() as session:
            session.connection().execute(text(f"UPDATE import_batches SET {values}"))
        with pytest.raises(error):
            taken_back(batch)
    assert len(rows_of(database, "orders")) == 3


def test_interrupted_in_the_middle_nothing_is_changed(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    bring(tmp_path, "orders", FILES["orders"][1])
    batch = bring(tmp_path, "orders", FILES["orders"][2])
    before, indexes = rows_of(database, "orders"), index_names(database)
    monkeypatch.setattr("ml_insights.sources.undo.audit.record", broken)
    with pytest.raises(OSError, match="No space"):
        taken_back(batch)
    assert rows_of(database, "orders") == before
    assert index_names(database) == indexes
    assert status_of(database, batch).status == ImportStatus.DONE
    monkeypatch.undo()
    assert taken_back(batch).removed == 1


def broken(*_: Any, **__: Any) -> None:
    raise OSError("No space left on device")


def index_names(engine: Engine) -> set[str | None]:
    return {index["name"] for index in inspect(engine).get_indexes("order_lines")}


def test_who_reads_in_the_middle_sees_one_state_and_cannot_publish_it(database: Engine, tmp_path: Path):
    bring(tmp_path, "orders", FILES["orders"][1])
    batch = bring(tmp_path, "orders", FILES["orders"][2])
    reading, undone, seen = threading.Event(), threading.Event(), []

    def read() -> None:
        with snapshot() as session:
            seen.append(data_version(session, Dataset.COMPANY))
            reading.set()
            assert undone.wait(60)
            seen.append(len(order_lines_frame(session, Dataset.COMPANY)))
            seen.append(data_version(session, Dataset.COMPANY))

    def take_back() -> None:
        assert reading.wait(60)
        taken_back(batch)
        undone.set()

    in_threads(read, take_back)
    assert seen[1:] == [4, seen[0]]
    with pytest.raises(DataUndone), transaction() as session:
        require_sound(session, Dataset.COMPANY, seen[0])
    with transaction() as session:
        now = data_version(session, Dataset.COMPANY)
        assert changes_of(now) == (changes_of(seen[0]) or 0) + 1
        require_sound(session, Dataset.COMPANY, now)


def test_rows_that_came_later_only_are_no_reason_to_refuse(database: Engine, tmp_path: Path):
    bring(tmp_path, "orders", FILES["orders"][1])
    with transaction() as session:
        before = data_version(session, Dataset.COMPANY)
    bring(tmp_path, "orders", FILES["orders"][2])
    with transaction() as session:
        require_sound(session, Dataset.COMPANY, before)


def test_the_same_file_can_come_again(database: Engine, tmp_path: Path):
    batch = bring(tmp_path, "orders", FILES["orders"][1])
    before = [row[:-1] for row in rows_of(database, "orders")]
    taken_back(batch)
    bring(tmp_path, "orders", FILES["orders"][1])
    assert [row[:-1] for row in rows_of(database, "orders")] == before


def test_every_number_comes_back_as_it_was(database: Engine, tmp_path: Path):
    random = Random(0)
    numbers = [0.1 + 0.2, 1 / 3, *(random.uniform(0, 10 ** random.randint(0, 9)) for _ in range(200))]
    kept = [f"A{n},2024-01-15T10:30:00.123456Z,P1,1,{number!r},," for n, number in enumerate(numbers)]
    bring(tmp_path, "orders", kept)
    before = rows_of(database, "orders")
    assert sorted(row[5] for row in before) == sorted(numbers)
    taken_back(bring(tmp_path, "orders", [row.replace(",P1,1,", ",P1,2,") for row in kept]))
    assert rows_of(database, "orders") == before


def test_hostile_text_comes_back_as_it_was(database: Engine, tmp_path: Path):
    nasty = ["'); DROP TABLE order_lines; --", '=2+2"\n\\', "\\N", "ñ €\t{}", '{"a": 1}']

    def rows(channel: str) -> list[str]:
        return [
            f"A{n},2024-01-15T10:30:00Z,{quoted(text_)},1,1,{quoted(text_)},{channel}" for n, text_ in enumerate(nasty)
        ]

    bring(tmp_path, "orders", rows("web"))
    before = rows_of(database, "orders")
    taken_back(bring(tmp_path, "orders", rows("shop")))
    assert rows_of(database, "orders") == before


def quoted(value: str) -> str:
    doubled = value.replace('"', '""')
    return f'"{doubled}"'
