"""Orders whose state changes from one file to the next: sales that are cancelled, and orders that are paid later."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from ml_insights.core import clock
from ml_insights.core.database import reading, transaction
from ml_insights.sources import errors, pipeline, queries, service
from ml_insights.sources.facts import Choices, UndoFact
from ml_insights.sources.tables import ImportBatch
from ml_insights.sources.understanding import look_at, read_as, require_settled
from ml_insights.sources.undo import outlook, undo

HEADER = "Order,Date,Product,Qty,Price,Customer,Status"
ANSWERS = {"Paid": "sale", "Pending": "out", "Cancelled": "out", "Refunded": "return", "Voided": "out"}
FIRST = [
    "A1,2024-01-15,P1,2,10,C1,Paid",
    "A1,2024-01-15,P2,1,5,C1,Paid",
    "A2,2024-01-16,P1,1,10,C2,Paid",
    "A3,2024-01-17,P3,4,2.5,C3,Pending",
    "A4,2024-01-18,P1,3,10,C1,Paid",
]


def source_of(folder: Path, rows: list[str], answers: dict[str, str] = ANSWERS) -> pipeline.Source:
    path = folder / "orders.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    found = look_at(path, "orders", Choices(), limit_mb=10, zone="UTC", folder=folder)
    asked = next((one for one in found.decisions if one.name == "states"), None)
    said = {option.value: answers[option.value] for option in asked.options} if asked else {}
    settled = read_as(path.name, found, Choices(answers={"states": said} if said else {}))
    require_settled(settled, path.name)
    return pipeline.Source(path, path.name, settled.shape, settled.reading, clock.now())


def bring(folder: Path, rows: list[str], *, update: bool = False, skip_bad: bool = False) -> ImportBatch:
    source = source_of(folder, rows)
    with transaction() as session:
        return service.import_recorded(
            session, source, "ana@x.cl", skip_bad=skip_bad, update=update, on_chunk=lambda chunk: None
        )


def taken_back(batch: ImportBatch) -> UndoFact:
    with transaction() as session:
        return undo(session, batch.id or 0, "eva@x.cl")


def lines(engine: Engine) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        columns = "order_id, product_id, occurrence, quantity, unit_price, batch_id"
        found = connection.execute(text(f"SELECT {columns} FROM order_lines ORDER BY 1, 2, 3"))
        return [tuple(row) for row in found]


def with_state(rows: list[str], order: str, state: str) -> list[str]:
    return [f"{row.rpartition(',')[0]},{state}" if row.startswith(f"{order},") else row for row in rows]


@pytest.mark.parametrize("state", ["Cancelled", "Refunded", "Voided", "Pending"])
def test_a_sale_that_a_later_file_says_is_none_is_taken_back(database: Engine, tmp_path: Path, state: str) -> None:
    first = bring(tmp_path, FIRST)
    before = lines(database)
    later = bring(tmp_path, with_state(FIRST, "A1", state))

    assert [(row[0], row[1]) for row in lines(database)] == [("A2", "P1"), ("A4", "P1")]
    told = later.summary
    assert (told["cancelled_orders"], told["cancelled_rows"], told["cancelled_revenue"]) == (1, 2, 25.0)
    outcome = queries.outcome_of(later)
    assert outcome == {"read": 4, "added": 0, "known": 2, "updated": 2, "kept": 0, "refused": 0}
    assert sum(told["set_aside"].values()) == 1, "the order that was never paid"
    assert told["rows"] == outcome["read"]

    with transaction() as session:
        seen = outlook(session, later.id or 0)
        assert (seen.removed, seen.restored, seen.revenue) == (0, 2, -25.0)
    with pytest.raises(errors.ChangedSince):
        taken_back(first)
    undone = taken_back(later)
    assert (undone.removed, undone.restored) == (0, 2)
    assert lines(database) == before
    taken_back(first)
    assert lines(database) == []


def test_the_same_file_again_changes_nothing(database: Engine, tmp_path: Path) -> None:
    bring(tmp_path, FIRST)
    cancelled = with_state(with_state(FIRST, "A1", "Cancelled"), "A2", "Refunded")
    once = bring(tmp_path, cancelled)
    assert (once.summary["cancelled_orders"], once.summary["cancelled_revenue"]) == (2, 35.0)
    after = lines(database)
    again = bring(tmp_path, cancelled)
    assert lines(database) == after
    assert again.summary["cancelled_rows"] == 0
    assert queries.outcome_of(again) == {"read": 1, "added": 0, "known": 1, "updated": 0, "kept": 0, "refused": 0}
    assert again.summary["set_aside"] == {"state": 3, "refunded": 1}


def test_an_order_that_is_paid_later_is_added_then(database: Engine, tmp_path: Path) -> None:
    bring(tmp_path, FIRST)
    later = bring(tmp_path, with_state(FIRST, "A3", "Paid"))
    assert queries.outcome_of(later) == {"read": 5, "added": 1, "known": 4, "updated": 0, "kept": 0, "refused": 0}
    assert ("A3", "P3", 0, 4.0, 2.5, later.id) in lines(database)


@pytest.mark.parametrize("states", [("Cancelled", "Paid"), ("Paid", "Cancelled")])
def test_of_equal_lines_the_cancelled_one_goes(database: Engine, tmp_path: Path, states: tuple[str, str]) -> None:
    """Lines of one order and product are told apart by their place, so that place must not move with a state."""
    both = ["B1,2024-01-15,P1,1,5,C1,Paid", "B1,2024-01-15,P1,1,7,C1,Paid"]
    bring(tmp_path, both)
    mixed = [f"{row.rpartition(',')[0]},{state}" for row, state in zip(both, states, strict=True)]
    bring(tmp_path, mixed)
    kept = [price for price, state in ((5.0, states[0]), (7.0, states[1])) if state == "Paid"]
    assert [row[4] for row in lines(database)] == kept
    bring(tmp_path, both)
    assert [row[4] for row in lines(database)] == [5.0, 7.0]


def test_an_import_that_took_sales_back_waits_for_the_one_that_brought_them_again(
    database: Engine, tmp_path: Path
) -> None:
    first = bring(tmp_path, FIRST)
    before = lines(database)
    cancelled = bring(tmp_path, with_state(FIRST, "A1", "Cancelled"))
    again = bring(tmp_path, FIRST)
    assert len(lines(database)) == len(before)
    with pytest.raises(errors.ChangedSince) as raised:
        taken_back(cancelled)
    assert raised.value.values["later"] == again.id
    for batch in (again, cancelled, first):
        taken_back(batch)
        if batch is cancelled:
            assert lines(database) == before
    assert lines(database) == []


def test_a_check_foretells_what_an_import_takes_back(database: Engine, tmp_path: Path) -> None:
    bring(tmp_path, FIRST)
    before = lines(database)
    source = source_of(tmp_path, with_state(FIRST, "A4", "Voided"))
    checker = pipeline.checked(source, lambda chunk: None)
    with reading() as session:
        tally = pipeline.foreseen(session, checker, None)
    assert (tally.summary.cancelled_orders, tally.summary.cancelled_rows, tally.summary.cancelled_revenue) == (1, 1, 30)
    assert tally.rows == tally.summary.rows == 4
    assert lines(database) == before


def test_a_refused_row_leaves_every_sale_where_it_was(database: Engine, tmp_path: Path) -> None:
    bring(tmp_path, FIRST)
    before = lines(database)
    with pytest.raises(errors.RowsRefused):
        bring(tmp_path, [*with_state(FIRST, "A1", "Cancelled"), "A9,2024-01-15,P1,many,10,C1,Paid"])
    assert lines(database) == before


def test_a_state_that_is_new_in_the_second_file_is_asked_about(database: Engine, tmp_path: Path) -> None:
    bring(tmp_path, FIRST)
    with pytest.raises(KeyError, match="Zurückgelegt"):
        source_of(tmp_path, with_state(FIRST, "A1", "Zurückgelegt"))


def test_lines_without_an_order_number_are_found_by_what_they_say(database: Engine, tmp_path: Path) -> None:
    def once(rows: list[str]) -> None:
        source = source_of(tmp_path, rows)
        columns = {name: header for name, header in source.reading.columns.items() if name != "order_id"}
        source = replace(source, reading=replace(source.reading, columns=columns, line_orders=True, fill=()))
        with transaction() as session:
            service.import_recorded(
                session, source, "ana@x.cl", skip_bad=False, update=False, on_chunk=lambda chunk: None
            )

    once(FIRST)
    assert len(lines(database)) == 4
    once(with_state(FIRST, "A2", "Cancelled"))
    assert sorted(row[3] for row in lines(database)) == [1.0, 2.0, 3.0]
    once(with_state(FIRST, "A2", "Cancelled"))
    assert len(lines(database)) == 3


def test_a_return_document_that_comes_later_is_a_line_of_its_own(database: Engine, tmp_path: Path) -> None:
    """The sale stays as it is, whether both come in one file or one after the other."""
    sale, returned = "B1,2024-01-15,P1,3,5,C1,Paid", "B1,2024-02-15,P1,1,5,C1,Credit note"

    def file(rows: list[str], update: bool = False) -> dict[str, int]:
        source = source_of(tmp_path, rows, ANSWERS | {"Credit note": "return"})
        assert source.reading.negative_returns or rows == [sale]
        with transaction() as session:
            batch = service.import_recorded(
                session, source, "ana@x.cl", skip_bad=False, update=update, on_chunk=lambda chunk: None
            )
        return queries.outcome_of(batch)

    file([sale])
    assert file([returned], update=True)["added"] == 1
    assert sorted(row[3] for row in lines(database)) == [-1.0, 3.0]
    again = file([sale, returned], update=True)
    assert (again["added"], again["known"], again["updated"]) == (0, 2, 0)
