"""The segments API as programs meet it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import Engine

from ml_insights.accounts import service as accounts
from ml_insights.core.access import Role
from ml_insights.core.api import create_api
from ml_insights.core.database import transaction
from ml_insights.core.identity import forget_callers
from tests.integration.segments.conftest import EACH, compute

SEGMENTS = "/api/ml/segments"


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
    async for one in opened(Role.SALES):
        yield one


async def test_before_the_first_run_it_says_what_to_do(client: httpx.AsyncClient) -> None:
    answer = await client.get(SEGMENTS)
    assert (answer.status_code, answer.json()["type"]) == (409, "/errors/no-segments-yet")


async def test_segments_with_their_movements(client: httpx.AsyncClient) -> None:
    compute()
    answer = (await client.get(SEGMENTS, headers={"Accept-Language": "es"})).raise_for_status().json()
    assert sum(one["customers"] for one in answer["segments"]) == answer["customers"] == 4 * EACH
    assert sum(one["share_of_revenue"] for one in answer["segments"]) == pytest.approx(1.0)
    assert answer["segments"][0]["name"] == "Campeones" and answer["segments"][0]["segment"] == "champions"
    assert all(one["came_from"] != one["went_to"] for one in answer["movements"])


async def test_members_are_paged(client: httpx.AsyncClient) -> None:
    compute()
    query = {"segment": "champions", "sort": "name", "descending": False, "limit": 7}
    pages = [(await client.get(f"{SEGMENTS}/members", params={**query, "offset": at})).json() for at in (0, 7, 14)]
    ids = [one["customer_id"] for page in pages for one in page["members"]]
    assert len(ids) == len(set(ids)) == pages[0]["total"] == EACH
    wrong = await client.get(f"{SEGMENTS}/members", params={"segment": "kings"})
    assert (wrong.status_code, wrong.json()["type"]) == (404, "/errors/unknown-segment")


async def test_one_customer_and_several(client: httpx.AsyncClient) -> None:
    compute()
    one = (await client.get(f"{SEGMENTS}/customers/best-0")).raise_for_status().json()
    assert one["name"] == "Åsa 100% Ltd" and one["segment"] == one["history"][-1]["segment"] == "champions"
    unknown = await client.get(f"{SEGMENTS}/customers/giver")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/errors/not-segmented")
    several = await client.post(f"{SEGMENTS}/customers", json={"customers": ["best-1", "nobody", "old-2"]})
    answer = several.raise_for_status().json()
    assert [member["customer_id"] for member in answer["members"]] == ["best-1", "old-2"]
    assert answer["unknown"] == ["nobody"]
    assert (await client.post(f"{SEGMENTS}/customers", json={"customers": []})).status_code == 422


async def test_technicians_are_refused(shop: Engine) -> None:
    async for client in opened(Role.TECHNICIAN):
        assert (await client.get(SEGMENTS)).status_code == 403
