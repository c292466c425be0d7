"""Jobs over HTTP, and the figures that Prometheus scrapes."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import Engine

from ml_insights.accounts import service as accounts
from ml_insights.core import clock
from ml_insights.core.access import Role
from ml_insights.core.api import create_api
from ml_insights.core.database import transaction
from ml_insights.core.identity import forget_callers
from ml_insights.core.settings import settings
from ml_insights.jobs import declared, runner, schedules, service
from ml_insights.jobs.runner import run_now
from ml_insights.jobs.scheduler import Scheduler
from ml_insights.jobs.tables import Misfire
from ml_insights.sources.tables import ImportBatch, ImportStatus
from tests.integration.jobs.sample import CAPABILITY


@pytest.fixture
def started(database: Engine, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs that were started; none of them is done."""
    for module in (declared, service):
        monkeypatch.setattr(module, "capabilities", lambda: (CAPABILITY,))
    runs: list[int] = []
    monkeypatch.setattr(runner, "start", runs.append)
    return runs


@pytest.fixture
async def client(started: list[int]) -> AsyncIterator[httpx.AsyncClient]:
    forget_callers()
    transport = httpx.ASGITransport(app=create_api(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://site.example") as opened:
        yield opened
    forget_callers()


def key(role: Role = Role.ADMIN, *scopes: str) -> dict[str, str]:
    with transaction() as session:
        secret = accounts.create_key(session, "Test", role, scopes or ("read", "write"), None, "tester").secret
    return {"Authorization": f"Bearer {secret}"}


async def test_a_job_is_run_and_followed(client: httpx.AsyncClient, started: list[int]) -> None:
    headers = key()
    answer = await client.post("/api/jobs/step/run", headers=headers)
    assert answer.status_code == 202
    run = answer.json()
    assert (run["status"], run["job"], started) == ("queued", "step", [run["id"]])
    assert (await client.post("/api/jobs/step/run", headers=headers)).json()["id"] == run["id"]
    run_now(run["id"])
    done = (await client.get(f"/api/jobs/runs/{run['id']}", headers=headers)).json()
    assert (done["status"], done["share"], done["result"]) == ("done", 1.0, {"steps": 2})
    assert done["actor"].startswith("api-key:") and done["seconds"] >= 0
    log = (await client.get(f"/api/jobs/runs/{run['id']}/log", headers=headers)).json()
    assert any("Half way" in line["text"] for line in log)
    rest = await client.get(f"/api/jobs/runs/{run['id']}/log", params={"after": log[-1]["id"]}, headers=headers)
    assert rest.json() == []


async def test_the_list_has_schedules_in_the_order_of_their_next_firing(client: httpx.AsyncClient) -> None:
    with transaction() as session:
        schedules.edit(session, "step", "0 2 1 * *", "UTC", Misfire.SKIP, "ana@example.com")
        schedules.edit(session, "nothing", "* * * * *", "UTC", Misfire.ONCE, "ana@example.com")
    listed = (await client.get("/api/jobs", headers=key(Role.ANALYST, "read"))).json()
    assert [job["name"] for job in listed][:2] == ["nothing", "step"]
    assert listed[1]["schedule"]["misfire"] == "skip" and listed[1]["last_run"] is None
    assert {job["schedule"] for job in listed[2:]} == {None}


async def test_who_may_what(client: httpx.AsyncClient, started: list[int]) -> None:
    for role, scopes, status in ((Role.ANALYST, ("read", "write"), 403), (Role.ADMIN, ("read",), 403)):
        assert (await client.post("/api/jobs/step/run", headers=key(role, *scopes))).status_code == status
    assert (await client.get("/api/jobs", headers=key(Role.SALES))).status_code == 403
    assert (await client.get("/api/jobs")).status_code == 401
    assert started == []


@pytest.mark.parametrize("path", ["/api/jobs/runs/4711", "/api/jobs/runs/4711/log"])
async def test_what_there_is_not_is_told(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers=key())
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_an_unknown_job_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/jobs/no-such-job/run", headers=key())).status_code == 404


async def test_metrics_count_runs_and_imports(client: httpx.AsyncClient) -> None:
    for job in ("nothing", "nothing", "refuse"):
        with transaction() as session:
            run_id = service.enqueue(session, job, "tester").id or 0
        run_now(run_id)
    with transaction() as session:
        service.enqueue(session, "step", "tester")
        session.add(_import(added=7, refused=2))
        session.add(_import(added=1, refused=0))
    Scheduler(start=lambda _run: None).tick()
    answer = await client.get("/metrics", headers=key(Role.ANALYST, "read"))
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert 'ai_job_runs_total{job="nothing",outcome="done"} 2.0' in lines
    assert 'ai_job_runs_total{job="refuse",outcome="failed"} 1.0' in lines
    assert 'ai_job_duration_seconds_count{job="nothing"} 2.0' in lines
    assert 'ai_job_running{job="step"} 1.0' in lines
    assert "ai_scheduler_up 1.0" in lines
    assert 'ai_import_rows_total{contract="orders",outcome="added"} 8.0' in lines
    assert 'ai_import_rows_total{contract="orders",outcome="refused"} 2.0' in lines
    assert "# TYPE ai_job_runs_total counter" in lines
    assert (answer.headers["cache-control"], int(answer.headers["ratelimit-limit"])) == ("no-store", 3000)


def _import(added: int, refused: int) -> ImportBatch:
    now = clock.now()
    return ImportBatch(
        contract="orders",
        file_name="orders.csv",
        status=ImportStatus.DONE,
        counts={"added": added, "updated": 0, "unchanged": 0, "kept": 0},
        tally={"refused": refused},
        created_at=now,
        finished_at=now - timedelta(minutes=1),
    )


async def test_metrics_are_not_for_everybody(client: httpx.AsyncClient) -> None:
    nobody = await client.get("/metrics")
    assert (nobody.status_code, nobody.headers["content-type"]) == (401, "application/problem+json")
    assert nobody.headers["www-authenticate"] == "Bearer"
    assert (await client.get("/metrics", headers=key(Role.SALES))).status_code == 403
    assert (await client.get("/metrics", headers={"Authorization": "Bearer mli_wrong"})).status_code == 401


async def test_metrics_are_limited_like_the_rest(started: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATE_LIMIT", "2/minute")
    settings.cache_clear()
    forget_callers()
    transport = httpx.ASGITransport(app=create_api(), raise_app_exceptions=False)
    headers = key()
    async with httpx.AsyncClient(transport=transport, base_url="http://site.example") as opened:
        codes = [(await opened.get("/metrics", headers=headers)).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    forget_callers()
