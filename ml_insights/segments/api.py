"""The HTTP API of segments."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.api import caller_for
from ml_insights.core.database import reading
from ml_insights.core.exports import FILE, AskedForm, answer
from ml_insights.core.identity import Caller
from ml_insights.core.paging import Offset
from ml_insights.core.problems import language_of
from ml_insights.core.sheets import Form
from ml_insights.segments.answers import (
    CustomersAnswer,
    CustomersAsked,
    CustomerSegment,
    MembersPage,
    SegmentsAnswer,
)
from ml_insights.segments.facts import MemberFact
from ml_insights.segments.queries import ANY, MOVED, Wanted, current_release, every_member
from ml_insights.segments.service import answering
from ml_insights.segments.sheets import members_sheet

router = APIRouter(prefix="/ml/segments", tags=["segments"])
Reader = Annotated[Caller, Depends(caller_for(Area.SEGMENTS))]
SortColumn = Literal["customer_id", "name", "recency", "orders", "revenue", "average_order"]
NONE_YET: dict[int | str, dict[str, Any]] = {409: {"description": "Segments have not been computed yet."}}


@router.get("", summary="Customer segments, and who moved between them this month", responses=NONE_YET)
async def list_segments(request: Request, caller: Reader) -> SegmentsAnswer:
    """Sizes, share of revenue, average order and suggested action of each, the best first."""
    return SegmentsAnswer(**await asyncio.to_thread(_overview, language_of(request)))


@router.get(
    "/members",
    summary="Customers of a segment, page by page",
    responses={**NONE_YET, 404: {"description": "No such segment now."}},
)
async def list_members(
    caller: Reader,
    segment: Annotated[str, Query(max_length=32, description="Its key; all without one.", examples=["at-risk"])] = "",
    moved: Annotated[bool, Query(description="Only those who changed segment this month.")] = False,
    search: Annotated[str, Query(max_length=200, description="Words of a name or number.")] = "",
    sort: SortColumn = "revenue",
    descending: bool = True,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    offset: Offset = 0,
) -> MembersPage:
    """Recency, orders and revenue of each, and the segment at the end of the month before."""
    wanted = Wanted(segment, MOVED if moved else ANY, search, sort, descending)
    return MembersPage(**await asyncio.to_thread(_members, wanted, limit, offset))


@router.get("/members.csv", summary="Every customer of a segment as a file", responses=FILE)
async def members_file(
    request: Request,
    caller: Reader,
    segment: Annotated[str, Query(max_length=32)] = "",
    came_from: Annotated[str, Query(alias="from", max_length=32, description="any, moved, first or a segment.")] = ANY,
    search: Annotated[str, Query(max_length=200)] = "",
    sort: SortColumn = "revenue",
    descending: bool = True,
    form: AskedForm = Form.CSV,
) -> Response:
    """In the order asked for; written as it is read, whatever their number."""
    wanted = Wanted(segment, came_from, search, sort, descending)
    return await asyncio.to_thread(answer, members_sheet(_every(wanted), segment), form, language_of(request))


@router.get(
    "/customers/{customer_id}",
    summary="Segment of one customer, with its history",
    responses={**NONE_YET, 404: {"description": "No such customer, or none of their purchases is known."}},
)
async def read_customer(
    customer_id: Annotated[str, Path(max_length=300, examples=["17850"])], caller: Reader
) -> CustomerSegment:
    """The segment at the end of each of the last months too, by the centres of today."""
    return CustomerSegment(**await asyncio.to_thread(_customer, customer_id))


@router.post("/customers", summary="Segments of several customers", responses=NONE_YET)
async def read_customers(asked: CustomersAsked, caller: Reader) -> CustomersAnswer:
    """At most a thousand at once; those without a segment are named in `unknown`."""
    return CustomersAnswer(**await asyncio.to_thread(_customers, asked.customers))


def _overview(language: str) -> dict[str, Any]:
    with reading() as session:
        return answering.overview(session, active_dataset(session), language)


def _members(wanted: Wanted, limit: int, offset: int) -> dict[str, Any]:
    with reading() as session:
        return answering.members_page(session, active_dataset(session), wanted, limit, offset)


def _every(wanted: Wanted) -> Iterator[MemberFact]:
    with reading() as session:
        dataset = active_dataset(session)
        release = current_release(session, dataset)
        if release:
            yield from every_member(session, dataset, release.id, wanted)


def _customer(customer_id: str) -> dict[str, Any]:
    with reading() as session:
        return answering.customer(session, active_dataset(session), customer_id)


def _customers(ids: list[str]) -> dict[str, Any]:
    with reading() as session:
        return answering.customers(session, active_dataset(session), ids)
