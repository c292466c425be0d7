"""One customer, followed from the row of a file over the alert and the call to what came of it."""

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
from ml_insights.churn import queries
from ml_insights.churn.facts import AlertFact, AlertFilter
from ml_insights.churn.tables import AlertStatus, DismissReason, Sign
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
from ml_insights.notifications import queries as inbox

COMPANY = Dataset.COMPANY
LAST = date(2025, 6, 29)
DAYS, CUSTOMERS, HORIZON = 330, 120, 90
AMOUNT = 900_000


def orders_until(last: date) -> list[list[object]]:
    """Every customer buys at a pace of their own until they leave; the same history whenever it is asked for."""
    first, lines = LAST - timedelta(days=DAYS), []
    for customer in range(CUSTOMERS):
        chance = random.Random(customer)
        pace, leaves = chance.uniform(5, 25), chance.expovariate(1 / 250) + 30
        day = chance.uniform(0, 120)
        while day < min(leaves, DAYS + 200):
            when = first + timedelta(days=int(day))
            lines.append(
                [f"O-{customer}-{int(day * 100)}", f"{when} 11:00", f"P{customer % 5}", 1, AMOUNT, f"K{customer}"]
            )
            day += chance.expovariate(1 / pace) + 1
    lines.append([f"LAST-{last}", f"{last} 12:00", "P0", 1, AMOUNT, "ALWAYS"])
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


def all_alerts(session: Session) -> list[AlertFact]:
    session.expire_all()
    return queries.alert_page(session, COMPANY, AlertFilter(show="all"), limit=None)[0]


async def work(alert: AlertFact, **change: object) -> httpx.Response:
    """Work an alert, as the page's buttons and other programs do."""
    forget_callers()
    with transaction() as session:
        secret = accounts.create_key(session, "Phone", Role.SALES, ["write"], None, "tester").secret
    transport = httpx.ASGITransport(app=create_api(), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://site.example", headers=headers) as client:
        return await client.patch(f"/api/ml/churn/alerts/{alert.id}", json=change)


@pytest.mark.slow
async def test_from_a_source_row_to_a_customer_kept(database: Engine, session: Session, tmp_path: Path) -> None:
    add_slices()
    with transaction() as acting:
        accounts.add_user(acting, "ana@x.cl", "Ana", Role.SALES, "correct horse 9", "test")
    with clock.frozen(datetime.combine(LAST + timedelta(days=2), time(7), settings().zone)):
        import_orders(tmp_path, orders_until(LAST), "first")
        done = run_job("churn-alerts", dataset="company")
        assert done.result is not None and done.result["model"] == "churn/1" and done.result["alerts"] > 3

    first, second, *_ = all_alerts(session)
    assert first.owner == "Ana" and first.reasons and first.prediction_id is not None
    assert inbox.inbox(session, first.owner_id or 0)[0].values["count"] == done.result["alerts"]
    story = ledger_queries.story(session, COMPANY, f"customer/{first.customer_id}")
    assert story.predictions[0].id == first.prediction_id
    assert story.predictions[0].probability == pytest.approx(first.probability)

    with clock.frozen(datetime.combine(LAST + timedelta(days=3), time(12), settings().zone)):
        answer = await work(first, status="contacted", note="Will order on Friday")
        assert answer.status_code == 200, answer.text

    later = LAST + timedelta(days=HORIZON + 3)
    bought = LAST + timedelta(days=6)
    came_back = [
        [f"BACK-{one.customer_id}", f"{bought} 10:00", "P1", 1, AMOUNT, one.customer_id] for one in (first, second)
    ]
    with clock.frozen(datetime.combine(later + timedelta(days=1), time(7), settings().zone)):
        import_orders(tmp_path, [*orders_until(later), *came_back], "later")
        run_job("churn-alerts", dataset="company")
        matured = run_job("mature-outcomes").result
        assert matured is not None and matured["outcomes"] >= story.total_predictions
        alerts = {one.id: one for one in all_alerts(session)}
        assert (alerts[first.id].status, alerts[first.id].sign) == (AlertStatus.CONTACTED, Sign.BOUGHT)
        untouched = alerts[second.id]
        assert (untouched.status, untouched.dismiss_reason) == (AlertStatus.DISMISSED, DismissReason.CAME_BACK)
        answer = await work(first, status="retained")
        assert answer.json()["status"] == "retained"

    story = ledger_queries.story(session, COMPANY, f"customer/{first.customer_id}")
    assert [one.action for one in story.decisions] == ["alert-retained", "alert-contacted", "alert-raised"]
    kept = next(one for one in story.predictions if one.id == first.prediction_id)
    assert kept.outcome is not None and kept.outcome.actual == 0.0, "the customer did buy within the horizon"
    scores = ledger_queries.accuracy_by_week(session, COMPANY, "churn", purpose="live")
    assert scores and all(one.brier is not None for one in scores if one.outcomes > one.closed)
    assert ledger.verify(session, COMPANY).breach is None
    forget_callers()
