"""The HTTP API of the ledger."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.api import caller_for
from ml_insights.core.database import reading
from ml_insights.core.identity import Caller
from ml_insights.ledger import queries
from ml_insights.ledger.answers import StoryAnswer
from ml_insights.ledger.errors import NothingKnown

router = APIRouter(prefix="/ml/ledger", tags=["ledger"])


@router.get(
    "/subjects/{subject:path}",
    summary="What was predicted of a subject, what was done about it and what came of it",
    responses={404: {"description": "The ledger holds nothing about it."}},
)
async def story(
    subject: Annotated[str, Path(max_length=300, description="As models name it.", examples=["units/product/85123A"])],
    caller: Annotated[Caller, Depends(caller_for(Area.MODELS))],
    limit: Annotated[int, Query(ge=1, le=1_000, description="How many predictions, and decisions.")] = 100,
) -> StoryAnswer:
    """Of the data that pages show; predictions that were acted on are told however old they are."""
    return await asyncio.to_thread(_story, subject, limit)


def _story(subject: str, limit: int) -> StoryAnswer:
    with reading() as session:
        found = queries.story(session, active_dataset(session), subject, limit)
    if not found.predictions and not found.decisions:
        raise NothingKnown(subject=subject)
    return StoryAnswer.model_validate(found)
