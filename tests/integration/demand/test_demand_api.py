"""The demand API as programs meet it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import Engine

from ml_insights.accounts import service as accounts
from ml_insights.core.access import Role
from ml_insights.core.api import create_api
from ml_insights.core.database import transaction
from ml_insights.core.identity import forget_callers
from tests.integration.demand.conftest import DAYS, FIRST_DAY, compute

PREDICT = "/api/ml/predict/demand"


async def opened(role: Role) -> AsyncIterator[httpx.AsyncClient]:
    forget_callers()
    with transaction() as session:
        secret = accounts.create_key(session, "Test", role, ["read"], None, "tester").secret
    transport = httpx.ASGITransport(app=create_api(), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://site.example", headers=headers) as client:
        yield client
    forget_callers()


@pytest.fixture
async def client(shop: Engine) -> AsyncIterator[httpx.AsyncClient]:
    async for one in opened(Role.ANALYST):
        yield one


@pytest.fixture
async def asked(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client of a site whose forecast is computed."""
    compute()
    return client


async def test_the_forecast_of_the_total(asked: httpx.AsyncClient) -> None:
    answer = (await asked.get(f"{PREDICT}/30")).raise_for_status().json()
    assert (answer["status"], answer["days_ahead"], len(answer["forecast"])) == ("forecast", 30, 30)
    first = answer["forecast"][0]
    assert first["date"] == (FIRST_DAY + timedelta(days=DAYS)).date().isoformat()
    assert first["lo_95"] <= first["lo_80"] <= first["mean"] <= first["hi_80"] <= first["hi_95"]
    total = sum(day["mean"] for day in answer["forecast"])
    assert answer["total"]["expected"] == pytest.approx(total, abs=0.2)
    assert answer["total"]["lo_80"] < total < answer["total"]["hi_80"]
    assert answer["provenance"]["model_version"] == "demand/1"
    assert answer["provenance"]["demo"] is False


@pytest.mark.parametrize(("level", "bounds"), [("80", {"lo_80", "hi_80"}), ("95", {"lo_95", "hi_95"})])
async def test_one_level_brings_one_band(asked: httpx.AsyncClient, level: str, bounds: set[str]) -> None:
    answer = (await asked.get(f"{PREDICT}/1", params={"level": level})).raise_for_status().json()
    assert set(answer["forecast"][0]) == {"date", "step", "mean"} | bounds
    assert set(answer["measured_coverage"]) == {level}


@pytest.mark.parametrize("days", [0, -1, 181, 10_000])
async def test_a_horizon_out_of_range_is_a_clear_problem(asked: httpx.AsyncClient, days: int) -> None:
    answer = await asked.get(f"{PREDICT}/{days}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["lowest"], problem["highest"], problem["days"]) == (1, 180, days)


@pytest.mark.parametrize("query", [{"measure": "weight"}, {"level": "90"}, {"series": "x" * 301}])
async def test_values_that_mean_nothing_are_refused(asked: httpx.AsyncClient, query: dict[str, str]) -> None:
    answer = await asked.get(f"{PREDICT}/30", params=query)
    assert (answer.status_code, answer.json()["type"]) == (422, "/errors/invalid-request")


async def test_an_unknown_series_names_the_closest_ones(asked: httpx.AsyncClient) -> None:
    answer = await asked.get(f"{PREDICT}/30", params={"series": "braed"}, headers={"Accept-Language": "es"})
    assert answer.status_code == 404
    assert answer.json()["suggestions"].startswith("bread (Brown bread)")
    assert answer.json()["detail"].startswith("No existe la serie “braed”")


async def test_what_cannot_be_forecast_is_an_answer_with_a_reason(asked: httpx.AsyncClient) -> None:
    answer = (await asked.get(f"{PREDICT}/30", params={"series": "salt"})).raise_for_status().json()
    assert (answer["status"], answer["reason"]) == ("not_forecastable", "too_short")
    assert answer["detail"] == "Not forecastable, because it has fewer than four days of sales so far."
    spanish = await asked.get(f"{PREDICT}/30", params={"series": "salt"}, headers={"Accept-Language": "es-CL"})
    assert spanish.json()["detail"].startswith("No se puede pronosticar porque")


async def test_a_new_forecast_replaces_the_remembered_answer(asked: httpx.AsyncClient) -> None:
    before = (await asked.get(f"{PREDICT}/7")).json()
    compute(force=True)
    after = (await asked.get(f"{PREDICT}/7")).json()
    assert (before["provenance"]["model_version"], after["provenance"]["model_version"]) == ("demand/1", "demand/2")


async def test_series_are_listed_and_found(asked: httpx.AsyncClient) -> None:
    page = (await asked.get("/api/ml/demand/series", params={"limit": 3})).raise_for_status().json()
    assert page["total"] == 7
    assert [item["key"] for item in page["series"]] == ["total", "Bakery", "Dairy"]
    found = (await asked.get("/api/ml/demand/series", params={"search": "milk", "measure": "revenue"})).json()
    assert [item["id"] for item in found["series"]] == ["revenue/product/milk"]
    answer = (await asked.get(f"{PREDICT}/7", params={"series": found["series"][0]["id"], "measure": "revenue"})).json()
    assert answer["series"]["label"] == "=Milk()"


async def test_series_tell_their_state_and_are_found_by_it(asked: httpx.AsyncClient) -> None:
    new = (await asked.get("/api/ml/demand/series", params={"state": "new"})).raise_for_status().json()
    assert [(item["key"], item["state"]) for item in new["series"]] == [("salt", "new"), ("others", "new")]
    assert (await asked.get("/api/ml/demand/series", params={"state": "old"})).status_code == 422


@pytest.mark.parametrize("grain", ["week", "month"])
async def test_every_grain_has_the_same_total(asked: httpx.AsyncClient, grain: str) -> None:
    days = (await asked.get(f"{PREDICT}/90")).raise_for_status().json()
    sums = (await asked.get(f"{PREDICT}/90", params={"grain": grain})).raise_for_status().json()
    assert sums["total"] == days["total"] and sums["grain"] == grain
    sold = sum(row["sold"] or 0 for row in sums["forecast"])
    assert sum(row["mean"] for row in sums["forecast"]) - sold == pytest.approx(days["total"]["expected"], abs=0.1)
    assert sum(row["days_expected"] for row in sums["forecast"]) == 90
    assert [row["unfinished"] for row in sums["forecast"]] == [False] * (len(sums["forecast"]) - 1) + [True]
    assert all(row["lo_95"] <= row["lo_80"] <= row["mean"] <= row["hi_80"] <= row["hi_95"] for row in sums["forecast"])


async def test_twelve_months_end_with_the_last_of_them(asked: httpx.AsyncClient) -> None:
    answer = (await asked.get(f"{PREDICT}/months/12")).raise_for_status().json()
    assert (answer["grain"], len(answer["forecast"])) == ("month", 12)
    assert (answer["forecast"][0]["first"], answer["total"]["first"]) == ("2025-07-01", "2025-07-25")
    assert answer["forecast"][-1]["last"] == answer["total"]["last"] == "2026-06-30"
    assert not any(row["unfinished"] for row in answer["forecast"])
    for months in (0, 13):
        assert (await asked.get(f"{PREDICT}/months/{months}")).status_code == 422


async def test_before_the_first_forecast_it_says_what_to_do(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{PREDICT}/30")
    assert (answer.status_code, answer.json()["type"]) == (409, "/errors/no-forecast-yet")


async def test_roles_without_demand_are_refused(shop: Engine) -> None:
    async for client in opened(Role.TECHNICIAN):
        assert (await client.get(f"{PREDICT}/30")).status_code == 403
        assert (await client.get(f"{PREDICT}/30", headers={"Authorization": ""})).status_code == 401


async def test_the_documentation_shows_both_shapes(asked: httpx.AsyncClient) -> None:
    paths = (await asked.get("/api/openapi.json")).json()["paths"]
    schema = paths[f"{PREDICT}/{{days_ahead}}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert {part["$ref"].rpartition("/")[2] for part in schema["anyOf"]} == {
        "DemandForecastAnswer",
        "NotForecastableAnswer",
    }
