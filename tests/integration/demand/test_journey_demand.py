"""One subject, followed from the row of a file to the accuracy of what was predicted about it."""

import csv
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
from ml_insights.ledger import queries
from ml_insights.ledger import service as ledger

FIRST, LAST = date(2025, 1, 6), date(2025, 6, 1)
SUBJECT = "units/product/BREAD-1"
NEXT_WEEK = [LAST + timedelta(days=day) for day in range(1, 9)]

pytestmark = pytest.mark.usefixtures("quick_engine")


def pieces(day: date, level: int) -> int:
    """What is sold on a day: more towards the weekend, and up to two pieces that nobody can foresee."""
    return level + day.weekday() + day.toordinal() * 7919 % 101 % 3


def import_orders(folder: Path, days: list[date], level: int) -> None:
    """Import a file of orders, one a day, as a person does on the command line."""
    file = folder / f"orders-{days[0]}.csv"
    with file.open("w", newline="", encoding="utf-8") as text:
        rows = csv.writer(text)
        rows.writerow(["order_id", "ordered_at", "product_id", "quantity", "unit_price"])
        rows.writerows([f"A-{day}", f"{day} 11:00", "BREAD-1", pieces(day, level), 1_500] for day in days)
    done = CliRunner().invoke(app, ["import", str(file)])
    assert done.exit_code == 0, done.output


def run_job(name: str, **arguments: str) -> RunFact:
    with transaction() as session:
        run_id = jobs.enqueue(session, name, "tester", **arguments).id or 0
    done = runner.run_now(run_id)
    assert (done.status, done.error) == (JobStatus.DONE, None)
    return done


async def order(quantity: float) -> httpx.Response:
    """Mark the product as ordered, as the button and other programs do."""
    forget_callers()
    with transaction() as session:
        secret = accounts.create_key(session, "Stock", Role.MANAGER, ["write"], None, "tester").secret
    transport = httpx.ASGITransport(app=create_api(), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://site.example", headers=headers) as client:
        return await client.post("/api/ml/demand/orders", json={"product": "BREAD-1", "quantity": quantity})


async def test_from_a_source_row_to_its_accuracy(database: Engine, session: Session, tmp_path: Path) -> None:
    add_slices()
    days = [FIRST + timedelta(days=day) for day in range((LAST - FIRST).days + 1)]
    with clock.frozen(datetime.combine(NEXT_WEEK[0], time(9), settings().zone)):
        import_orders(tmp_path, days, level=10)
        run_job("demand-forecast", dataset="company")
        answer = await order(60)
        assert answer.status_code == 201, answer.text

    story = queries.story(session, Dataset.COMPANY, SUBJECT)
    (decision,) = story.decisions
    first = story.predictions[0]
    assert (decision.id, decision.action, decision.detail["quantity"]) == (answer.json()["id"], "ordered", 60)
    assert decision.prediction_id == first.id and decision.model == first.model == "demand/1"
    assert first.target_at == datetime.combine(NEXT_WEEK[1], time(0), settings().zone)
    assert first.reasons is not None and '"method"' in first.reasons
    assert first.value is not None and first.lo_95 is not None and first.outcome is None
    assert run_job("mature-outcomes").result == {"outcomes": 0}

    with clock.frozen(datetime.combine(NEXT_WEEK[-1], time(18), settings().zone)):
        import_orders(tmp_path, NEXT_WEEK, level=15)
        matured = run_job("mature-outcomes").result
        assert run_job("mature-outcomes").result == {"outcomes": 0}

    series = 4  # units and revenue of the product and of the total
    assert matured == {"outcomes": series * (len(NEXT_WEEK) - 1)}
    session.expire_all()
    first = queries.story(session, Dataset.COMPANY, SUBJECT).predictions[0]
    assert first.outcome is not None and first.outcome.actual == pieces(NEXT_WEEK[0], level=15)
    (week,) = queries.accuracy_by_week(session, Dataset.COMPANY, "demand", purpose="live")
    assert (week.week, week.outcomes, week.closed) == (date(2025, 6, 2), series * 7, 0)
    assert week.mase is not None and week.mase > 0
    assert week.bias is not None and week.bias < 0, "more was sold than predicted"
    assert ledger.verify(session, Dataset.COMPANY).breach is None
    forget_callers()
