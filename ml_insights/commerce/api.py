"""What is sold and is no product: the list, and what somebody says of it."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from ml_insights.commerce.queries import active_dataset
from ml_insights.commerce.queries.services import service_list
from ml_insights.commerce.service import set_kind
from ml_insights.commerce.tables import Sort
from ml_insights.commerce.wording import reason_of
from ml_insights.core.access import Area
from ml_insights.core.api import caller_for
from ml_insights.core.database import reading, transaction
from ml_insights.core.identity import Caller
from ml_insights.core.problems import language_of

router = APIRouter(prefix="/products", tags=["import"])


class Service(BaseModel):
    """Something that is sold. `decided` is empty until somebody says what it is; it counts as a `kind` all the same."""

    product_id: str
    name: str
    lines: int
    revenue: float
    reason: str
    decided: str
    kind: Literal["service", "product"]


class Decision(BaseModel):
    """What something is."""

    kind: Literal["service", "product"]


@router.get("/services", summary="What is sold and looks like a service: postage, fees, discounts")
async def services(
    request: Request,
    caller: Annotated[Caller, Depends(caller_for(Area.IMPORT))],
    search: Annotated[str, Query(max_length=200, description="Everything whose code or name holds this.")] = "",
) -> list[Service]:
    """What counts as a service is left out of likely products, prices and reorder. Revenue keeps it."""
    return await asyncio.to_thread(_services, search, language_of(request))


@router.put("/{product_id}/kind", summary="Say that something is a service, or a product", status_code=204)
async def decide(
    product_id: str, decision: Decision, caller: Annotated[Caller, Depends(caller_for(Area.IMPORT, scope="write"))]
) -> None:
    """What is computed of products is computed anew with it."""
    await asyncio.to_thread(_decide, product_id, decision.kind, caller.actor)


def _services(search: str, language: str) -> list[Service]:
    with reading() as session:
        facts = service_list(session, active_dataset(session), search)
    return [
        Service(
            product_id=fact.product_id,
            name=fact.name,
            lines=fact.lines,
            revenue=fact.revenue,
            reason=reason_of(fact, language),
            decided=fact.decided,
            kind="service" if fact.kind == Sort.SERVICE else "product",
        )
        for fact in facts
    ]


def _decide(product_id: str, kind: str, actor: str) -> None:
    with transaction() as session:
        set_kind(session, active_dataset(session), product_id, Sort(kind), actor)
