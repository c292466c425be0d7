"""One customer, followed from the rows of a file to the accuracy of what was predicted about them."""

import csv
import json
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session
from typer.testing import CliRunner

from ml_insights.__main__ import add_slices, app
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.database import transaction
from ml_insights.core.settings import settings
from ml_insights.jobs import runner
from ml_insights.jobs import service as jobs
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.tables import JobStatus
from ml_insights.ledger import queries as ledger
from ml_insights.segments import queries

FIRST, LAST = date(2025, 1, 6), date(2025, 6, 1)
CUSTOMERS = 40


def import_orders(folder: Path, days: list[date], among: range) -> None:
    """Import a file in which every third customer buys each week, and the others seldom."""
    file = folder / f"orders-{days[0]}.csv"
    with file.open("w", newline="", encoding="utf-8") as text:
        rows = csv.writer(text)
        rows.writerow(["order_id", "ordered_at", "product_id", "quantity", "unit_price", "customer_id"])
        for day in days:
            for customer in among:
                gap = 7 if customer % 3 == 0 else 60 + customer
                if (day.toordinal() + customer) % gap == 0:
                    rows.writerow([f"{customer}-{day}", f"{day} 11:00", "P", 2, 900 + customer, f"C{customer}"])
    done = CliRunner().invoke(app, ["import", str(file)])
    assert done.exit_code == 0, done.output


def run_job(name: str, **arguments: str) -> RunFact:
    with transaction() as session:
        run_id = jobs.enqueue(session, name, "tester", **arguments).id or 0
    done = runner.run_now(run_id)
    assert (done.status, done.error) == (JobStatus.DONE, None)
    return done


def test_from_a_source_row_to_its_accuracy(database: Engine, session: Session, tmp_path: Path) -> None:
    add_slices()
    zone = settings().zone
    before = [FIRST + timedelta(days=day) for day in range((LAST - FIRST).days + 1)]
    after = [LAST + timedelta(days=day) for day in range(1, 33)]
    with clock.frozen(datetime.combine(after[0], time(9), zone)):
        import_orders(tmp_path, before, range(CUSTOMERS))
        made = run_job("segments", dataset="company")
        assert made.result["computed"] and run_job("segments", dataset="company").result == {"computed": False}

    found = queries.of_customer(session, Dataset.COMPANY, "C3")
    assert found is not None and found.model_version == "segments/1"
    story = ledger.story(session, Dataset.COMPANY, "segment/customer/C3")
    (prediction,) = [one for one in story.predictions if one.purpose == "live"]
    assert prediction.probability == found.chance and prediction.outcome is None
    assert json.loads(prediction.reasons or "") == {"segment": found.member.segment}

    with clock.frozen(datetime.combine(after[-1], time(18), zone)):
        assert run_job("mature-outcomes").result == {"outcomes": 0}, "no order of a later day is known yet"
        import_orders(tmp_path, after, range(0, CUSTOMERS, 3))
        assert run_job("mature-outcomes").result == {"outcomes": made.result["customers"]}

    session.expire_all()
    told_later = ledger.story(session, Dataset.COMPANY, "segment/customer/C3").predictions
    (outcome,) = [one.outcome for one in told_later if one.id == prediction.id]
    assert outcome is not None and outcome.actual == 1.0
    weeks = ledger.accuracy_by_week(session, Dataset.COMPANY, "segments", purpose="live")
    assert [week.outcomes for week in weeks] == [made.result["customers"]]
    assert weeks[0].brier is not None and weeks[0].auc is not None and weeks[0].auc > 0.5


def test_evaluate_on_the_command_line(tmp_path: Path) -> None:
    add_slices()
    rows = ["ORDER_ID,ORDERED_AT,PRODUCT_ID,QUANTITY,UNIT_PRICE,customer_id"]
    rows += [f"{number},2025-0{1 + number % 9}-03,P,1,{1 + number % 17},C{number % 90}" for number in range(400)]
    rows += ["x,not a day,P,1,1,C1", "y,2025-01-01,P,1,1,"]
    (tmp_path / "orders.csv").write_text("\n".join(rows))
    out = tmp_path / "out.json"
    done = CliRunner().invoke(app, ["evaluate", "segments", "--data", str(tmp_path), "--out", str(out)])
    assert done.exit_code == 0, done.output
    told = json.loads(out.read_text())
    assert told["capability"] == "segments" and {"k", "silhouette", "ari"} <= set(told["results"]["model"])
    (tmp_path / "orders.csv").write_text(rows[0] + "\n1,2025-01-01,P,-1,5,C1\n")
    refused = CliRunner().invoke(app, ["evaluate", "segments", "--data", str(tmp_path), "--out", str(out)])
    assert refused.exit_code != 0
