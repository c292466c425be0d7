"""The list of customers, and everything about one, on both databases and as programs meet them."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ml_insights.accounts import service as accounts
from ml_insights.commerce.tables import Dataset
from ml_insights.core.access import Area, Role
from ml_insights.core.api import create_api
from ml_insights.core.database import transaction
from ml_insights.core.identity import forget_callers
from ml_insights.core.settings import settings
from ml_insights.customers.errors import UnknownCustomer
from ml_insights.customers.facts import EntryKind
from ml_insights.customers.queries.listing import SCORED, SORTABLE, Wanted, customer_page, every_customer, regions
from ml_insights.customers.service.gathering import view
from tests.integration.segments.conftest import EACH, LAST, segmented, shop  # noqa: F401  fixtures

COMPANY = Dataset.COMPANY
EVERYWHERE = frozenset(Area)
CUSTOMERS = "/api/ml/customers"


@pytest.mark.usefixtures("segmented")
def test_those_who_bought_come_first_and_nobody_twice(session: Session) -> None:
    for sort in set(SORTABLE) - set(SCORED):
        pages = [customer_page(session, COMPANY, Wanted(sort=sort), 25, at) for at in range(0, 100, 25)]
        ids = [row.customer_id for rows, _ in pages for row in rows]
        assert len(ids) == len(set(ids)) == 4 * EACH + 1 == pages[0][1]
        assert ids[-1] == "silent" and "giver" not in ids
    assert customer_page(session, COMPANY, Wanted(sort="probability"), 25) == ([], 0), "nobody is scored"
    assert len(list(every_customer(session, COMPANY, Wanted()))) == 4 * EACH + 1


@pytest.mark.usefixtures("segmented")
def test_filters_and_search(session: Session) -> None:
    def found(wanted: Wanted) -> list[str]:
        rows, total = customer_page(session, COMPANY, wanted, 100)
        assert len(rows) == total
        return [row.customer_id for row in rows]

    assert regions(session, COMPANY) == ["North", "South"]
    assert found(Wanted(region="South")) == ["lost-1", "silent"]
    assert found(Wanted(search="never")) == ["silent"] and found(Wanted(search="100%")) == ["best-0"]
    assert len(found(Wanted(segment="champions"))) == EACH
    assert found(Wanted(risk="high")) == [], "nobody is scored"
    assert found(Wanted(risk="high", with_risk=False, search="best-3")) == ["best-3"]


@pytest.mark.usefixtures("segmented")
def test_everything_about_one(session: Session) -> None:
    found = view(session, COMPANY, "best-0", settings().zone, EVERYWHERE)
    assert (found.profile.name, found.profile.region) == ("Åsa 100% Ltd", "North")
    assert found.headline.usual_gap == 7 and found.headline.last_purchase == date(2025, 8, 20)
    assert found.headline.revenue == pytest.approx(43 * 150.0 - 20.0) and found.headline.change is None
    assert sum(value for _, value in found.months) == pytest.approx(found.headline.lifetime_revenue)
    assert {one.product_id for one in found.products} <= {f"product-{number}" for number in range(5)}
    assert found.segment is not None and found.segment.member.segment == "champions"
    kinds = {entry.kind for entry in found.timeline}
    assert kinds == {EntryKind.ORDER, EntryKind.PREDICTION, EntryKind.SEGMENT}
    moments = [entry.at for entry in found.timeline]
    assert moments == sorted(moments, reverse=True)
    (back,) = [entry for entry in found.timeline if entry.values.get("order") == "back"]
    assert back.text.startswith("Return") and back.values["units"] == 1.0


@pytest.mark.usefixtures("segmented")
def test_what_a_role_may_not_see_is_left_out(session: Session) -> None:
    found = view(session, COMPANY, "best-0", settings().zone, frozenset({Area.CUSTOMERS}))
    assert found.segment is found.churn is found.outlook is None
    assert {entry.kind for entry in found.timeline} == {EntryKind.ORDER}


@pytest.mark.usefixtures("segmented")
def test_without_orders_with_returns_alone_and_unknown(session: Session) -> None:
    silent = view(session, COMPANY, "silent", settings().zone, EVERYWHERE)
    assert silent.headline.last_purchase is None and silent.months == () and silent.timeline == ()
    giver = view(session, COMPANY, "giver", settings().zone, EVERYWHERE)
    assert giver.headline.orders == 0 and giver.headline.revenue == -30.0 and giver.segment is None
    for name in ("nobody", "", "'; DROP TABLE customers; --"):
        with pytest.raises(UnknownCustomer):
            view(session, COMPANY, name, settings().zone, EVERYWHERE)


async def opened(role: Role) -> AsyncIterator[httpx.AsyncClient]:
    forget_callers()
    with transaction() as session:
        secret = accounts.create_key(session, "Test", role, ["read"], None, "tester").secret
    transport = httpx.ASGITransport(app=create_api(), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://site.example", headers=headers) as client:
        yield client
    forget_callers()


async def test_the_api_gives_the_page_as_json(segmented: Engine) -> None:  # noqa: F811
    async for client in opened(Role.SALES):
        answer = (await client.get(f"{CUSTOMERS}/best-0", params={"timeline": 3})).raise_for_status().json()
        assert answer["segment"]["segment"] == "champions" and len(answer["timeline"]) == 3
        assert answer["figures"]["until"] == LAST.date().isoformat() and answer["churn"] is None
        unknown = await client.get(f"{CUSTOMERS}/nobody")
        assert (unknown.status_code, unknown.json()["type"]) == (404, "/errors/unknown-customer")
        page = (await client.get(CUSTOMERS, params={"search": "lost", "limit": 5})).raise_for_status().json()
        assert page["total"] == EACH and len(page["customers"]) == 5


async def test_an_agent_sees_orders_but_no_risk(segmented: Engine) -> None:  # noqa: F811
    async for client in opened(Role.AGENT):
        answer = (await client.get(f"{CUSTOMERS}/best-0")).raise_for_status().json()
        assert answer["segment"] is answer["churn"] is answer["outlook"] is None
        listed = (await client.get(CUSTOMERS, params={"sort": "probability"})).raise_for_status().json()
        assert {one["churn_probability"] for one in listed["customers"]} == {None}
    async for client in opened(Role.TECHNICIAN):
        assert (await client.get(CUSTOMERS)).status_code == 403
