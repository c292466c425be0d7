"""A stand-in for Supabase that caps its pages, hides its rows, refuses the key or fails now and then."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, func, select
from typer.testing import CliRunner

from ml_insights.__main__ import add_slices, app
from ml_insights.commerce.queries import counts, order_lines_frame
from ml_insights.commerce.tables import Dataset
from ml_insights.core.audit import AuditEvent
from ml_insights.core.settings import settings
from ml_insights.sources.notices import stale_source
from ml_insights.sources.supabase import client
from ml_insights.sources.tables import SourceState
from tests.fixtures.sites import free_port

CASE = "27-supabase-1000-rows"
KEY = "sb_secret_of_the_case"
COLUMNS = {
    "order_id": "order_id",
    "ordered_at": "order_date",
    "product_id": "product",
    "quantity": "quantity",
    "unit_price": "unit_price",
    "customer_id": "customer_id",
}

Stand = Callable[[str], AbstractContextManager[Path]]


@pytest.fixture
def expected(cases: Path) -> dict[str, Any]:
    return json.loads((cases / CASE / "expected.json").read_text())


@pytest.fixture
def standing(cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Engine) -> Stand:
    """Starts the stand-in in a mode, with settings that name it; gives the log of its requests."""
    (tmp_path / "mapping.json").write_text(json.dumps({"orders": {"table": "orders", "key": "id", "columns": COLUMNS}}))
    monkeypatch.setattr(client, "FIRST_PAUSE_SECONDS", 0)
    monkeypatch.setenv("SUPABASE_SERVICE_KEY", KEY)
    monkeypatch.setenv("SUPABASE_MAPPING", str(tmp_path / "mapping.json"))

    @contextmanager
    def standing_in(mode: str) -> Iterator[Path]:
        port, log = free_port(), tmp_path / f"{mode}.log"
        monkeypatch.setenv("SUPABASE_URL", f"http://127.0.0.1:{port}")
        settings.cache_clear()
        command = [sys.executable, str(cases / CASE / "fake_postgrest.py"), "--port", str(port), "--mode", mode]
        with log.open("wb") as errors:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
        try:
            assert process.stdout is not None and b"listening" in process.stdout.readline()
            yield log
        finally:
            process.terminate()
            process.wait(10)

    return standing_in


def refresh() -> tuple[int, list[dict[str, Any]], str]:
    """What the command does: its exit code, its JSON and all that it prints."""
    add_slices()
    done = CliRunner().invoke(app, ["refresh", "--json"])
    return done.exit_code, json.loads(done.stdout), done.output


def shown(engine: Engine) -> Any:
    with Session(engine) as session:
        return stale_source(session)


def assert_all_there(engine: Engine, expected: dict[str, Any]) -> None:
    with Session(engine) as session:
        found, frame = counts(session, Dataset.COMPANY), order_lines_frame(session, Dataset.COMPANY)
    assert found.order_lines == expected["rows"]
    assert frame["customer_id"].nunique() == expected["customers"]
    assert frame["quantity"].sum() == expected["units"]
    assert (frame["quantity"] * frame["unit_price"]).sum() == expected["total"]
    assert frame["ordered_at"].min().isoformat() == expected["first"]
    assert frame["ordered_at"].max().isoformat() == expected["last"]


@pytest.mark.parametrize("mode", ["ok", "short_cap", "flaky"])
def test_all_rows_come_whatever_a_page_holds(
    standing: Stand, database: Engine, expected: dict[str, Any], mode: str
) -> None:
    with standing(mode) as log:
        code, (first,), _ = refresh()
        assert (code, first["added"], first["refused"], first["warning"]) == (0, expected["rows"], 0, "")
        requests = [line for line in log.read_text().splitlines() if "/rest/v1/orders" in line]
        assert len(requests) > 2 and all("order=id.asc" in line for line in requests)
        assert_all_there(database, expected)
        code, (second,), _ = refresh()
        assert (code, second["added"], second["updated"]) == (0, 0, 0)
        assert_all_there(database, expected)


def test_no_rows_at_all_are_a_warning_and_what_was_read_stays(
    standing: Stand, database: Engine, expected: dict[str, Any]
) -> None:
    with standing("ok"):
        refresh()
    with standing("rls_empty"):
        code, (result,), output = refresh()
    assert code == 0 and "returned no rows: check the key and row security" in result["warning"]
    assert "Warning: “orders” returned no rows" in output
    notice = shown(database)
    assert notice.kind == "warning" and "returned no rows" in notice.message
    assert_all_there(database, expected)


def test_no_rows_at_the_first_reading_are_a_warning_too(standing: Stand, database: Engine) -> None:
    with standing("rls_empty"):
        _, (result,), _ = refresh()
    assert "check the key and row security" in result["warning"]


def test_a_refused_key_is_told_without_it(standing: Stand, database: Engine, expected: dict[str, Any]) -> None:
    with standing("ok"):
        refresh()
    with standing("unauthorized") as log:
        code, (result,), output = refresh()
        assert len(log.read_text().splitlines()) == 1
    assert code != 0 and "did not accept the key (HTTP 401" in result["error"]
    assert_all_there(database, expected)
    with Session(database) as session:
        kept = [repr(state) for state in session.exec(select(SourceState))]
        kept += [repr(event) for event in session.exec(select(AuditEvent))]
        assert session.exec(select(func.count()).select_from(AuditEvent)).one() > 0
    assert not any(KEY in text for text in (output, *kept))
