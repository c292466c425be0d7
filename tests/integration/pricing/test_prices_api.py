"""Prices as programs ask for them and decide on them."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ml.pricing.types import STEP
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.access import Role
from ml_insights.core.settings import settings
from ml_insights.ledger import queries as ledger
from tests.integration.pricing.conftest import calling, run_job
from tests.integration.pricing.sample import COST, ELASTICITIES

pytestmark = pytest.mark.usefixtures("priced")


async def asked(product: str, price: float | None = None, role: Role = Role.ANALYST) -> httpx.Response:
    async with calling(role, "read") as client:
        return await client.post("/predict/price", json={"product": product, "price": price})


async def decide(client: httpx.AsyncClient, **decision: Any) -> httpx.Response:
    return await client.post("/prices/decisions", json=decision)


async def test_elasticities_hold_the_truth_and_suggestions_follow() -> None:
    for number, true in enumerate(ELASTICITIES):
        told = (await asked(f"product-{number}")).json()
        assert told["status"] == "answered"
        assert told["elasticity"]["lo_95"] < true < told["elasticity"]["hi_95"], (number, told["elasticity"])
        assert told["quantity"]["lo_80"] < told["quantity"]["expected"] < told["quantity"]["hi_80"]
        assert told["seen_from"] <= told["price"] <= told["seen_to"]
        suggested = told["suggestion"]["price"]
        if suggested is None:
            assert told["suggestion"]["withheld"] == "disagrees" and not told["suggestion"]["worth_doing"]
        elif suggested != told["present_price"]:
            assert told["suggestion"]["profit_change"]["expected"] > 0
            assert abs(suggested / told["present_price"] - 1) <= STEP + 1e-9


async def test_a_given_price_is_judged() -> None:
    told = (await asked("product-1", 9.5)).json()
    before = (await asked("product-1", told["present_price"])).json()
    assert told["profit"]["expected"] == pytest.approx((9.5 - COST) * told["quantity"]["expected"])
    change = told["profit"]["expected"] - before["profit"]["expected"]
    assert told["profit_change"]["expected"] == pytest.approx(change)


async def test_a_constant_price_is_answered_with_what_is_missing() -> None:
    told = (await asked("product-9")).json()
    assert told["status"] == "not_enough_variation" and told["reason"] == "constant-price"
    assert (told["weeks_with_another_price"], told["weeks_needed"], told["weeks"]) == (0, 4, 40)


@pytest.mark.parametrize(
    ("product", "price", "status", "code"),
    [
        ("product-1", 0, 422, None),
        ("product-1", -3, 422, None),
        ("product-1", 1_000, 422, "price-out-of-range"),
        ("nothing", 10, 404, "unknown-product"),
    ],
)
async def test_what_cannot_be_judged_is_refused(product: str, price: float, status: int, code: str | None) -> None:
    refused = await asked(product, price)
    assert refused.status_code == status
    assert code is None or refused.json()["type"] == f"/errors/{code}"


async def test_several_at_once_keep_their_order() -> None:
    questions = [{"product": "product-1", "price": 9.8}, {"product": "nothing"}, {"product": "product-9"}]
    async with calling(Role.SALES, "read") as client:
        told = (await client.post("/predict/prices", json={"prices": questions})).json()["answers"]
    assert [one["status"] for one in told] == ["answered", "failed", "not_enough_variation"]
    assert told[1]["code"] == "unknown-product"


async def test_the_list_is_sorted_filtered_and_paged() -> None:
    async with calling(Role.SALES, "read") as client:
        every = (await client.get("/prices", params={"sort": "label", "descending": False, "limit": 3})).json()
        assert every["total"] == 5 and [one["product"] for one in every["products"]] == [
            "product-0",
            "product-1",
            "product-2",
        ]
        unknown = (await client.get("/prices", params={"show": "unknown"})).json()
        assert [one["product"] for one in unknown["products"]] == ["product-9"]
        found = (await client.get("/prices", params={"search": "PRODUCT-2 tools"})).json()
        assert [one["product"] for one in found["products"]] == ["product-2"]


async def test_sales_people_read_and_do_not_decide() -> None:
    async with calling(Role.SALES) as client:
        assert (await decide(client, product="product-1", action="approve", price=10)).status_code == 403


async def test_a_price_goes_its_way_once(session: Session) -> None:
    async with calling() as client:
        assert (await decide(client, product="product-1", action="apply")).status_code == 404
        first = await decide(client, product="product-1", action="approve", price=9.9)
        assert (first.status_code, first.json()["state"], first.json()["ledger_id"]) == (201, "approved", None)
        again = await decide(client, product="product-1", action="approve", price=10.0)
        assert (again.status_code, again.json()["type"]) == (409, "/errors/no-such-move")
        assert (await decide(client, product="product-1", action="withdraw")).json()["state"] == "withdrawn"
        await decide(client, product="product-1", action="approve", price=10.1)
        assert (await decide(client, product="product-1", action="apply")).json()["state"] == "applied"
        await decide(client, product="product-1", action="approve", price=10.2)
        await decide(client, product="product-1", action="apply")
    actions = [one.detail["price"] for one in ledger.story(session, Dataset.COMPANY, "product/product-1").decisions]
    assert actions == [10.2, 10.1]


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        ({"action": "approve", "price": 6.1}, "price-not-allowed"),
        ({"action": "approve", "price": 90}, "price-out-of-range"),
        ({"action": "approve"}, "invalid-input"),
        ({"action": "schedule", "price": 10}, "invalid-input"),
        ({"action": "schedule", "price": 10, "day": "2020-01-01"}, "bad-day"),
    ],
)
async def test_decisions_that_break_a_limit_change_nothing(decision: dict[str, Any], code: str) -> None:
    async with calling() as client:
        refused = await decide(client, product="product-1", **decision)
        assert refused.status_code == 422
        assert refused.json()["type"] in (f"/errors/{code}", "/errors/price-out-of-range")
        listed = (await client.get("/prices", params={"search": "product-1"})).json()["products"]
        assert listed[0]["state"] == "suggested"


async def test_a_rejection_is_kept_with_its_reason(session: Session) -> None:
    async with calling() as client:
        done = await decide(client, product="product-2", action="reject", reason="contract")
        assert (done.status_code, done.json()["state"]) == (201, "rejected")
        listed = (await client.get("/prices", params={"search": "product-2"})).json()["products"]
        assert listed[0]["state"] == "rejected"
    (kept,) = ledger.story(session, Dataset.COMPANY, "product/product-2").decisions
    assert (kept.action, kept.detail["reason"]) == ("price rejected", "contract")
    assert kept.prediction_id is not None


async def test_a_scheduled_price_is_applied_on_its_day_by_the_job(session: Session) -> None:
    day = clock.now().astimezone(settings().zone).date() + timedelta(days=3)
    async with calling() as client:
        done = await decide(client, product="product-0", action="schedule", price=10.5, day=day.isoformat())
        assert done.json()["state"] == "scheduled"
        assert run_job("scheduled-prices").result == {"applied": 0}
        with clock.frozen(clock.now() + timedelta(days=3)):
            assert run_job("scheduled-prices").result == {"applied": 1}
            assert run_job("scheduled-prices").result == {"applied": 0}
            listed = (await client.get("/prices", params={"search": "product-0"})).json()["products"]
    assert listed[0]["state"] == "applied"
    (kept,) = ledger.story(session, Dataset.COMPANY, "product/product-0").decisions
    assert kept.by == "rule:scheduled-price"


async def test_prices_are_kept_when_the_data_are_the_same(priced: Engine) -> None:
    assert run_job("prices", dataset="company").result == {"computed": False}
