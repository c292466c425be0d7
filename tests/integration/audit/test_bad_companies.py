"""Companies that little can be learnt of: a typed answer, a plain sentence, and never a confident number."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ml_insights.audit.service import audit
from ml_insights.commerce.tables import Dataset
from ml_insights.company import service as calendar
from ml_insights.company.errors import NeverOpen
from ml_insights.core.database import reading, snapshot, transaction
from ml_insights.jobs import runner, service
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.tables import JobStatus
from ml_insights.pricing import queries as pricing
from ml_insights.ui.state import notices_due
from tests.integration.audit.bad_companies import COMPANIES, found
from tests.integration.audit.learning import learn
from tests.integration.demand.conftest import quick_engine
from tests.integration.pricing.conftest import calling

__all__ = ["quick_engine"]
JOBS = ("demand-forecast", "segments", "churn-alerts", "propensity", "prices", "route-cost")
READ = (
    "/predict/demand/30",
    "/predict/demand/months/3",
    "/predict/demand/30?series=bread&grain=week",
    "/demand/series",
    "/segments",
    "/segments/members",
    "/segments/customers/c0",
    "/churn/alerts?show=all",
    "/predict/purchases",
    "/predict/purchases/c0",
    "/propensity/list",
    "/prices",
    "/customers",
    "/customers/c0",
)
ASKED: dict[str, Any] = {"/predict/churn/c0": None, "/predict/price": {"product": "bread"}, "/predict/route-cost": {}}
PRICES = [name for name in COMPANIES if name.startswith("prices")]


def job(name: str) -> RunFact:
    """What became of a job, as the page of jobs has it."""
    with transaction() as session:
        run_id = service.enqueue(session, name, "tester", dataset="company").id or 0
    return runner.run_now(run_id)


def sentence(text: str) -> str:
    """The text, if it is one that a person can read: begun, ended, and without holes."""
    assert text and text[0].isupper() and text.rstrip()[-1] in ".?" and "{" not in text and "Error" not in text, text
    return text


async def answered(language: str) -> dict[str, Any]:
    """What each route answers, in JSON, after it was found to be an answer or a sentence."""
    told: dict[str, Any] = {}
    async with calling() as client:
        headers = {"Accept-Language": language}
        for path in READ:
            told[path] = await client.get(path, headers=headers)
        for path, body in ASKED.items():
            told[path] = await client.post(path, json=body, headers=headers)
    for path, response in told.items():
        assert response.status_code in {200, 404, 409, 422}, (path, response.text)
        told[path] = response.json()
        if response.status_code != 200:
            sentence(told[path]["detail"])
    return told


@pytest.mark.usefixtures("sqlite_database", "quick_engine")
@pytest.mark.parametrize("company", COMPANIES)
async def test_every_model_answers_or_says_why_not(company: str) -> None:
    found(company)
    for name in JOBS:
        done = job(name)
        assert done.status in {JobStatus.DONE, JobStatus.SKIPPED}, (name, done.error_in("en"))
        if done.status == JobStatus.SKIPPED:
            english, spanish = (sentence(done.error_in(language)) for language in ("en", "es"))
            assert english != spanish
    english, spanish = await answered("en"), await answered("es")
    assert english.keys() == spanish.keys()
    assert english["/churn/alerts?show=all"]["total"] == 0
    assert not any(one["suggestion"]["worth_doing"] for one in english["/prices"].get("products", []))
    with snapshot() as session:
        assert audit(session).differences == ()


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize("company", PRICES)
async def test_prices_that_tell_nothing_are_told_to(company: str) -> None:
    found(company)
    learn("prices")
    with reading() as session:
        release = pricing.current_release(session, Dataset.COMPANY)
        assert release is not None and (release.answered, release.worth, release.gain) == (0, 0, 0)
    async with calling() as client:
        body = {"product": "bread"}
        told = (await client.post("/predict/price", json=body, headers={"Accept-Language": "en"})).json()
        said = (await client.post("/predict/price", json=body, headers={"Accept-Language": "es"})).json()
    assert told["status"] == "not_enough_variation" and said["detail"] != told["detail"]
    assert ("promotions" in told["detail"]) == ("promotions" in company), told["detail"]


@pytest.mark.usefixtures("sqlite_database", "quick_engine")
@pytest.mark.parametrize(
    ("company", "model", "said"),
    [
        ("one_day", "demand", "too short"),
        ("one_day", "propensity", "The orders of 1 day by 4 customers are too few"),
        ("one_customer", "propensity", "by 1 customer are too few"),
        ("one_customer", "churn-alerts", "Who leaves cannot be learnt"),
        ("only_returns", "demand", "no more was sold than came back"),
        ("only_returns", "segments", "only given things back"),
        ("only_returns", "propensity", "only given things back"),
        ("only_returns", "prices", "no whole week with sales"),
        ("one_day", "route-cost", "There is 1 delivery with a cost"),
    ],
)
def test_why_not_is_what_is_the_case(company: str, model: str, said: str) -> None:
    found(company)
    done = job("demand-forecast" if model == "demand" else model)
    assert done.status == JobStatus.SKIPPED and said in done.error_in("en"), done.error_in("en")


@pytest.mark.usefixtures("sqlite_database", "quick_engine")
async def test_what_came_back_after_a_year_has_a_wide_band_that_nobody_measured() -> None:
    found("back_after_a_year")
    assert job("demand-forecast").status == JobStatus.DONE
    async with calling() as client:
        told = (await client.get("/predict/demand/30?series=ice cream")).json()
    assert told["measured_days"] == 0
    assert all(day["lo_80"] == 0 and day["hi_80"] > 1.5 * day["mean"] for day in told["forecast"])


@pytest.mark.usefixtures("sqlite_database", "quick_engine")
async def test_a_company_that_is_closed_on_all_days_expects_nothing() -> None:
    found("one_product")
    with pytest.raises(NeverOpen), transaction() as session:
        calendar.close_weekdays(session, range(7), 0, "tester")
    with transaction() as session:
        calendar.close(session, "all year", date(2025, 1, 1), date(2025, 12, 31), True, 0, "tester")
    assert job("demand-forecast").status == JobStatus.DONE
    async with calling() as client:
        told = (await client.get("/predict/demand/30")).json()
    assert told["total"]["expected"] == told["total"]["lo_80"] == told["total"]["hi_80"] == 0
    with snapshot() as session:
        assert audit(session).differences == ()


@pytest.mark.usefixtures("sqlite_database", "quick_engine")
def test_orders_of_long_ago_are_said_to_be() -> None:
    found("years_ago")
    told = [notice for notice in notices_due() if "newest order" in notice.message]
    assert len(told) == 1 and "2011" in told[0].values["day"]["es"]
