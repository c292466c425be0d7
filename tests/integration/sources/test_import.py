"""Importing files into a real database: what enters, what does not, and what happens when it is cut short."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text
from sqlmodel import Session, select

from ml_insights.commerce.bulk_sqlite import LATER
from ml_insights.commerce.indexes import make_missing_indexes, missing_indexes
from ml_insights.commerce.queries import counts, data_version, order_lines_frame
from ml_insights.commerce.tables import Customer, Dataset, OrderLine, Product
from ml_insights.core import clock
from ml_insights.core.database import transaction
from ml_insights.core.errors import ProductError
from ml_insights.sources import errors, pipeline, service
from ml_insights.sources.facts import RefusedRow
from ml_insights.sources.refused import refused_csv
from ml_insights.sources.tables import ImportBatch

HEADER = "order_id,ordered_at,product_id,quantity,unit_price,customer_id,channel"
GOOD = ["A1,2024-01-15 10:30,P1,2,9.5,C1,web", "A1,2024-01-15 10:30,P1,2,9.5,C1,web", "A2,2024-01-16,P2,-1,3,,"]
BAD = ["A3,soon,P1,1,1,,", ",2024-01-17,P1,x,1,,", "A4,2999-01-01,P1,1,1,,"]
STORED = ("order_id", "product_id", "occurrence", "ordered_at", "quantity", "unit_price", "customer_id", "channel")


def save(folder: Path, rows: list[str], header: str = HEADER, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def run(path: Path, contract: str = "orders", skip_bad: bool = False, update: bool = False, **columns: str):
    """Import as the command line does; the batch and the refused rows."""
    inspection = pipeline.inspect_file(path, contract, limit_mb=100, zone="America/Santiago")
    if columns:
        chosen = {**inspection.reading.columns, **columns}
        inspection = pipeline.with_columns(inspection.path, path.name, inspection, chosen)
    pipeline.require_ready(inspection, inspection.reading, path.name, False)
    source = pipeline.Source(inspection.path, path.name, inspection.shape, inspection.reading, clock.now())
    refused: list[RefusedRow] = []
    with transaction() as session:
        batch = service.import_recorded(
            session, source, "test", skip_bad=skip_bad, update=update, on_chunk=lambda c: refused.extend(c.refused)
        )
    return batch, refused


def lines(engine: Engine) -> list[tuple]:
    with Session(engine) as session:
        found = session.exec(select(OrderLine).order_by("order_id", "product_id", "occurrence")).all()  # pyright: ignore
        return [tuple(getattr(line, name) for name in STORED) for line in found]


def test_rows_enter_as_they_are(database: Engine, tmp_path: Path):
    batch, _ = run(save(tmp_path, GOOD))
    assert batch.counts == {"added": 3, "unchanged": 0, "updated": 0, "kept": 0}
    stored = lines(database)
    assert [line[:3] for line in stored] == [("A1", "P1", 0), ("A1", "P1", 1), ("A2", "P2", 0)]
    assert stored[0][3].isoformat() == "2024-01-15T13:30:00+00:00"
    assert stored[2][3].isoformat() == "2024-01-16T03:00:00+00:00"
    assert stored[2][4:] == (-1, 3, None, None)


def test_the_same_file_twice_adds_nothing(database: Engine, tmp_path: Path):
    path = save(tmp_path, GOOD)
    run(path)
    with Session(database) as session:
        before = data_version(session, Dataset.COMPANY)
    again, _ = run(path)
    assert again.counts == {"added": 0, "unchanged": 3, "updated": 0, "kept": 0}
    with Session(database) as session:
        assert data_version(session, Dataset.COMPANY) == before
        assert counts(session, Dataset.COMPANY).order_lines == 3


def test_a_longer_file_adds_only_what_is_new(database: Engine, tmp_path: Path):
    run(save(tmp_path, GOOD))
    batch, _ = run(save(tmp_path, [*GOOD, GOOD[0], "A9,2024-02-01,P9,1,1,,"]))
    assert batch.counts == {"added": 2, "unchanged": 3, "updated": 0, "kept": 0}
    assert [line[:3] for line in lines(database)][2] == ("A1", "P1", 2)


def test_known_lines_keep_their_values_unless_told(database: Engine, tmp_path: Path):
    run(save(tmp_path, GOOD))
    changed = save(tmp_path, [*GOOD[:2], "A2,2024-01-16,P2,-1,4,C7,"])
    kept, _ = run(changed)
    assert kept.counts == {"added": 0, "unchanged": 2, "updated": 0, "kept": 1}
    assert lines(database)[2][5:7] == (3, None)
    updated, _ = run(changed, update=True)
    assert updated.counts == {"added": 0, "unchanged": 2, "updated": 1, "kept": 0}
    assert lines(database)[2][5:7] == (4, "C7")


def test_nothing_enters_while_rows_are_refused(database: Engine, tmp_path: Path):
    with pytest.raises(errors.RowsRefused):
        run(save(tmp_path, [*GOOD, *BAD]))
    assert lines(database) == []
    with Session(database) as session:
        assert session.exec(select(ImportBatch)).all() == []


def test_refused_rows_are_told_mended_and_imported(database: Engine, tmp_path: Path):
    twin = "A1,2024-01-15 10:30,P1,two,9.5,C1,web"
    path = save(tmp_path, [GOOD[0], twin, GOOD[1], *BAD])
    batch, refused = run(path, skip_bad=True)
    assert batch.counts["added"] == 2
    told = [(row.row, [(p.column, p.value, p.code) for p in row.problems]) for row in refused]
    assert told == [
        (3, [("quantity", "two", "not-a-number")]),
        (5, [("ordered_at", "soon", "not-a-date")]),
        (6, [("order_id", "", "missing"), ("quantity", "x", "not-a-number")]),
        (7, [("ordered_at", "2999-01-01", "future")]),
    ]
    text_ = "".join(refused_csv(tuple(HEADER.split(",")), refused, "orders", "en"))
    header, *rows = csv.reader(io.StringIO(text_))
    rows[0][header.index("quantity")] = "2"
    mended = save(tmp_path, [",".join(f'"{cell}"' for cell in rows[0])], ",".join(header), "mended.csv")
    assert run(mended)[0].counts["added"] == 1
    assert [line[:3] for line in lines(database)] == [("A1", "P1", 0), ("A1", "P1", 1), ("A1", "P1", 2)]


def test_an_amount_becomes_a_price_only_when_chosen(database: Engine, tmp_path: Path):
    path = save(
        tmp_path, ["A1,15/01/2024,P1,4,10", "A2,16/01/2024,P1,0,10"], "Order ID,Order Date,Product ID,Qty,Sales"
    )
    with pytest.raises(errors.DecisionsOpen):
        run(path)
    _, refused = run(path, skip_bad=True, total="Sales")
    assert lines(database)[0][4:6] == (4, 2.5)
    assert [problem.code for problem in refused[0].problems] == ["no-quantity"]


@pytest.mark.parametrize(
    ("header", "rows", "error"),
    [
        ("order_id,product_id,quantity,unit_price", ["A1,P1,1,1"], errors.MissingColumns),
        ("order_id,ordered_at,quantity,unit_price", ["A1,2024-01-01,1,1"], errors.DecisionsOpen),
        (HEADER, ["A1,03/01/2024,P1,1,1,,"], errors.AmbiguousDates),
    ],
)
def test_what_cannot_be_read_one_way_is_asked(
    database: Engine, tmp_path: Path, header, rows, error: type[ProductError]
):
    with pytest.raises(error) as caught:
        run(save(tmp_path, rows, header))
    assert "{" not in caught.value.message("en")


def test_dates_far_down_settle_day_and_month(database: Engine, tmp_path: Path):
    rows = [f"A{place},03/01/2024,P1,1,1,," for place in range(3000)]
    run(save(tmp_path, [*rows, "B1,25/01/2024,P1,1,1,,"]))
    assert {line[3].isoformat() for line in lines(database)} == {
        "2024-01-03T03:00:00+00:00",
        "2024-01-25T03:00:00+00:00",
    }


def test_customers_and_products_are_added_and_updated(database: Engine, tmp_path: Path):
    first = save(tmp_path, ["C1,Ana,a@x.cl", "C2,Luis,"], "customer_id,name,email")
    assert run(first, "customers")[0].counts["added"] == 2
    second = save(tmp_path, ["C1,Ana María,", "C1,Ana Luisa,", "C3,Eva,"], "customer_id,name,email")
    assert run(second, "customers")[0].counts == {"added": 1, "unchanged": 1, "updated": 1, "kept": 0}
    run(save(tmp_path, ["P1,Té,Bebidas,2.5"], "product_id,name,category,unit_cost"), "products")
    with Session(database) as session:
        known = session.get(Customer, (Dataset.COMPANY, "C1"))
        assert known is not None and (known.name, known.email) == ("Ana Luisa", "a@x.cl")
        product = session.get(Product, (Dataset.COMPANY, "P1"))
        assert product is not None and (product.name, product.unit_cost) == ("Té", 2.5)


COUNTED = {
    "customers": ("customer_id,name", ["C1,Ana", "C2,Luis", "C1,", "C1,Ana", "C2,Luis P", "C3,Eva"], 3),
    "products": ("product_id,name", ["P1,TEA", "P2,MUG", "P1,TEA", "P1,?", "P2,MUG", "P1,damaged"], 2),
    "prices": ("period,product_id,price,quantity", ["2024-01-01,P1,1,1", "2024-01-01,P1,1,1", "2024-01-01,P1,2,1"], 1),
    "deliveries": ("route_id,departed_at,cost,distance_km", ["R1,2024-01-01,1,1", "R1,2024-01-01,1,1"], 1),
    "stops": ("route_id,seq,lat,lon", ["R1,0,-33,-70", "R1,0,-33,-70", "R1,0,-34,-70", "R1,1,-33,-71"], 2),
}


@pytest.mark.parametrize("contract", COUNTED)
@pytest.mark.parametrize("size", [1 << 20, 48], ids=["one chunk", "many chunks"])
def test_every_row_that_was_read_is_counted(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contract: str, size: int
):
    monkeypatch.setattr("ml_insights.sources.reading.read_chunks.__defaults__", (size,))
    header, rows, added = COUNTED[contract]
    for expected in (added, 0):
        batch, _ = run(save(tmp_path, rows, header), contract)
        assert batch.tally["rows"] == len(rows) == sum(batch.counts.values())
        assert batch.counts["added"] == expected


def test_hostile_text_is_data(database: Engine, tmp_path: Path):
    nasty = "'); DROP TABLE order_lines; --"
    path = tmp_path / "orders.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER.split(","), [nasty, "2024-01-01", '=2+2"\n\\', "1", "1", "\\N", "NULL"]])
    run(path)
    assert [(line[0], line[1], line[6], line[7]) for line in lines(database)] == [(nasty, '=2+2"\n\\', "\\N", "NULL")]


def test_the_frame_has_what_the_file_had(database: Engine, tmp_path: Path):
    run(save(tmp_path, GOOD))
    with Session(database) as session:
        frame = order_lines_frame(session, Dataset.COMPANY)
    assert len(frame) == 3 and frame["quantity"].sum() == 3 and frame["customer_id"].isna().sum() == 1
    assert str(frame["ordered_at"].dtype) == "datetime64[us, UTC]"


def test_many_chunks_enter_as_one(database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ml_insights.sources.reading.read_chunks.__defaults__", (4096,))
    rows = [f"A{place % 700},2024-01-15,P{place % 3},1,1,C{place % 5},web" for place in range(2500)]
    assert run(save(tmp_path, rows))[0].counts["added"] == 2500
    with Session(database) as session:
        identities = session.connection().execute(
            text("SELECT count(*) FROM (SELECT DISTINCT order_id, product_id, occurrence FROM order_lines) AS d")
        )
        assert identities.scalar() == 2500


def identity(engine: Engine) -> list[str | None]:
    """Columns of the unique index on order lines."""
    return next(index["column_names"] for index in inspect(engine).get_indexes("order_lines") if index["unique"])


@pytest.mark.parametrize("skip_bad", [True, False])
def test_a_bulk_import_leaves_the_index_that_it_found(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, skip_bad: bool
):
    monkeypatch.setattr("ml_insights.commerce.bulk_sqlite.BULK", 1)
    monkeypatch.setattr("ml_insights.sources.reading.read_chunks.__defaults__", (256,))
    before, path = identity(database), save(tmp_path, [*GOOD, *BAD])
    with nullcontext() if skip_bad else pytest.raises(errors.RowsRefused):
        run(path, skip_bad=skip_bad)
    assert identity(database) == before
    assert len(lines(database)) == (3 if skip_bad else 0)
    again, _ = run(path, skip_bad=True)
    assert again.counts["unchanged" if skip_bad else "added"] == 3


def test_an_index_that_only_makes_pages_faster_is_made_after_a_bulk_import(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("ml_insights.commerce.bulk_sqlite.BULK", 1)
    run(save(tmp_path, GOOD))
    with transaction() as session:
        assert missing_indexes(session) == (set(LATER) if database.dialect.name == "sqlite" else set())
        make_missing_indexes(session)
    with transaction() as session:
        assert missing_indexes(session) == set()
        make_missing_indexes(session)


def test_lines_that_a_file_numbers_alike_are_one(database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ml_insights.commerce.bulk_sqlite.BULK", 1)
    path = save(tmp_path, [f"{GOOD[0]},4", f"{GOOD[1]},4", f"{GOOD[2]},0"], f"{HEADER},occurrence")
    assert run(path)[0].counts == {"added": 2, "unchanged": 1, "updated": 0, "kept": 0}


STARTED = """
import sys
from ml_insights.__main__ import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


def test_the_command_loads_no_library_that_it_can_do_without(database: Engine, tmp_path: Path):
    path = save(tmp_path, GOOD)
    command = [sys.executable, "-c", STARTED, "import", str(path), "--json"]
    done = subprocess.run(command, env=os.environ, check=False, capture_output=True, text=True)
    assert json.loads(done.stdout)["added"] == 3
    assert not {"pandas", "rich", "structlog", "babel", "cryptography", "reflex"} & set(done.stderr.split())


KILLED = """
import os, signal, sys
from pathlib import Path
from ml_insights.core import clock
from ml_insights.core.database import transaction
from ml_insights.sources import pipeline, service
path = Path(sys.argv[1])
found = pipeline.inspect_file(path, "orders", limit_mb=100, zone="UTC")
source = pipeline.Source(path, path.name, found.shape, found.reading, clock.now())
with transaction() as session:
    service.import_recorded(session, source, "test", skip_bad=False, update=False, on_chunk=lambda chunk: None)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_import_leaves_nothing(database: Engine, tmp_path: Path):
    path = save(tmp_path, [f"A{place},2024-01-15,P1,1,1,," for place in range(20_000)])
    before = identity(database)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], env=os.environ, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert lines(database) == []
    assert identity(database) == before
    assert run(path)[0].counts["added"] == 20_000
