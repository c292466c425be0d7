"""One customer, followed from the row of a file over the list and the call to what came of it."""

import csv
import random
from datetime import date, datetime, time, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine
from sqlmodel import Session
from typer.testing import CliRunner

from ml_insights.__main__ import add_slices, app
from ml_insights.accounts import service as accounts
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.access import Role
from ml_insights.core.api import create_api
from ml_insights.core.database import transaction
from ml_insights.core.identity import forget_callers
from ml_insights.core.settings import settings
from ml_insights.jobs import runner
from ml_insights.jobs import service as jobs
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.tables import JobStatus
from ml_insights.ledger import queries as ledger_queries
from ml_insights.ledger import service as ledger
from ml_insights.propensity import policy, queries
from ml_insights.propensity.service.predictions import subject_of

COMPANY = Dataset.COMPANY
LAST = date(2025, 6, 29)
DAYS, CUSTOMERS = 160, 80


def orders_until(last: date) -> list[list[object]]:
    """Every customer buys at a pace of their own; the same history whenever it is asked for."""
    first, lines = LAST - timedelta(days=DAYS), []
    for customer in range(CUSTOMERS):
        chance = random.Random(customer)
        pace, day = chance.uniform(3, 40), chance.uniform(0, 40)
        while day < DAYS + 60:
            when = first + timedelta(days=int(day))
            number = f"O-{customer}-{int(day * 100)}"
            lines.append([number, f"{when} 11:00", f"P{customer % 5}", 1, 1_000 + customer, f"K{customer}"])
            day += chance.expovariate(1 / pace) + 1
    lines.append([f"LAST-{last}", f"{last} 12:00", "P0", 1, 10, "ALWAYS"])
    return [line for line in lines if str(line[1]) <= f"{last} 23:59"]


def import_orders(folder: Path, lines: list[list[object]], name: str) -> None:
    """Import a file of orders, as a person does on the command line."""
    file = folder / f"{name}.csv"
    with file.open("w", newline="", encoding="utf-8") as text:
        rows = csv.writer(text)
        rows.writerow(["order_id", "ordered_at", "product_id", "quantity", "unit_price", "customer_id"])
        rows.writerows(lines)
    done = CliRunner().invoke(app, ["import", str(file)])
    assert done.exit_code == 0, done.output


def run_job(name: str, **arguments: str) -> RunFact:
    with transaction() as session:
        run_id = jobs.enqueue(session, name, "tester", **arguments).id or 0
    done = runner.run_now(run_id)
    assert (done.status, done.error) == (JobStatus.DONE, None)
    return done


async def call(method: str, path: str, **change: object) -> httpx.Response:
    """Ask or change something, as the page's buttons and other programs do."""
    forget_callers()
    with transaction() as session:
        secret = accounts.create_key(session, "Phone", Role.SALES, ["read", "write"], None, "tester").secret
    transport = httpx.ASGITransport(app=create_api(), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://site.example", headers=headers) as client:
        return await client.request(method, f"/api/ml{path}", **({"json": change} if change else {}))


@pytest.mark.slow
async def test_from_a_source_row_to_a_list_held_against_what_was_bought(
    database: Engine, session: Session, tmp_path: Path
) -> None:
    add_slices()
    with transaction() as acting:
        accounts.add_user(acting, "ana@x.cl", "Ana", Role.SALES, "correct horse 9", "test")
    with clock.frozen(datetime.combine(LAST + timedelta(days=1), time(8), settings().zone)):
        import_orders(tmp_path, orders_until(LAST), "first")
        done = run_job("propensity", dataset="company")
        assert done.result is not None and done.result["model"] == "propensity/1"
        assert (done.result["listed"], done.result["people_told"]) == (30, 1)
        again = run_job("propensity", dataset="company").result
        assert again == {"computed": False, "people_told": 0}, "the data have not changed, and everybody knows"

    listed = (await call("GET", "/propensity/list")).json()
    first = listed["customers"][0]["purchase"]
    answer = await call("PATCH", f"/propensity/list/{first['customer_id']}", mark="called", note="Orders on Friday")
    assert answer.status_code == 200, answer.text
    subject = subject_of(7, first["customer_id"])
    story = ledger_queries.story(session, COMPANY, subject)
    (decision,) = story.decisions
    foretold = story.predictions[0]
    assert decision.prediction_id == foretold.id and decision.action == "propensity-called"
    assert foretold.probability == pytest.approx(first["chance_7"], abs=1e-3) and foretold.reasons is not None

    later = LAST + timedelta(days=9)
    with clock.frozen(datetime.combine(later + timedelta(days=1), time(8), settings().zone)):
        import_orders(tmp_path, orders_until(later), "later")
        matured = run_job("mature-outcomes").result
        assert matured is not None and matured["outcomes"] > 0
        assert run_job("propensity", dataset="company").result is not None

    session.expire_all()
    outcome = next(one for one in ledger_queries.story(session, COMPANY, subject).predictions if one.id == foretold.id)
    bought = any(
        line[5] == first["customer_id"] and f"{LAST} 23:59" < str(line[1]) <= f"{LAST + timedelta(days=7)} 23:59"
        for line in orders_until(later)
    )
    assert outcome.outcome is not None and outcome.outcome.actual == float(bought)
    before = queries.list_before(session, COMPANY, later)
    release = queries.current_release(session, COMPANY)
    assert before is not None and before.hits is not None and release is not None
    proved = policy.proof(release, before)
    assert proved is not None and not proved.backtest and proved.lift is not None and proved.lift > 1
    weeks = ledger_queries.accuracy_by_week(session, COMPANY, "propensity", purpose="live")
    assert weeks and all(one.brier is not None for one in weeks if one.outcomes > one.closed)
    assert ledger.verify(session, COMPANY).breach is None
    forget_callers()
