"""The API of likely buyers, as programs use it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from ml_insights.accounts import service as accounts
from ml_insights.core.access import Role
from ml_insights.core.api import create_api
from ml_insights.core.database import transaction
from ml_insights.core.identity import forget_callers
from tests.integration.propensity.conftest import release

pytestmark = pytest.mark.usefixtures("team")


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


async def test_nobody_scored_yet_is_said() -> None:
    async with calling() as client:
        for path in ("/predict/purchases", "/predict/purchases/C1", "/propensity/list", "/propensity/customers.csv"):
            answer = await client.get(path)
            assert (answer.status_code, answer.json()["type"]) == (409, "/errors/no-chances")


async def test_likely_buyers_within_a_week_and_a_month() -> None:
    release([0.2, 0.8, 0.01])
    async with calling(Role.ANALYST, "read") as client:
        week = (await client.get("/predict/purchases")).json()
        assert [one["customer_id"] for one in week["customers"]] == ["C2", "C1", "C3"] and week["total"] == 3
        first = week["customers"][1]
        assert (first["name"], first["probability"]) == ("Almacén Los Aromos", 0.2)
        assert first["products"][0] == {"id": "p", "name": "Bread"}
        assert first["next_purchase"]["day"] == "2025-06-08" and first["basket"]["low"] == 50.0
        assert first["reasons"][0]["text"].startswith("Their usual day has come: 21 days since")
        month = (await client.get("/predict/purchases", params={"days": 30, "least": 0.4, "limit": 1})).json()
        assert month["total"] == 2 and month["customers"][0]["probability"] == pytest.approx(0.8**0.5, abs=1e-4)
        found = await client.get("/predict/purchases", params={"search": "aromos"})
        assert found.json()["total"] == 1
        for wrong in ({"days": 8}, {"limit": 0}, {"least": 2}, {"offset": -1}):
            assert (await client.get("/predict/purchases", params=wrong)).status_code == 422


async def test_one_customer_and_many() -> None:
    release([0.2, 0.8])
    async with calling() as client:
        one = (await client.get("/predict/purchases/C2", params={"days": 30}, headers={"Accept-Language": "es"})).json()
        assert one["days"] == 30 and one["reasons"][0]["text"].startswith("Le toca comprar")
        assert one["lifetime_value"] == {"expected": 800.0, "low": 0.0, "high": 1600.0}
        unknown = await client.get("/predict/purchases/NOBODY")
        assert (unknown.status_code, unknown.json()["type"]) == (404, "/errors/not-found")
        many = await client.post("/predict/purchases", json={"customer_ids": ["C2", "NOBODY", "C2"], "days": 7})
        assert [each["status"] for each in many.json()["answers"]] == ["scored", "unknown", "scored"]
        for wrong in ([], ["x"] * 1_001):
            assert (await client.post("/predict/purchases", json={"customer_ids": wrong})).status_code == 422


async def test_the_list_is_worked() -> None:
    release([0.2, 0.8])
    async with calling() as client:
        listed = (await client.get("/propensity/list")).json()
        assert [one["rank"] for one in listed["customers"]] == [1, 2] and listed["expected"] == 1.0
        changed = await client.patch("/propensity/list/C1", json={"mark": "ordered", "note": "By phone"})
        (noted,) = [one for one in changed.json()["customers"] if one["mark"] == "ordered"]
        assert noted["note"] == "By phone" and noted["purchase"]["customer_id"] == "C1"
        late = await client.patch("/propensity/list/C1", json={"mark": "called", "version": 1})
        assert (late.status_code, late.json()["type"]) == (409, "/errors/marked-meanwhile")
        assert (await client.patch("/propensity/list/C9", json={"mark": "called"})).status_code == 404
        assert (await client.patch("/propensity/list/C1", json={"mark": "eaten"})).status_code == 422
        assert (
            await client.patch("/propensity/list/C1", json={"mark": "called", "note": "x" * 2_001})
        ).status_code == 422


async def test_a_file_of_everybody_and_who_may_not_look() -> None:
    release([0.2, 0.8])
    async with calling() as client:
        answer = await client.get("/propensity/customers.csv", params={"sort": "value", "descending": False})
        rows = answer.text.strip().splitlines()
        assert rows[0].startswith("customer_id,label,chance_7") and [row[:2] for row in rows[1:]] == ["C1", "C2"]
    async with calling(scope="read") as client:
        assert (await client.patch("/propensity/list/C1", json={"mark": "called"})).status_code == 403
    async with calling(Role.TECHNICIAN) as client:
        assert (await client.get("/predict/purchases")).status_code == 403
