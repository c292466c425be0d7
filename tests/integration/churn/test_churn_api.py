"""The API of scores and alerts, as programs use it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from sqlalchemy import Engine

from ml_insights.accounts import service as accounts
from ml_insights.commerce.tables import Customer, Dataset
from ml_insights.core.access import Role
from ml_insights.core.api import create_api
from ml_insights.core.database import transaction
from ml_insights.core.identity import forget_callers
from tests.integration.churn.conftest import alert_all, release, sale, scored


@asynccontextmanager
async def calling(role: Role = Role.SALES, scope: str = "write") -> AsyncIterator[httpx.AsyncClient]:
    """A program with a key of this role."""
    forget_callers()
    with transaction() as session:
        secret = accounts.create_key(session, "Test", role, ["read", scope], None, "tester").secret
    transport = httpx.ASGITransport(app=create_api(), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://site.example/api/ml", headers=headers) as client:
        yield client
    forget_callers()


@pytest.fixture
def shop(team: dict[str, int]) -> dict[str, int]:
    """Three scored customers, one with an alert, and one who never bought."""
    with transaction() as session:
        session.add(Customer(dataset=Dataset.COMPANY, customer_id="NEW", name="New"))
        session.add(sale("2", "BACK", -1.0))
    release(scored([500, 400, 20]))
    alert_all(capacity=1)
    return team


async def test_scores_of_one_and_of_many(shop: dict[str, int]) -> None:
    async with calling(Role.ANALYST, "read") as client:
        one = (await client.post("/predict/churn/C1")).json()
        assert (one["status"], one["customer"], one["probability"]) == ("scored", "Almacén Los Aromos", 0.5)
        assert (one["pays_from"], one["expected_profit"], one["alert_id"]) == (0.2, 15.0, 1)
        assert one["reasons"][0]["text"] == "63 days since the last order; usually 21"
        spanish = await client.post("/predict/churn/C2", headers={"Accept-Language": "es"})
        assert spanish.json()["reasons"][0]["text"].startswith("63 días desde")
        never = await client.post("/predict/churn/NEW")
        assert never.json()["status"] == "not_scored" and never.json()["reason"] == "no_purchase"
        unknown = await client.post("/predict/churn/NOBODY")
        assert unknown.status_code == 404 and unknown.json()["type"] == "/errors/not-found"
        asked = {"customer_ids": ["C3", "NOBODY", "BACK", "C3"]}
        many = (await client.post("/predict/churn", json=asked)).json()["answers"]
        assert [one["status"] for one in many] == ["scored", "unknown", "not_scored", "scored"]
        assert many[0]["pays_from"] is None, "20 at risk never earn the contact back"
        for wrong in ([], ["x"] * 1001):
            assert (await client.post("/predict/churn", json={"customer_ids": wrong})).status_code == 422


async def test_an_alert_is_worked(shop: dict[str, int]) -> None:
    async with calling() as client:
        (alert,) = (await client.get("/churn/alerts")).json()["alerts"]
        path, version = f"/churn/alerts/{alert['id']}", alert["version"]
        done = await client.patch(path, json={"status": "contacted", "note": "Called", "version": version})
        assert done.status_code == 200 and done.json()["status"] == "contacted"
        stale = await client.patch(path, json={"status": "lost", "version": version})
        assert (stale.status_code, stale.json()["type"]) == (409, "/errors/alert-changed")
        both = await client.patch(path, json={"owner_id": shop["beto@x.cl"], "snoozed_until": "2999-01-01"})
        assert both.status_code == 422
        untouched = (await client.get(path)).json()
        assert untouched["owner"] == alert["owner"], "all of a change or nothing"
        kept = (await client.patch(path, json={"status": "retained"})).json()
        assert [event["act"] for event in kept["history"]] == ["retained", "contacted", "raised"]
        assert kept["history"][1]["note"] == "Called"
        again = await client.patch(path, json={"status": "lost"})
        assert (again.status_code, again.json()["type"]) == (409, "/errors/alert-transition")
        assert (await client.get("/churn/alerts", params={"show": "closed"})).json()["total"] == 1
        assert (await client.patch("/churn/alerts/999", json={"note": "x"})).status_code == 404
        assert (await client.get("/churn/alerts", params={"show": "nonsense"})).status_code == 422


async def test_who_may_only_look_changes_nothing(shop: dict[str, int]) -> None:
    async with calling(Role.ANALYST) as client:
        assert (await client.get("/churn/alerts/1")).status_code == 200
        assert (await client.patch("/churn/alerts/1", json={"status": "contacted"})).status_code == 403
    async with calling(Role.SALES, "read") as client:
        assert (await client.patch("/churn/alerts/1", json={"status": "contacted"})).status_code == 403
    async with calling(Role.TECHNICIAN) as client:
        for path in ("/churn/alerts", "/churn/customers.csv"):
            assert (await client.get(path)).status_code == 403


async def test_every_customer_as_a_file(shop: dict[str, int]) -> None:
    async with calling() as client:
        answer = await client.get("/churn/customers.csv", params={"sort": "probability; drop", "descending": False})
        lines = answer.text.splitlines()
        assert lines[0].startswith("customer_id,customer,probability")
        assert [line.partition(",")[0] for line in lines[1:]] == ["C3", "C2", "C1"]


async def test_those_with_enough_at_risk_as_a_file(shop: dict[str, int]) -> None:
    async with calling() as client:
        answer = await client.get("/churn/customers.csv", params={"least": 100})
        assert [line.partition(",")[0] for line in answer.text.splitlines()[1:]] == ["C1", "C2"]


async def test_before_anybody_is_scored(database: Engine) -> None:
    async with calling() as client:
        for call in (client.post("/predict/churn/C1"), client.get("/churn/customers.csv")):
            answer = await call
            assert (answer.status_code, answer.json()["type"]) == (409, "/errors/no-churn-scores")
        assert (await client.get("/churn/alerts")).json() == {"total": 0, "alerts": []}
