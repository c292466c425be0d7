"""The HTTP API of customers."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area, allowed
from ml_insights.core.api import caller_for
from ml_insights.core.company import company
from ml_insights.core.database import reading
from ml_insights.core.exports import FILE, AskedForm, answer
from ml_insights.core.identity import Caller
from ml_insights.core.paging import Offset
from ml_insights.core.problems import language_of
from ml_insights.core.sheets import Form
from ml_insights.customers.answers import CustomerAnswer, CustomersPage
from ml_insights.customers.facts import ListRow, Risk
from ml_insights.customers.queries.listing import Wanted, customer_page, every_customer
from ml_insights.customers.service import answering
from ml_insights.customers.service.gathering import view
from ml_insights.customers.sheets import list_sheet

router = APIRouter(prefix="/ml/customers", tags=["customers"])
Reader = Annotated[Caller, Depends(caller_for(Area.CUSTOMERS))]
SortColumn = Literal["name", "recency", "orders", "revenue", "probability", "at_risk"]


async def asked(
    caller: Reader,
    search: Annotated[str, Query(max_length=200, description="Words of a name or number.", examples=["178"])] = "",
    segment: Annotated[str, Query(max_length=32, examples=["at-risk"])] = "",
    region: Annotated[str, Query(max_length=200)] = "",
    risk: Annotated[Risk | None, Query(description="How likely they are to leave.")] = None,
    sort: SortColumn = "revenue",
    descending: bool = True,
) -> Wanted:
    """Which customers are asked for; whoever may not see risks is asked for none."""
    seen = allowed(caller.role, Area.CHURN)
    return Wanted(search, segment, region, risk.value if risk and seen else "", sort, descending, seen)


Asked = Annotated[Wanted, Depends(asked)]


@router.get("", summary="Customers, page by page")
async def list_customers(
    wanted: Asked, limit: Annotated[int, Query(ge=1, le=1000)] = 50, offset: Offset = 0
) -> CustomersPage:
    """Those who have bought come first, as sorted; then the others, by name. Sorted by risk, only the scored ones."""
    return CustomersPage(**await asyncio.to_thread(_page, wanted, limit, offset))


@router.get(".csv", summary="Every customer as a file", responses=FILE)
async def customers_file(request: Request, wanted: Asked, form: AskedForm = Form.CSV) -> Response:
    """In the order asked for; written as it is read, whatever their number."""
    return await asyncio.to_thread(answer, list_sheet(_every(wanted)), form, language_of(request))


@router.get(
    "/{customer_id}",
    summary="Everything known about one customer",
    responses={404: {"description": "No customer of this number."}},
)
async def read_customer(
    customer_id: Annotated[str, Path(max_length=300, examples=["17850"])],
    caller: Reader,
    timeline: Annotated[int, Query(ge=0, le=400, description="How many lines of the timeline.")] = 50,
) -> CustomerAnswer:
    """Figures, revenue by month, segment with its history, churn with reasons, usual products, timeline."""
    areas = {area for area in Area if allowed(caller.role, area)}
    return CustomerAnswer(**await asyncio.to_thread(_customer, customer_id, areas, timeline))


def _page(wanted: Wanted, limit: int, offset: int) -> dict[str, Any]:
    with reading() as session:
        found, total = customer_page(session, active_dataset(session), wanted, limit, offset)
    return {"total": total, "customers": [answering.listed(row) for row in found]}


def _every(wanted: Wanted) -> Iterator[ListRow]:
    with reading() as session:
        yield from every_customer(session, active_dataset(session), wanted)


def _customer(customer_id: str, areas: set[Area], timeline: int) -> dict[str, Any]:
    with reading() as session:
        found = view(session, active_dataset(session), customer_id, company().zone, areas)
    return answering.whole(found, timeline)
