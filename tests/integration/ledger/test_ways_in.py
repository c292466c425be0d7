"""The ledger from the command line, over the API, in the hourly job and in what Prometheus reads."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session
from typer.testing import CliRunner, Result

from ml_insights.__main__ import add_slices, app
from ml_insights.accounts import service as accounts
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.access import Role
from ml_insights.core.api import create_api
from ml_insights.core.capability import Capability, ModelSpec
from ml_insights.core.database import transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.identity import forget_callers
from ml_insights.ledger import jobs, queries
from ml_insights.ledger.metrics import metrics
from tests.integration.ledger.conftest import MATURED, add_predictions, forecasts

COMPANY = Dataset.COMPANY
SUBJECT = "units/product/P-0"
HERE = "tests.integration.ledger.test_ways_in"


def invoke(*arguments: str) -> Result:
    add_slices()
    return CliRunner().invoke(app, ["ledger", *arguments])


def test_verify_says_that_all_is_well(chain: Engine) -> None:
    done = invoke("verify", "--json")
    company, demo = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (company["blocks"], company["rows"], company["whole"]) == (3, 43, True)
    assert (demo["blocks"], demo["whole"]) == (0, True)
    assert invoke("verify", "--dataset", "company", "--head", company["head"]).exit_code == 0
    assert invoke("verify", "--dataset", "company", "--head", "f" * 64).exit_code == 1
    assert invoke("verify", "--head", company["head"]).exit_code == 2


def test_verify_fails_and_names_what_was_changed(chain: Engine) -> None:
    with chain.begin() as connection:
        on = " ON ledger_decisions" if chain.dialect.name == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER ledger_decisions_refuse_update{on}"))
        connection.execute(text("UPDATE ledger_decisions SET detail = '{}'"))
    done = invoke("verify")
    assert done.exit_code == 1
    assert "company: 1 blocks, 28 rows; BROKEN. In block 2, detail was changed in decisions" in done.stdout


def test_show_tells_the_story(chain: Engine) -> None:
    told = invoke("show", SUBJECT, "--dataset", "company", "--limit", "2").stdout
    assert "ordered by ana@example.com {'quantity': 40}" in told
    assert "demand/1 said" in told and "came" in told and "2 of 14 predictions" in told
    as_json = json.loads(invoke("show", SUBJECT, "--dataset", "company", "--json").stdout)
    assert as_json["predictions"][0]["outcome"]["actual"] == pytest.approx(as_json["predictions"][0]["value"] + 1.5)
    with pytest.raises(ProductError, match="holds nothing about “nobody”"):
        raise invoke("show", "nobody").exception or AssertionError("it was found")


@pytest.fixture
async def client(chain: Engine) -> AsyncIterator[httpx.AsyncClient]:
    forget_callers()
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO order_lines (dataset, order_id, product_id, occurrence, ordered_at, quantity, unit_price) "
                "VALUES ('company', '1', 'P-0', 0, '2025-01-01 12:00:00+00', 1, 1)"
            )
        )
        keys = {role: accounts.create_key(session, "Test", role, ["read"], None, "tester").secret for role in Role}
    transport = httpx.ASGITransport(app=create_api(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://site.example") as opened:
        opened.headers["Authorization"] = f"Bearer {keys[Role.MANAGER]}"
        opened.headers["X-Sales"] = f"Bearer {keys[Role.SALES]}"
        yield opened
    forget_callers()


async def test_the_api_tells_the_story(client: httpx.AsyncClient) -> None:
    answer = (await client.get(f"/api/ml/ledger/subjects/{SUBJECT}", params={"limit": 3})).raise_for_status().json()
    assert (answer["subject"], answer["total_predictions"], len(answer["predictions"])) == (SUBJECT, 14, 3)
    assert answer["decisions"][0]["by"] == "ana@example.com"
    assert answer["predictions"][0]["outcome"]["actual"] is not None


async def test_the_api_knows_nothing_of_strangers_and_tells_nothing_to_them(client: httpx.AsyncClient) -> None:
    missing = await client.get("/api/ml/ledger/subjects/nobody")
    assert (missing.status_code, missing.json()["type"]) == (404, "/errors/nothing-known")
    refused = await client.get(
        f"/api/ml/ledger/subjects/{SUBJECT}", headers={"Authorization": client.headers["X-Sales"]}
    )
    assert refused.status_code == 403


def test_prometheus_reads_how_much_is_predicted_and_how_right_it_was(chain: Engine, session: Session) -> None:
    with clock.frozen(MATURED):
        found = {metric.name: metric for metric in metrics(session)}
    labels = {"dataset": "company", "model": "demand"}
    hourly = {tuple(sorted(given.items())): value for given, value in found["ai_predictions_per_hour"].samples}
    assert hourly == {tuple(sorted(labels.items())): 28}
    scores = {given["score"]: value for given, value in found["ai_model_accuracy"].samples}
    assert scores["mase"] == pytest.approx(1.5 / 2) and scores["coverage_80"] == 0 and scores["coverage_95"] == 1
    assert "auc" not in scores


class Truth:
    """What the model of the test knows: what was asked of it, and from which answer on it fails."""

    asked: list[int] = []  # noqa: RUF012
    fails_after = 10**9


def truth(session: Session, dataset: Dataset, due: pd.DataFrame) -> pd.DataFrame:
    """Everything but the first subject's, which is not known yet; the last one is gone."""
    Truth.asked.append(len(due))
    if len(Truth.asked) > Truth.fails_after:
        raise RuntimeError("the worker was killed")
    known = due[due["subject"] != SUBJECT]
    gone = known["subject"] == "units/product/P-3"
    actual = np.where(gone, np.nan, 1.0)
    return pd.DataFrame({"prediction_id": known["prediction_id"], "actual": actual, "reason": gone.map({True: "gone"})})


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Truth]]:
    spec = ModelSpec("demand", "Demand", "job", "exists", outcomes=f"{HERE}:truth")
    monkeypatch.setattr(jobs, "capabilities", lambda: (Capability(name="test", models=(spec,)),))
    monkeypatch.setattr(jobs, "PAGE", 10)
    Truth.asked, Truth.fails_after = [], 10**9
    yield Truth


def silent(*_: Any, **__: Any) -> None: ...


def test_the_job_records_what_is_known_page_by_page(database: Engine, session: Session, model: type[Truth]) -> None:
    add_predictions(forecasts(subjects=4, days=7))
    assert jobs.mature_outcomes(silent) == {"outcomes": 21}
    assert model.asked == [10, 10, 8]
    assert jobs.mature_outcomes(silent) == {"outcomes": 0}
    assert set(queries.due(session, COMPANY, "demand", clock.now())["subject"]) == {SUBJECT}
    (week, _) = queries.accuracy_by_week(session, COMPANY, "demand")
    assert week.closed > 0


def test_the_job_leaves_what_lies_ahead(database: Engine, model: type[Truth]) -> None:
    add_predictions(forecasts(subjects=4, days=7))
    with clock.frozen(forecasts()["target_at"].iloc[1]):
        assert jobs.mature_outcomes(silent) == {"outcomes": 6}


def test_a_job_that_was_killed_finishes_when_it_is_started_again(
    database: Engine, session: Session, model: type[Truth]
) -> None:
    add_predictions(forecasts(subjects=4, days=7))
    model.fails_after = 2
    with pytest.raises(ExceptionGroup, match="demand/company"):
        jobs.mature_outcomes(silent)
    found = sum(week.outcomes for week in queries.accuracy_by_week(session, COMPANY, "demand"))
    assert 0 < found < 21
    model.fails_after = 10**9
    assert jobs.mature_outcomes(silent) == {"outcomes": 21 - found}
