"""The life of an import as the page leads it: understood, settled, checked, written once, remembered."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from ml_insights.commerce.queries import counts
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.database import transaction
from ml_insights.core.errors import NotFound
from ml_insights.sources import errors, progress, service, uploads, work
from ml_insights.sources.documents import ImportDocument
from ml_insights.sources.pipeline import Checker
from ml_insights.sources.tables import ImportBatch, ImportStatus

FILE = (
    "Pedido;Fecha;SKU;Cantidad;Precio;Nota\n"
    "A1;15/01/2024;P1;2;1.990,50;rápido\nA2;16/01/2024;P1;x;3,5;\nA3;17/01/2024;P2;1;-2,5;\n"
).encode()
UNCLEAR = b"Pedido;Fecha;SKU;Cantidad;Precio\nA1;03/01/2024;P1;2;1990\nA2;04/02/2024;P1;1;990\n"
ANA, BEN = work.Person("ana@example.com", "Ana"), work.Person("ben@example.com", "Ben")


def upload(data: bytes = FILE, name: str = "ventas.csv", contract: str = "orders") -> int:
    key = os.urandom(8).hex()
    uploads.path_of(key).parent.mkdir(parents=True)
    uploads.path_of(key).write_bytes(data)
    with transaction() as session:
        return service.register_upload(session, key, name, contract, "ana@example.com").id or 0


def settle(batch: int, version: int, person: work.Person = ANA, **changed: Any) -> ImportDocument:
    work.choose(batch, version, person, lambda before: replace(before, **changed))
    return work.look(batch, "en")


def lines(database: Engine) -> int:
    with Session(database) as session:
        return counts(session, Dataset.COMPANY).order_lines


def stored(database: Engine, batch: int) -> ImportBatch:
    with Session(database) as session:
        return session.get_one(ImportBatch, batch)


def header_of(document: ImportDocument, column: str) -> str:
    return next(one.header for one in document.columns if one.name == column)


def test_what_was_understood_is_told_with_the_values_beside_the_cells(database: Engine):
    seen = work.look(upload(), "es")
    assert (seen.file.encoding, seen.file.separator, seen.status) == ("utf-8", ";", ImportStatus.UPLOADED)
    assert [one.title for one in seen.columns[:3]] == ["Número de pedido", "Fecha", "Producto"]
    assert seen.summary is not None and seen.summary.whole
    assert (seen.summary.rows, seen.summary.refused) == (3, 1)
    assert (seen.summary.first, seen.summary.last, seen.summary.revenue) == ("2024-01-15", "2024-01-17", 3978.5)
    names = [one.name for one in seen.columns if one.header]
    day = seen.first_rows[0].cells[names.index("ordered_at")]
    assert (day.raw, day.shown) == ("15/01/2024", "15 ene 2024")
    unread = seen.first_rows[1].cells[names.index("quantity")]
    assert (unread.raw, unread.shown, len(seen.first_rows[1].reasons)) == ("x", "", 1)
    assert [(one.header, one.distinct, one.examples) for one in seen.unused] == [("Nota", 1, ["rápido"])]
    assert "Ready" not in seen.error and seen.ready


def test_an_import_goes_through_its_steps_once(database: Engine):
    batch = upload()
    version = work.look(batch, "en").version
    work.check(batch, version)
    checked = work.look(batch, "en")
    assert checked.status == ImportStatus.CHECKED and checked.summary is not None
    assert (checked.summary.accepted, checked.summary.refused_by[0].code) == (2, "not-a-number")
    assert lines(database) == 0
    work.write(batch, version, ANA, update=False)
    outcome = work.look(batch, "en").outcome
    assert outcome is not None
    assert (outcome.read, outcome.added, outcome.refused) == (3, 2, 1)
    assert outcome.read == outcome.added + outcome.known + outcome.updated + outcome.kept + outcome.refused
    work.write(batch, version, BEN, update=False)
    assert work.look(batch, "en").outcome == outcome and lines(database) == 2
    assert not uploads.path_of(stored(database, batch).file).exists()
    assert uploads.refused_of(stored(database, batch).file).exists()
    with pytest.raises(errors.ImportOver):
        settle(batch, version, columns={"channel": "Nota"})


def test_a_sale_that_is_cancelled_later_is_told_in_the_review_and_taken_back(database: Engine):
    rows = "Pedido;Fecha;SKU;Cantidad;Precio;Estado\nA1;15/01/2024;P1;2;10;Pagado\nA2;16/01/2024;P1;1;5;{}\n"
    for state, left in (("Pagado", 2), ("Anulado", 1), ("Anulado", 1)):
        before = lines(database)
        batch = upload(rows.format(state).encode())
        version = work.accept_proposed(batch, work.look(batch, "en").version, ANA)
        work.check(batch, version)
        seen = work.look(batch, "en").summary
        assert seen is not None and lines(database) == before
        gone = before - left if before else 0
        assert (seen.cancelled_orders, seen.cancelled_rows, seen.cancelled_revenue) == (gone, gone, 5.0 * gone)
        work.write(batch, version, ANA, update=False)
        done = work.look(batch, "en")
        assert done.outcome is not None and done.summary is not None
        assert (done.outcome.updated, lines(database)) == (gone, left)
        assert done.outcome.read == done.outcome.added + done.outcome.known + done.outcome.updated
        assert (done.summary.rows, done.summary.cancelled_revenue) == (done.outcome.read, 5.0 * gone)


def test_a_second_press_while_it_is_written_starts_nothing(database: Engine, monkeypatch: pytest.MonkeyPatch):
    batch = upload()
    version = work.look(batch, "en").version
    work.check(batch, version)
    begun, go_on, check = Event(), Event(), Checker.check

    def slow(self: Checker, raw: Any) -> Any:
        begun.set()
        assert go_on.wait(20)
        return check(self, raw)

    monkeypatch.setattr("ml_insights.sources.pipeline.Checker.check", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(work.write, batch, version, ANA, update=False)
        assert begun.wait(20)
        work.write(batch, version, BEN, update=False)
        assert work.standing(batch)[0] == ImportStatus.WRITING
        for step in (lambda: settle(batch, version, encoding="cp1252"), lambda: work.give_up(batch, "ben")):
            with pytest.raises(errors.ImportBusy):
                step()
        go_on.set()
        first.result(20)
    outcome = work.look(batch, "en").outcome
    assert outcome is not None and outcome.added == 2 and lines(database) == 2
    assert stored(database, batch).actor == ANA.actor


def test_what_was_chosen_stays_chosen(database: Engine):
    batch = upload(UNCLEAR)
    seen = work.look(batch, "en")
    assert not seen.ready and [one.name for one in seen.decisions if one.open] == ["dates"]
    answer = seen.decisions[0].options[1].value
    seen = settle(batch, seen.version, answers={"dates": answer})
    assert seen.ready and seen.summary is not None and seen.summary.first == "2024-03-01"
    seen = settle(batch, seen.version, columns={"customer_id": "SKU"})
    assert seen.summary is not None and seen.summary.first == "2024-03-01"
    assert (header_of(seen, "customer_id"), header_of(seen, "product_id")) == ("SKU", "SKU")
    again = settle(batch, seen.version, columns={"customer_id": "SKU", "ordered_at": ""})
    assert again.missing == ["Date"] and not again.ready
    with pytest.raises(errors.MissingColumns):
        work.check(batch, again.version)


def test_figures_that_hang_on_an_answer_are_not_told_before(database: Engine):
    foreign = FILE.replace(b"Nota", b"Moneda").replace("rápido".encode(), b"USD").replace(b"x;3,5;", b"1;3,5;USD")
    batch = upload(foreign.replace(b"-2,5;", b"2,5;USD"))
    seen = work.look(batch, "en")
    assert [one.name for one in seen.decisions if one.open] == ["currency"] and seen.summary is not None
    assert (seen.summary.rows, seen.summary.revenue, seen.summary.orders, seen.summary.first) == (3, None, None, None)
    seen = settle(batch, seen.version, answers={"currency": {"USD": "900"}})
    assert seen.summary is not None
    assert (seen.summary.revenue, seen.summary.orders) == (pytest.approx(900 * 3987), 3)


def test_an_answer_that_is_none_changes_nothing(database: Engine):
    batch = upload(UNCLEAR)
    version = work.look(batch, "en").version
    with pytest.raises(errors.UnknownDecision):
        settle(batch, version, answers={"mood": "good"})
    with pytest.raises(errors.DecisionsOpen):
        work.check(batch, version)
    assert stored(database, batch).version == version


def test_two_people_at_one_import_are_told_of_each_other(database: Engine):
    batch = upload()
    version = work.look(batch, "en").version
    with clock.frozen(datetime(2024, 5, 2, 14, 32, tzinfo=UTC)):
        settle(batch, version, columns={"channel": "Nota"})
        with pytest.raises(errors.ImportChanged, match=r"Ana changed this import at 10:32"):
            settle(batch, version, BEN, columns={"customer_id": "Nota"})
    with pytest.raises(errors.ImportChanged):
        work.check(batch, version)
    assert header_of(work.look(batch, "en"), "channel") == "Nota"


def test_a_changed_import_must_be_checked_again(database: Engine):
    batch = upload()
    version = work.look(batch, "en").version
    work.check(batch, version)
    changed = settle(batch, version, columns={"channel": "Nota"})
    assert changed.status == ImportStatus.UPLOADED
    with pytest.raises(errors.NotChecked):
        work.write(batch, changed.version, ANA, update=False)


def test_the_next_file_of_a_layout_is_read_as_the_last_one_was(database: Engine):
    first = upload(UNCLEAR)
    seen = work.look(first, "en")
    answer = seen.decisions[0].options[1].value
    seen = settle(first, seen.version, answers={"dates": answer})
    work.check(first, seen.version)
    work.write(first, seen.version, ANA, update=False)
    second = upload(UNCLEAR.replace(b"Pedido", b"pedido ").replace(b"A1", b"B1"))
    seen = work.look(second, "en")
    assert seen.ready and seen.remembered["by"] == "Ana"
    assert seen.summary is not None and seen.summary.first == "2024-03-01"
    work.start_afresh(second, seen.version, BEN)
    seen = work.look(second, "en")
    assert not seen.ready and seen.remembered == {}
    plain = work.look(upload(UNCLEAR.replace(b"03/01", b"23/01")), "en")
    assert plain.summary is not None and plain.summary.first == "2024-01-23", "the file's own evidence stands"


def test_work_that_was_cut_off_is_given_back(database: Engine, monkeypatch: pytest.MonkeyPatch):
    batch = upload()
    version = work.look(batch, "en").version
    work.check(batch, version)
    with transaction() as session:
        assert work.steps.begin_write(session, work.queries.batch(session, batch), version, "ana")
    assert work.standing(batch)[0] == ImportStatus.WRITING
    path = uploads.progress_of(stored(database, batch).file)
    long_ago = time.time() - progress.ALIVE_SECONDS - 1
    os.utime(path, (long_ago, long_ago))
    assert work.standing(batch)[0] == ImportStatus.CHECKED
    work.write(batch, version, ANA, update=False)
    assert lines(database) == 2


def test_a_failed_write_is_remembered_and_changes_nothing(database: Engine, monkeypatch: pytest.MonkeyPatch):
    batch = upload()
    version = work.look(batch, "en").version
    work.check(batch, version)

    def broken(*_: object, **__: object):
        raise errors.CutOff(file="ventas.csv", row=3)

    with monkeypatch.context() as patched:
        patched.setattr("ml_insights.sources.pipeline.Checker.check", broken)
        with pytest.raises(errors.CutOff):
            work.write(batch, version, ANA, update=False)
        assert stored(database, batch).status == ImportStatus.FAILED and lines(database) == 0
    assert "ventas.csv" in work.look(batch, "en").error
    work.check(batch, version)
    work.write(batch, version, ANA, update=False)
    assert stored(database, batch).status == ImportStatus.DONE and lines(database) == 2


def test_a_broken_upload_is_told_when_it_is_looked_at(database: Engine):
    batch = upload(b"")
    with pytest.raises(errors.EmptyFile):
        work.look(batch, "en")
    with pytest.raises(NotFound):
        work.look(batch + 1, "en")


def test_giving_up_forgets_the_file(database: Engine):
    batch = upload()
    key = stored(database, batch).file
    work.give_up(batch, "ana")
    assert not uploads.path_of(key).parent.exists()
    with pytest.raises(NotFound):
        work.give_up(batch, "ana")
    with Session(database) as session:
        assert session.exec(select(ImportBatch)).all() == []


def test_a_file_in_one_foreign_currency_can_set_the_company_s(database: Engine):
    """The file is read anew with it: nothing about currencies is asked any more, and amounts are as they stand."""
    rows = "".join(f"A{number},2026-05-0{number},P1,2,{number}0.5,EUR\n" for number in range(1, 6))
    batch = upload(("order_id,date,product,quantity,price,currency\n" + rows).encode())
    before = work.look(batch, "en")
    (asked,) = (one for one in before.decisions if one.name == "currency")
    assert asked.open and asked.foreign == "EUR"
    work.count_in("EUR", ANA.actor)
    after = work.look(batch, "en")
    assert all(one.name != "currency" for one in after.decisions) and after.ready
    assert after.summary is not None and (after.summary.currency, after.summary.revenue) == ("EUR", 305)
