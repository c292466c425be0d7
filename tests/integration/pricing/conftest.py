"""A shop with known elasticities, priced, and what people and programs do there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from ml_insights.accounts import service as accounts
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.access import Role
from ml_insights.core.api import create_api
from ml_insights.core.database import transaction
from ml_insights.core.identity import forget_callers
from ml_insights.jobs import runner, service
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.tables import JobStatus
from ml_insights.pricing.tables import PriceProduct, PriceRelease
from tests.integration.pricing.sample import market

DAYS = 280


def run_job(name: str, **arguments: str) -> RunFact:
    """Run a job in this process."""
    with transaction() as session:
        run_id = service.enqueue(session, name, "tester", **arguments).id or 0
    done = runner.run_now(run_id)
    assert done.error is None and done.status == JobStatus.DONE, done.error_in("en")
    return done


@pytest.fixture
def priced(database: Engine) -> Engine:
    """Five products sold for forty weeks, and their prices computed."""
    market(0, DAYS)
    run_job("prices", dataset="company")
    return database


@pytest.fixture
def shelf(database: Engine) -> Engine:
    """Two products with prices that nothing was learnt about: enough to decide on them."""
    market(0, 1)
    now = clock.now()
    figures: dict[str, Any] = {
        "quantity": 50.0,
        "quantity_low": 30.0,
        "quantity_high": 70.0,
        "refusal": "constant-price",
    }
    bounds: dict[str, Any] = {"lowest": 8.0, "highest": 12.0, "tried_low": 9.0, "tried_high": 11.0}
    with transaction() as session:
        release = PriceRelease(
            dataset=Dataset.COMPANY,
            data_version="company-1",
            model_version="prices/1",
            computed_at=now,
            as_of=now.date(),
            products=2,
            answered=0,
            worth=0,
            gain=0.0,
        )
        session.add(release)
        session.flush()
        for name in ("bread", "milk"):
            known = {"product_id": name, "label": name, "search_text": name, "price": 10.0, "last_price": 10.0}
            session.add(PriceProduct(release_id=release.id or 0, **known, **figures, **bounds))
    return database


@asynccontextmanager
async def calling(role: Role = Role.ANALYST, scope: str = "write") -> AsyncIterator[httpx.AsyncClient]:
    """A program with a key of this role."""
    forget_callers()
    with transaction() as session:
        secret = accounts.create_key(session, "Test", role, ["read", scope], None, "tester").secret
    transport = httpx.ASGITransport(app=create_api(), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://site.example/api/ml", headers=headers) as client:
        yield client
    forget_callers()
