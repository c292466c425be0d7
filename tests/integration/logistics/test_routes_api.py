"""The HTTP API of route costs, as programs meet it."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from ml_insights.accounts import service as accounts
from ml_insights.core.access import Role
from ml_insights.core.api import create_api
from ml_insights.core.database import transaction
from ml_insights.core.identity import forget_callers
from tests.integration.logistics.conftest import SQUARE, compute
from tests.integration.logistics.sample import TRUCK, VAN

PREDICT = "/api/ml/predict/route-cost"
ROUTE: dict[str, Any] = {
    "distance_km": 120,
    "weight_kg": 600,
    "stops": 4,
    "vehicle_type": VAN,
    "departs_at": "2025-05-12T08:00:00",
    "features": {"zone": "north"},
}


async def opened(role: Role) -> AsyncIterator[httpx.AsyncClient]:
    forget_callers()
    with transaction() as session:
        secret = accounts.create_key(session, "Test", role, ["read", "write"], None, "tester").secret
    transport = httpx.ASGITransport(app=create_api(), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://site.example", headers=headers) as client:
        yield client
    forget_callers()


@pytest.fixture
async def client(company: Engine) -> AsyncIterator[httpx.AsyncClient]:
    async for one in opened(Role.MANAGER):
        yield one


@pytest.fixture
async def asked(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client of a site with a model."""
    compute()
    return client


async def test_a_route_has_a_cost_an_interval_and_reasons_that_add_up(asked: httpx.AsyncClient):
    answer = (await asked.post(PREDICT, json=ROUTE | {"compare_vehicles": True})).raise_for_status().json()
    assert answer["lo_95"] <= answer["lo_80"] <= answer["expected"] <= answer["hi_80"] <= answer["hi_95"]
    assert answer["expected"] == pytest.approx(20_000 + 400 * 120 + 1_800, rel=0.2)
    assert answer["typical"] + sum(one["effect"] for one in answer["reasons"]) == pytest.approx(answer["expected"])
    assert answer["cost_per_km"] == pytest.approx(answer["expected"] / 120)
    assert answer["rule"] == "per_km" and answer["rule_of_thumb"] > 0 and answer["warnings"] == []
    assert [one["vehicle_type"] for one in answer["vehicles"] if one["cheapest"]] == [VAN]
    assert answer["provenance"]["model_version"] == "route-cost/1" and answer["provenance"]["demo"] is False


async def test_reasons_are_in_the_callers_language(asked: httpx.AsyncClient):
    answer = (await asked.post(PREDICT, json=ROUTE, headers={"Accept-Language": "es"})).json()
    assert any("lo usual" in one["text"] for one in answer["reasons"])


async def test_a_load_that_no_van_has_carried_goes_by_truck(asked: httpx.AsyncClient):
    answer = (await asked.post(PREDICT, json=ROUTE | {"weight_kg": 5_000, "compare_vehicles": True})).json()
    assert {one["vehicle_type"]: one["fits"] for one in answer["vehicles"]} == {TRUCK: True, VAN: False}
    assert answer["vehicles"][0]["vehicle_type"] == TRUCK and answer["warnings"]


async def test_zero_kilometres_have_no_cost_per_kilometre(asked: httpx.AsyncClient):
    answer = (await asked.post(PREDICT, json=ROUTE | {"distance_km": 0})).raise_for_status().json()
    assert answer["cost_per_km"] is None and answer["expected"] > 0 and answer["warnings"]


async def test_nothing_known_but_the_departure_is_a_usual_route(asked: httpx.AsyncClient):
    answer = (await asked.post(PREDICT, json={})).raise_for_status().json()
    assert answer["expected"] > 0 and answer["cost_per_km"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"distance_km": -1},
        {"weight_kg": -0.5},
        {"stops": -3},
        {"stops": 1.5},
        {"distance_km": "far"},
        {"vehicle_type": "Rocket"},
        {"features": {"colour": "red"}},
        {"departs_at": "tomorrow"},
    ],
)
async def test_what_cannot_be_is_refused(asked: httpx.AsyncClient, wrong: dict[str, Any]):
    answer = await asked.post(PREDICT, json=ROUTE | wrong)
    assert answer.status_code == 422 and answer.headers["content-type"].startswith("application/problem+json")


async def test_an_unknown_vehicle_is_told_which_are_known(asked: httpx.AsyncClient):
    problem = (await asked.post(PREDICT, json=ROUTE | {"vehicle_type": "Rocket"})).json()
    assert problem["type"] == "/errors/unknown-vehicle" and VAN in problem["detail"] and TRUCK in problem["detail"]


async def test_a_batch_says_the_same_as_one_by_one(asked: httpx.AsyncClient):
    routes = [ROUTE, ROUTE | {"vehicle_type": TRUCK}]
    batch = (await asked.post(f"{PREDICT}/batch", json={"routes": routes})).raise_for_status().json()["estimates"]
    alone = [(await asked.post(PREDICT, json=one)).json() for one in routes]
    assert [one["expected"] for one in batch] == pytest.approx([one["expected"] for one in alone])


async def test_a_saved_estimate_can_be_accepted_once(asked: httpx.AsyncClient):
    saved = (await asked.post("/api/ml/routes/estimates", json=ROUTE | {"route_id": "T-9"})).json()
    assert saved["subject"] == "route/T-9" and saved["prediction_id"] > 0
    first = (await asked.post("/api/ml/routes/estimates/T-9/accept")).raise_for_status().json()
    again = (await asked.post("/api/ml/routes/estimates/T-9/accept")).raise_for_status().json()
    assert first == again and first["vehicle_type"] == VAN
    story = (await asked.get("/api/ml/ledger/subjects", params={"subject": "route/T-9"})).json()
    assert len(story.get("decisions", [None])) == 1


async def test_nothing_is_accepted_that_was_not_saved(asked: httpx.AsyncClient):
    assert (await asked.post("/api/ml/routes/estimates/nothing/accept")).status_code == 404
    assert (await asked.post("/api/ml/routes/estimates/Van-5/accept")).status_code in (404, 409)


async def test_stops_are_put_in_order(asked: httpx.AsyncClient):
    stops = [{"lat": lat, "lon": lon} for lat, lon in SQUARE]
    answer = (await asked.post("/api/ml/routes/stops-order", json={"stops": stops})).raise_for_status().json()
    assert answer["order"][0] == 0 and answer["saved_km"] > 1
    imported = (await asked.get("/api/ml/routes/Van-119/stops-order")).raise_for_status().json()
    assert imported["order"] == answer["order"] and imported["saved_cost"] >= 0
    assert (await asked.get("/api/ml/routes/Van-1/stops-order")).status_code == 404


@pytest.mark.parametrize("stops", [[], [{"lat": 91, "lon": 0}], [{"lat": 0, "lon": -181}], [{"lat": 0}]])
async def test_bad_stops_are_refused(asked: httpx.AsyncClient, stops: list[dict[str, float]]):
    assert (await asked.post("/api/ml/routes/stops-order", json={"stops": stops})).status_code == 422


async def test_without_a_model_it_says_what_to_do(client: httpx.AsyncClient):
    problem = (await client.post(PREDICT, json=ROUTE)).json()
    assert problem["status"] == 409 and problem["type"] == "/errors/no-route-model"


async def test_agents_may_not_ask(company: Engine):
    async for client in opened(Role.AGENT):
        assert (await client.post(PREDICT, json=ROUTE)).status_code == 403
