"""Backups by command, by API and by job."""

import json

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select
from sqlmodel import Session
from typer.testing import CliRunner

from ml_insights.__main__ import add_slices, app
from ml_insights.accounts import service as accounts
from ml_insights.backups import checks, folder, queries, service
from ml_insights.core import clock
from ml_insights.core.access import Role
from ml_insights.core.api import create_api
from ml_insights.core.audit import AuditEvent
from ml_insights.core.database import transaction
from ml_insights.core.doctor import Status
from ml_insights.core.errors import ProductError
from ml_insights.jobs import runner
from ml_insights.jobs import service as jobs
from ml_insights.jobs.tables import JobStatus
from tests.integration.backups import stock


def command(*arguments: str) -> tuple[int, str]:
    """Exit code and output, as `python -m ml_insights` gives them."""
    add_slices()
    done = CliRunner().invoke(app, arguments)
    if isinstance(done.exception, ProductError):
        return 1, done.exception.message("en")
    return done.exit_code, done.output


def audited(engine: Engine, action: str) -> list[str]:
    with Session(engine) as session:
        return list(session.scalars(select(AuditEvent.actor).where(AuditEvent.action == action)))  # pyright: ignore


def test_the_whole_way_by_command(stocked: Engine) -> None:
    rows = stock.rows(stocked)
    code, printed = command("backup", "create", "--json")
    made = json.loads(printed)
    assert (code, made["models"], made["whole"]) == (0, 2, True)
    assert audited(stocked, "backup.create") == ["command line"]
    code, printed = command("backup", "list", "--json")
    assert (code, [one["name"] for one in json.loads(printed)["folder"]]) == (0, [made["name"]])
    code, printed = command("backup", "verify")
    assert (code, printed.strip()) == (0, f"{made['name']}: whole")
    stock.wipe(stocked)
    code, printed = command("restore", made["name"], "--yes", "--json")
    assert (code, json.loads(printed)["rows"]) == (0, made["rows"])
    assert stock.without_trace(stock.rows(stocked)) == rows


def test_a_script_is_never_asked(stocked: Engine) -> None:
    made = service.create("tester")
    rows = stock.rows(stocked)
    code, printed = command("restore", made.name)
    assert code == 1 and "--yes" in printed
    assert stock.rows(stocked) == rows


def test_exit_codes_tell_a_damaged_or_unknown_backup(stocked: Engine) -> None:
    made = service.create("tester")
    made.path.write_bytes(made.path.read_bytes()[:-30])
    code, printed = command("backup", "verify", made.name)
    assert code == 1 and "cut off" in printed
    code, printed = command("restore", "ml-insights-none.zip", "--yes")
    assert code == 1 and "ml-insights-none.zip" in printed


def test_the_job_makes_one(stocked: Engine) -> None:
    with transaction() as session:
        run_id = jobs.enqueue(session, "backup", "tester", by="tester").id or 0
    done = runner.run_now(run_id)
    assert done.status == JobStatus.DONE, done.error_in("en")
    (made,) = queries.list_backups()
    assert (made.by, made.check is not None and made.check.good) == ("tester", True)
    assert audited(stocked, "backup.create") == ["tester"]


def key(role: Role, *scopes: str) -> dict[str, str]:
    with transaction() as session:
        secret = accounts.create_key(session, "Test", role, scopes, None, "tester").secret
    return {"Authorization": f"Bearer {secret}"}


def test_only_who_may_take_everything_away_downloads(stocked: Engine) -> None:
    made = service.create("tester")
    client = TestClient(create_api())
    address = f"/api/backups/{made.name}"
    assert client.get(address).status_code == 401
    assert client.get(address, headers=key(Role.ANALYST, "read", "write")).status_code == 403
    assert client.get(address, headers=key(Role.ADMIN, "read")).status_code == 403
    taker = key(Role.ADMIN, "read", "write")
    answer = client.get(address, headers=taker)
    assert (answer.status_code, answer.content) == (200, made.path.read_bytes())
    assert len(audited(stocked, "backup.download")) == 1
    assert [one["name"] for one in client.get("/api/backups", headers=taker).json()] == [made.name]
    for name in ("..%2Fsecret.key", "secret.key", folder.CHECKS, "ml-insights-20250101-000000-000000.zip"):
        assert client.get(f"/api/backups/{name}", headers=taker).status_code == 404


def test_the_doctor_looks_at_age_and_state(stocked: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.newest().status == Status.NOTE
    made = service.create("tester")
    assert checks.newest().status == Status.OK
    with clock.frozen(clock.now() + 2 * checks.STALE):
        assert checks.newest().status == Status.WARNING
    made.path.write_bytes(b"PK")
    assert checks.newest().status == Status.WARNING
    assert checks.copies().status == Status.NOTE
